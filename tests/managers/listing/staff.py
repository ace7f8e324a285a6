"""Staff of a trust with their training, written down as a test wants them, whatever course they would learn in."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from core.domain.names import sort_name
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.overview import note_overviews
from modules.passes.course_progress import Standing

SINCE = date(2026, 9, 1)


@dataclass(frozen=True)
class Taken:
    """How far someone is with a module; days are counted from today, and None where there is no such date."""

    module: str = "photos"
    reached: Standing = Standing.NOT_STARTED
    ends_in: int | None = None
    due_in: int | None = None


def add_member(
    session: Session,
    today: date,
    name: str,
    *trainings: Taken,
    trust: str = "invictus",
    person_id: int | None = None,
    confirmed: str | None = None,
    **columns: object,
) -> StaffMember:
    """Add a staff member who has to take this training."""
    member = StaffMember(trust=trust, name=name, sort_name=sort_name(name, None, None), school_given=False, **columns)
    session.add(member)
    session.flush()
    if person_id:
        session.merge(StaffEntry(person_id=person_id, staff_id=member.id))
    session.add_all(_row(member, today, taken, confirmed) for taken in trainings)
    session.flush()
    note_overviews(session, [member.id])
    return member


def _row(member: StaffMember, today: date, taken: Taken, confirmed: str | None) -> StaffTraining:
    passed = taken.reached is Standing.PASSED
    same = {name: getattr(member, name) for name in ("trust", "school_id", "sort_name")}
    return StaffTraining(
        staff_id=member.id,
        module=taken.module,
        reached=taken.reached,
        since=SINCE,
        valid_until=_day(today, taken.ends_in) if passed else None,
        due_on=_day(today, taken.due_in),
        confirmed_version=confirmed,
        **same,
    )


def _day(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)
