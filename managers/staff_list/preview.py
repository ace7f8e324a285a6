"""What a list would change, in words for its page: the first of the people, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from core.filters import on_day
from managers.staff_list.domain.columns import ListColumn
from managers.staff_list.domain.known import StaffFacts
from managers.staff_list.domain.plan import StaffChange
from managers.staff_list.domain.rows import Sheet
from managers.staff_list.lists import Prepared

SHOWN = 50
NOTHING = "blank"


@dataclass(frozen=True)
class FieldChange:
    """A field of a person that changes: what it is called, what was there, and what will be."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class PersonChange:
    """A person whom a list changes or adds, in the words of the page."""

    line: int
    who: str
    is_new: bool
    fields: tuple[FieldChange, ...]


def first_changes(prepared: Prepared, sheet: Sheet) -> list[PersonChange]:
    """Return the first of the people whom a list changes or adds."""
    return [_person(change, prepared, sheet) for change in prepared.plan.changes[:SHOWN]]


def _person(change: StaffChange, prepared: Prepared, sheet: Sheet) -> PersonChange:
    member = prepared.known.members.get(change.staff_id)
    who = member.who if member else change.after.email or change.after.number or ""
    return PersonChange(change.line, who, member is None, tuple(_fields(change, prepared, sheet)))


def _fields(change: StaffChange, prepared: Prepared, sheet: Sheet) -> Iterator[FieldChange]:
    before = change.before or StaffFacts()
    for column in ListColumn:
        old, new = (_said(column, facts, prepared, sheet) for facts in (before, change.after))
        if old != new:
            yield FieldChange(column.value, old, new)


def _said(column: ListColumn, facts: StaffFacts, prepared: Prepared, sheet: Sheet) -> str:
    match column:
        case ListColumn.EMAIL:
            said: str | date | None = facts.email
        case ListColumn.NUMBER:
            said = facts.number
        case ListColumn.SCHOOL:
            said = _school(facts, prepared)
        case ListColumn.MANAGER:
            said = _manager(facts.manager, prepared, sheet)
        case ListColumn.JOB_GROUP:
            said = facts.job_group
        case ListColumn.STARTS_ON:
            said = facts.starts_on
    return on_day(said) if isinstance(said, date) else said or NOTHING


def _school(facts: StaffFacts, prepared: Prepared) -> str | None:
    if facts.school and facts.school < 0:
        return f"{prepared.plan.new_schools[-facts.school - 1]} (a new school)"
    name = prepared.known.school_names.get(facts.school or 0)
    return f"{name} (their course’s)" if name and not facts.is_school_given else name


def _manager(manager: int | None, prepared: Prepared, sheet: Sheet) -> str | None:
    if manager and manager < 0:
        return next((row.who for row in sheet.rows if row.line == -manager), None)
    return prepared.known.members[manager].who if manager in prepared.known.members else None
