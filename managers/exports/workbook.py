"""A list as a workbook (XLSX): a first sheet that says what it is about, and the rows, as real dates and numbers.

Rows go to the disk as they come, so that a long list needs no more memory than a short one.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import count, islice
from tempfile import TemporaryDirectory
from typing import IO, Any

from xlsxwriter import Workbook

from core.filters import at_time
from managers.exports.domain.cells import in_britain, tenths, the_day
from managers.exports.domain.export import CellKind, Cells, Export

# The limits of a sheet: 1,048,576 rows with the headings, and so many characters in a cell.
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
ABOUT = "About this list"
UK_TIME = "Dates and times are in UK time."
FORMATS: dict[CellKind, dict[str, str]] = {
    CellKind.TEXT: {},
    CellKind.DATE: {"num_format": "d mmm yyyy"},
    CellKind.TIME: {"num_format": "d mmm yyyy hh:mm"},
    CellKind.NUMBER: {},
    CellKind.SHARE: {"num_format": "0.0%"},
}
WIDTHS = {CellKind.TEXT: 28, CellKind.DATE: 14, CellKind.TIME: 19, CellKind.NUMBER: 12, CellKind.SHARE: 12}


def write_workbook(export: Export, rows: Iterable[Cells], to: IO[bytes]) -> None:
    """Write a list into a file; what is needed on the way is removed, whatever happens."""
    with (
        TemporaryDirectory(prefix="export-") as folder,
        Workbook(to, {"constant_memory": True, "tmpdir": folder}) as book,
    ):
        book.set_properties({"title": export.title, "author": export.asked_by, "created": export.asked_at})
        about = book.add_worksheet(ABOUT)
        _write_about(book, about, export, _write_rows(book, export, rows))


def _write_rows(book: Workbook, export: Export, rows: Iterable[Cells]) -> int:
    """Write all rows, on as many sheets as they need, and return how many there are."""
    formats = {kind: book.add_format(looks) for kind, looks in FORMATS.items()}
    bold, left, total = book.add_format({"bold": True}), iter(rows), 0
    for number in count(1):
        sheet = book.add_worksheet("List" if number == 1 else f"List {number}")
        _set_up(sheet, export, formats, bold)
        written = _write_sheet(sheet, export, islice(left, MOST_ROWS))
        total += written
        if written < MOST_ROWS:
            break
    return total


def _set_up(sheet: Any, export: Export, formats: dict[CellKind, Any], bold: Any) -> None:
    """Write the headings, which stay in sight and are printed on every page."""
    for place, column in enumerate(export.columns):
        width = max(WIDTHS[column.kind], len(column.heading) + 4)
        sheet.set_column(place, place, width, formats[column.kind])
        sheet.write_string(0, place, column.heading, bold)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write_sheet(sheet: Any, export: Export, rows: Iterable[Cells]) -> int:
    writers = [WRITERS[column.kind] for column in export.columns]
    row = 0
    for row, cells in enumerate(rows, 1):
        for place, (write, cell) in enumerate(zip(writers, cells, strict=True)):
            if cell is not None:
                write(sheet, row, place, cell)
    sheet.autofilter(0, 0, row, len(export.columns) - 1)
    return row


def _write_text(sheet: Any, row: int, place: int, text: object) -> None:
    """Write a string that is never read as anything else; one that is too long for a cell is cut and says so."""
    words = str(text)
    if len(words) > MOST_CHARACTERS:
        words = f"{words[: MOST_CHARACTERS - 1]}…"
    # The library takes this for markup of its own, and would write it as it is; a space at the end keeps it from that.
    sheet.write_string(row, place, f"{words} " if words.startswith("<r>") and words.endswith("</r>") else words)


def _write_day(sheet: Any, row: int, place: int, day: date | datetime) -> None:
    sheet.write_datetime(row, place, the_day(day))


def _write_time(sheet: Any, row: int, place: int, moment: datetime) -> None:
    sheet.write_datetime(row, place, in_britain(moment).replace(microsecond=0))


def _write_number(sheet: Any, row: int, place: int, number: float) -> None:
    sheet.write_number(row, place, number)


def _write_share(sheet: Any, row: int, place: int, share: float) -> None:
    sheet.write_number(row, place, tenths(share) / 100)


WRITERS: dict[CellKind, Callable[[Any, int, int, Any], None]] = {
    CellKind.TEXT: _write_text,
    CellKind.DATE: _write_day,
    CellKind.TIME: _write_time,
    CellKind.NUMBER: _write_number,
    CellKind.SHARE: _write_share,
}


def _write_about(book: Workbook, sheet: Any, export: Export, total: int) -> None:
    """Say what the list is, what it was filtered by, by whom and when, how many rows there are, and how to read it."""
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24, book.add_format({"valign": "top"}))
    sheet.set_column(1, 1, 80, wrapped)
    for row, (term, words) in enumerate(_about(export, total)):
        sheet.write_string(row, 0, term, bold)
        if isinstance(words, int):
            sheet.write_number(row, 1, words, book.add_format({"num_format": "#,##0", "align": "left"}))
        else:
            _write_text(sheet, row, 1, words)


def _about(export: Export, total: int) -> list[tuple[str, str | int]]:
    filters = export.filters or (("", "Nothing: the list is complete"),)
    return [
        ("List", export.title),
        ("About", export.about),
        *((f"Filtered by {name.lower()}" if name else "Filtered by", chosen) for name, chosen in filters),
        ("Rows", total),
        ("Made by", export.asked_by),
        ("Made on", at_time(export.asked_at)),
        *(("How to read it", note) for note in (*export.notes, UK_TIME)),
    ]
