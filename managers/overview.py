"""All training of a staff member in one row, worked out from the rows of its modules in the same transaction.

Whoever changes ``StaffTraining`` notes the overviews too: lists of everyone's training read one row for each person.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from managers.models import StaffOverview, StaffTraining
from modules.passes.course_progress import Standing

COLUMNS = tuple(column.key for column in StaffOverview.__table__.columns)


def note_overviews(session: Session, staff_ids: Collection[int]) -> None:
    """Bring the overviews of these staff members up to date with their training; without any, they have none."""
    wanted = overviews_of(session, staff_ids)
    known = {row["staff_id"]: dict(row) for row in session.execute(_known(staff_ids)).mappings()}
    if gone := [staff_id for staff_id, row in known.items() if row != wanted.get(staff_id)]:
        session.execute(delete(StaffOverview).where(StaffOverview.staff_id.in_(gone)))
    if changed := [row for staff_id, row in wanted.items() if row != known.get(staff_id)]:
        session.execute(insert(StaffOverview), changed)


def _known(staff_ids: Collection[int]) -> Select[Any]:
    return select(StaffOverview.__table__).where(StaffOverview.staff_id.in_(staff_ids))


def overviews_of(session: Session, staff_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return what the training of these staff members comes to, by staff member."""
    rows = session.execute(_summed(staff_ids)).all()
    return {row.staff_id: dict(zip(COLUMNS, row, strict=True)) for row in rows}


def _summed(staff_ids: Collection[int]) -> Select[Any]:
    row, modules, passed = StaffTraining, func.count(), _number(Standing.PASSED)
    reached = case(
        (passed == modules, _as_kept(Standing.PASSED)),
        (_number(Standing.NOT_PASSED) > 0, _as_kept(Standing.NOT_PASSED)),
        (_number(Standing.NOT_STARTED) == modules, _as_kept(Standing.NOT_STARTED)),
        else_=_as_kept(Standing.IN_PROGRESS),
    )
    ends = func.min(row.valid_until), func.min(row.due_on), func.max(row.confirmed_version)
    whose = row.staff_id, row.trust, row.school_id, row.sort_name
    found = select(*whose, modules, passed, reached, *ends).group_by(*whose)
    return found.where(row.staff_id.in_(staff_ids))


def _number(standing: Standing) -> ColumnElement[int]:
    return func.count(case((StaffTraining.reached == standing, 1)))


def _as_kept(standing: Standing) -> ColumnElement[Standing]:
    return literal(standing, StaffOverview.reached.type)
