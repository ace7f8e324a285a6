"""A list as CSV: UTF-8 with a byte order mark, without which Excel shows names with accents wrongly."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator

from managers.exports.domain.cells import AS_WORDS
from managers.exports.domain.export import Cells, Export

ROWS_AT_ONCE = 500


def csv_parts(export: Export, rows: Iterable[Cells]) -> Iterator[bytes]:
    """Give a list as CSV, some hundred rows at a time; every cell is quoted, and none is a formula."""
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, quoting=csv.QUOTE_ALL)
    as_words = [AS_WORDS[column.kind] for column in export.columns]
    writer.writerow([column.heading for column in export.columns])
    yield BOM_UTF8 + _taken_from(kept)
    for number, cells in enumerate(rows, 1):
        writer.writerow(["" if cell is None else words(cell) for words, cell in zip(as_words, cells, strict=True)])
        if number % ROWS_AT_ONCE == 0:
            yield _taken_from(kept)
    yield _taken_from(kept)


def _taken_from(kept: io.StringIO) -> bytes:
    """Return what was written since the last time."""
    written = kept.getvalue().encode()
    kept.seek(0)
    kept.truncate()
    return written
