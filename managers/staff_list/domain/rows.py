"""The rows of a list: who each is about and what it says of them, every cell checked by itself.

A blank cell leaves things as they are, and “-” removes what is there.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date

from core.domain.names import legible
from core.mail.domain.message import folded_address
from managers.staff_list.domain.columns import ListColumn, ListColumns, columns_in
from managers.staff_list.domain.table import ListRecord, Table

REMOVE = "-"
EARLIEST = date(1950, 1, 1)
LONGEST = {ListColumn.NUMBER: 100, ListColumn.SCHOOL: 200, ListColumn.MANAGER: 320, ListColumn.JOB_GROUP: 100}
NO_ONE = "This line does not say who it is about. Enter an e-mail address or a staff number, or delete the line."
TOO_WIDE = "This line has more cells than there are columns. Put cells that contain the separator in quotation marks."
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_FORMULA = re.compile(r"[=+\-@]")
# A leading apostrophe keeps a spreadsheet from taking a cell for a formula; our own downloads have it.
_KEPT_AS_TEXT = re.compile(r"^'(?=[=+\-@])")


@dataclass(frozen=True)
class Row:
    """One person of a list. A cell is None if it was blank, and “-” if what is there is to be removed."""

    line: int
    email: str | None = None
    number: str | None = None
    school: str | None = None
    manager: str | None = None
    job_group: str | None = None
    starts_on: str | None = None

    @property
    def who(self) -> str:
        """Name the person as the list does."""
        return self.email or self.number or ""


@dataclass(frozen=True)
class RowProblem:
    """Something in a line of a list that keeps it from being applied, and what to do about it."""

    line: int
    says: str


@dataclass(frozen=True)
class Sheet:
    """A list as it was read: its rows, what is wrong with cells, and how the file was understood."""

    rows: tuple[Row, ...]
    problems: tuple[RowProblem, ...]
    encoding: str
    separator: str
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    formulas: int = 0

    def as_json(self) -> list[object]:
        """Return it as it is kept."""
        rows, problems = [[*astuple(row)] for row in self.rows], [[each.line, each.says] for each in self.problems]
        read = [self.encoding, self.separator, [*self.columns], [*self.unused], self.formulas]
        return [rows, problems, read]

    @classmethod
    def from_json(cls, kept: list[list[list[object]]]) -> "Sheet":
        """Return a list that was kept."""
        rows, problems, (encoding, separator, columns, unused, formulas) = kept
        read = tuple(Row(*row) for row in rows), tuple(RowProblem(*each) for each in problems)  # type: ignore[arg-type]  # as written by as_json
        return cls(*read, encoding, separator, tuple(columns), tuple(unused), formulas)  # type: ignore[arg-type]  # likewise


def sheet_from(table: Table, today: date) -> Sheet:
    """Read the rows of a table; WrongList where its columns do not say who is meant."""
    columns = columns_in(table.headings)
    problems: list[RowProblem] = []
    rows = [row for record in table.records if (row := _row(record, columns, today, problems.append))]
    problems += _twice(rows)
    named = tuple(column.value for column in columns.places)
    formulas = sum(_formulas(rows))
    # In the order of the file, so that people can work through it.
    in_order = tuple(sorted(problems, key=lambda problem: problem.line))
    return Sheet(tuple(rows), in_order, table.encoding, table.separator, named, columns.unused, formulas)


def _row(record: ListRecord, columns: ListColumns, today: date, tell: Callable[[RowProblem], None]) -> Row | None:
    """Read one record, and tell what is wrong with it; None where it does not say who it is about."""
    cells = {
        column: _KEPT_AS_TEXT.sub("", legible(record.cells[place]), count=1)
        for column, place in columns.places.items()
        if place < len(record.cells)
    }
    for wrong, says in _wrong_cells(cells, today):
        tell(RowProblem(record.line, says))
        cells[wrong] = ""
    if any(cell.strip() for cell in record.cells[columns.width :]):
        tell(RowProblem(record.line, TOO_WIDE))
    email, number = folded_address(cells.get(ListColumn.EMAIL)), cells.get(ListColumn.NUMBER) or None
    if not email and number in {None, REMOVE}:
        return None
    school, manager, job_group = (
        cells.get(each) or None for each in (ListColumn.SCHOOL, ListColumn.MANAGER, ListColumn.JOB_GROUP)
    )
    day = cells.get(ListColumn.STARTS_ON) or None
    starts_on = str(day_in(day)) if day and day != REMOVE else day
    return Row(record.line, email, number, school, folded_address(manager) or manager, job_group, starts_on)


def _wrong_cells(cells: dict[ListColumn, str], today: date) -> Iterator[tuple[ListColumn, str]]:
    email, number = cells.get(ListColumn.EMAIL, ""), cells.get(ListColumn.NUMBER, "")
    if not email and number in {"", REMOVE}:
        yield ListColumn.EMAIL, NO_ONE
    if email and not folded_address(email):
        yield ListColumn.EMAIL, f"“{email}” is not an e-mail address. Enter one such as name@school.example."
    for column, longest in LONGEST.items():
        if len(cells.get(column, "")) > longest:
            yield column, f"The {column.value.lower()} has more than {longest} characters. Shorten it."
    if (day := cells.get(ListColumn.STARTS_ON, "")) not in {"", REMOVE}:
        for says in _wrong_day(day, today):
            yield ListColumn.STARTS_ON, says


def _wrong_day(written: str, today: date) -> Iterator[str]:
    day = day_in(written)
    if day is None:
        yield f"The start date “{written}” is not a date. Write it like 31/08/2026 (day first) or 2026-08-31."
    elif day < EARLIEST:
        yield f"The start date {written} is before {EARLIEST.year}. Correct it, or leave it blank."
    elif day > today:
        yield f"The start date {written} is in the future. Correct it, or leave it blank until the person has started."


def day_in(written: str) -> date | None:
    """Return the day that is written in the British order or in ISO's, or None if it is neither or does not exist."""
    iso, british = _ISO.fullmatch(written), _BRITISH.fullmatch(written)
    found = iso or british
    if not found or not written.isascii():
        return None
    parts = [int(part) for part in found.groups()]
    try:
        return date(*parts) if iso else date(*reversed(parts))
    except ValueError:
        return None


def _twice(rows: Iterable[Row]) -> Iterator[RowProblem]:
    """Find people who are in the list twice, by their address or by their number."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        keys = [("email", row.email), ("number", row.number if row.number != REMOVE else None)]
        lines = {seen.setdefault((kind, key), row.line) for kind, key in keys if key}
        for first in sorted(lines - {row.line}):
            yield RowProblem(row.line, f"{row.who} is also in line {first}. Delete one of the two lines.")


def _formulas(rows: Iterable[Row]) -> Iterator[int]:
    for row in rows:
        cells = row.number, row.school, row.manager, row.job_group
        yield sum(1 for cell in cells if cell and cell != REMOVE and _FORMULA.match(cell))
