"""A list of staff as a file: what it says about itself, and its rows, in the order of the list."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from managers.exports.domain.export import CellKind, Cells, Column, Export
from managers.exports.pieces import in_pieces
from managers.listing.conditions import PeopleList
from managers.listing.domain.words import DUE_WORDS, words_for
from managers.listing.pages import Segment, selection
from managers.listing.rows import StaffRow, row_from, rows_of
from managers.scope import ScopeKind

COLUMNS = (
    Column("Name"),
    Column("E-mail address"),
    Column("Staff number"),
    Column("School"),
    Column("Job group"),
    Column("Line manager"),
    Column("Start date", CellKind.DATE),
    Column("Status"),
    Column("Due by", CellKind.DATE),
    Column("Overdue"),
    Column("Valid until", CellKind.DATE),
    Column("Policy confirmed"),
    Column("Grade in the LMS"),
)
OF_MODULE = (Column("Passed at", CellKind.TIME),)
OF_ALL = (
    Column("Modules to take", CellKind.NUMBER),
    Column("Passed and valid", CellKind.NUMBER),
    Column("Modules overdue", CellKind.NUMBER),
)


def export_of(of: PeopleList, trust: str, asked_by: str, now: datetime, schools: Mapping[int, str]) -> Export:
    """Return what the file of a list says about itself."""
    title = f"Staff training: {of.module.title}" if of.module else "Staff training: all modules"
    about = trust if of.scope.kind is ScopeKind.TRUST else f"{trust}: {of.scope.words.lower()}"
    columns = (*COLUMNS, *(OF_MODULE if of.module else OF_ALL))
    return Export(title, about, columns, tuple(_filters(of, schools)), asked_by, now)


def _filters(of: PeopleList, schools: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    asked = of.asked
    if of.module:
        yield "Module", of.module.title
    if asked.school is not None:
        yield "School", schools[asked.school]
    if asked.group:
        yield "Job group", asked.group
    if asked.manager:
        yield "Line manager", f"Staff member {asked.manager}"
    if asked.standing:
        yield "Status", words_for(asked.standing, all_modules=of.module is None)
    if asked.due:
        yield "Due date", DUE_WORDS[asked.due]
    if asked.needs_attention:
        yield "Grade", "Needs attention"
    if asked.q:
        yield "Name or e-mail address", asked.q


def rows_for_file(session: Session, of: PeopleList, in_order: Sequence[Segment]) -> Iterator[Cells]:
    """Give the rows of a list in its order, read in pieces."""
    for part in in_order:
        these = rows_of(of).where(selection(of, part))
        for piece in in_pieces(session, these, part.keys, descending=part.descending):
            yield from (_cells(of, row_from(row)) for row in piece)


def _cells(of: PeopleList, row: StaffRow) -> Cells:
    overdue = "Yes" if row.due_on and row.due_on < of.today else None
    confirmed = None if row.is_confirmed is None else "Yes" if row.is_confirmed else "No"
    who = row.name, row.email, row.number, row.school, row.job_group, row.manager, row.starts_on
    how = words_for(row.status, all_modules=of.module is None), row.due_on, overdue, row.valid_until, confirmed
    grade = "Needs attention" if row.has_trouble else None
    more = (row.passed_at,) if of.module else (row.modules, row.passed, row.overdue)
    return *who, *how, grade, *more
