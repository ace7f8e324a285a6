"""Answering with a list as a file, whatever its length: CSV while it is read, a workbook by way of a temporary file."""

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain
from tempfile import TemporaryFile
from typing import IO

from flask import Response
from sqlalchemy.orm import Session

from db import Database, database
from lti.visits.visit import CurrentVisit
from managers.exports.csv_file import csv_parts
from managers.exports.domain.export import Cells, Export
from managers.exports.workbook import write_workbook

UNNAMED = "Someone whose name the course does not share"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTES_AT_ONCE = 65_536
# They are read when the view has returned: from this session alone, and without asking for the request or the visit.
Rows = Callable[[Session], Iterable[Cells]]


def exported(ending: str, export: Export, rows: Rows) -> Response:
    """Answer with a list as a file of this ending, csv or xlsx; all of it is as the database is at one moment."""
    answer = {"csv": _as_csv, "xlsx": _as_workbook}[ending](export, rows)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def asker(visit: CurrentVisit) -> str:
    """Return who asks for a list, as it says on its first sheet."""
    return (
        visit.person_name or visit.person_email or f"Someone whose name the course does not share ({visit.role.value})"
    )


def _as_csv(export: Export, rows: Rows) -> Response:
    parts = _parts(database(), export, rows)
    # A fault that shows at once is a page; later the connection is cut, so that no one takes a part for the whole.
    begun = [next(parts), next(parts)]
    answer = Response(chain(begun, parts), content_type="text/csv; charset=utf-8; header=present")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{export.file_name}.csv")
    answer.call_on_close(parts.close)
    return answer


def _parts(read_from: Database, export: Export, rows: Rows) -> Generator[bytes, None, None]:
    with read_from.snapshot() as session:
        yield from csv_parts(export, rows(session))


def _as_workbook(export: Export, rows: Rows) -> Response:
    file = TemporaryFile(prefix="export-")  # noqa: SIM115  # it is closed once it has been sent, or cannot be any more
    try:
        with database().snapshot() as session:
            write_workbook(export, rows(session), file)
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    answer = Response(_sent(file), content_type=WORKBOOK)
    answer.content_length = size
    answer.headers.set("Content-Disposition", "attachment", filename=f"{export.file_name}.xlsx")
    answer.call_on_close(file.close)
    return answer


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        yield from iter(lambda: file.read(BYTES_AT_ONCE), b"")
