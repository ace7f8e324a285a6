"""Exceptions: staff members for whom nothing is overdue for some time, entered by those who lead them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.domain.days import day_of
from core.domain.names import folded
from managers.due.dates import note_due_dates
from managers.due.domain.absences import Absence
from managers.due.models import DueException, ExceptionReason
from managers.models import StaffMember, StaffTraining

MOST_FOUND = 20


class NoSuchException(LookupError):
    """There is no exception with this number that could be ended for this person."""


def staff_like(session: Session, trust: str, schools: Collection[int] | None, sought: str) -> Sequence[StaffMember]:
    """Return the staff members of these schools, or of all, whose name or address has these words, by name."""
    alike = StaffMember.sort_name.contains(folded(sought), autoescape=True)
    by_address = StaffMember.email.contains(sought.lower(), autoescape=True)
    wanted = select(StaffMember).where(StaffMember.trust == trust, or_(alike, by_address))
    if schools is not None:
        wanted = wanted.where(StaffMember.school_id.in_(schools))
    return session.scalars(wanted.order_by(StaffMember.sort_name, StaffMember.id).limit(MOST_FOUND)).all()


def exceptions_of(session: Session, staff_id: int) -> Sequence[DueException]:
    """Return the exceptions of a staff member, the latest first, also those that have ended."""
    wanted = select(DueException).where(DueException.staff_id == staff_id)
    return session.scalars(wanted.order_by(DueException.first_day.desc(), DueException.id.desc())).all()


def trainings_of(session: Session, staff_id: int) -> Sequence[StaffTraining]:
    """Return the training that a staff member has to take, what is due first before the rest."""
    wanted = select(StaffTraining).where(StaffTraining.staff_id == staff_id)
    return sorted(session.scalars(wanted), key=lambda row: (row.due_on or date.max, row.module))


def find_open(session: Session, number: int, staff_id: int) -> DueException | None:
    """Return an exception of a staff member that has not been ended, by its number; None if there is none."""
    found = session.get(DueException, number)
    return found if found and found.staff_id == staff_id and not found.ended_at else None


def add_exception(
    session: Session,
    staff_id: int,
    module: str | None,
    reason: ExceptionReason,
    absence: Absence,
    actor: Actor,
    now: datetime,
) -> DueException:
    """Except a staff member from the due dates of a module, or of all, and work theirs out anew at once."""
    added = DueException(staff_id=staff_id, module=module, reason=reason, added_at=now)
    added.first_day, added.last_day = absence.first, absence.last
    session.add(added)
    session.flush()
    _record(session, added, actor, "added", now)
    note_due_dates(session, [staff_id], day_of(now))
    return added


def end_exception(
    session: Session, number: int, staff_id: int, last_day: date | None, actor: Actor, now: datetime
) -> DueException:
    """End an exception of a staff member on a last day, or as a mistake so that it never counted if there is none.

    NoSuchException if they have none with this number that has not been ended.
    """
    ended = find_open(session, number, staff_id)
    if not ended:
        raise NoSuchException(number)
    ended.last_day = last_day or ended.first_day - timedelta(days=1)
    ended.ended_at = now
    session.flush()
    _record(session, ended, actor, "ended", now)
    note_due_dates(session, [staff_id], day_of(now))
    return ended


def move_exceptions(session: Session, staff_id: int, to_id: int) -> None:
    """Let the exceptions of a staff member who has become one with another be theirs."""
    theirs = update(DueException).where(DueException.staff_id == staff_id)
    session.execute(theirs.values(staff_id=to_id))


def _record(session: Session, what: DueException, actor: Actor, action: str, now: datetime) -> None:
    """Put it on record without the reason, which says something about someone's health or family."""
    last = what.last_day.isoformat() if what.last_day else None
    days = {"first_day": what.first_day.isoformat(), "last_day": last}
    thing = Thing("due exception", what.id)
    record(session, actor, action, thing, now, staff=what.staff_id, module=what.module, **days)
