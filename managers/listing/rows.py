"""What a list of staff says about each of its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, literal, null, select
from sqlalchemy.orm import Session, aliased

from core.schools import School
from managers.listing.conditions import PeopleList, has_status, is_confirmed, with_refused_grades
from managers.listing.domain.query import PARTS, ListStatus
from managers.models import StaffMember, StaffOverview, StaffTraining
from modules.passes.course_progress import Standing

_manager = aliased(StaffMember)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Someone on a list: who they are, how far they are with its module or with all, and what is due by when.

    ``is_confirmed`` is None where nothing asks for the policy to be confirmed. ``has_trouble``: an LMS did not accept a
    grade. ``passed`` of their ``modules`` are valid today, and so many are ``overdue``.
    """

    staff_id: int
    name: str | None
    email: str | None
    number: str | None
    job_group: str | None
    starts_on: date | None
    school: str | None
    manager: str | None
    status: ListStatus
    is_confirmed: bool | None
    due_on: date | None
    valid_until: date | None
    passed_at: datetime | None
    has_trouble: bool
    modules: int
    passed: int
    overdue: int


def staff_rows(session: Session, of: PeopleList, ids: Sequence[int]) -> list[StaffRow]:
    """Return the rows of these people, in this order: one question."""
    found = {row[0]: row_from(row) for row in session.execute(rows_of(of).where(of.rows.staff_id.in_(ids)))}
    # Someone may lose their last training between two questions: then they are not shown.
    return [found[each] for each in ids if each in found]


def row_from(row: Row[Any] | Sequence[Any]) -> StaffRow:
    """Return the row of a list from what ``rows_of`` found, which may be followed by other columns."""
    values = list(row[: len(StaffRow.__slots__)])
    place = StaffRow.__slots__.index("status")
    values[place] = ListStatus(values[place])
    return StaffRow(*values)


def rows_of(of: PeopleList) -> Select[Any]:
    """Select what the rows of a list say; which of them is left to add."""
    rows = of.rows
    found = (
        select(
            *(rows.staff_id, StaffMember.name, StaffMember.email, StaffMember.number),
            *(StaffMember.job_group, StaffMember.starts_on, School.name, _manager.name),
            *(_status(of), is_confirmed(of), rows.due_on, rows.valid_until),
            StaffTraining.passed_at if of.module else null(),
            rows.staff_id.in_(with_refused_grades(of)),
            *_numbers(of),
        )
        .select_from(rows)
        .join(StaffMember, StaffMember.id == rows.staff_id)
        .outerjoin(School, School.id == rows.school_id)
        .outerjoin(_manager, _manager.id == StaffMember.line_manager_id)
    )
    return found.where(StaffTraining.module == of.module.key) if of.module else found


def _status(of: PeopleList) -> ColumnElement[str]:
    """Return the one status that a row shows: that the policy is still to be confirmed comes before passed."""
    shown = (ListStatus.UNCONFIRMED, *PARTS) if of.module and of.asking else PARTS
    return case(*((has_status(of, each), literal(each.value)) for each in shown))


def _numbers(of: PeopleList) -> tuple[Any, ...]:
    """Return how many modules someone has to take, how many of their passes are valid, and how many are overdue."""
    overdue, lasts = StaffTraining.due_on < of.today, func.coalesce(StaffTraining.valid_until, of.today) >= of.today
    passed = StaffTraining.reached == Standing.PASSED, lasts
    if of.module:
        return literal(1), case((passed[0] & passed[1], 1), else_=0), case((overdue, 1), else_=0)
    theirs = select(func.count()).where(StaffTraining.staff_id == StaffOverview.staff_id)
    return (
        StaffOverview.modules,
        theirs.where(*passed).correlate(StaffOverview).scalar_subquery(),
        theirs.where(overdue).correlate(StaffOverview).scalar_subquery(),
    )
