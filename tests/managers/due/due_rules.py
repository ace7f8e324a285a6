"""Rules for due dates and staff members whom they concern, for tests."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit.domain.event import by_command
from db import Database
from managers.due.domain.rules import Audience, DueKind, Terms
from managers.due.models import DueRule
from managers.due.refresh import refresh_piece
from managers.due.rules import add_rule
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.staff.refresh import refresh_people
from tests.support.factories import NOW

COMMAND = by_command("root", "due add")
BY_OCTOBER = Terms(DueKind.YEAR, 30, date(2026, 10, 31))
AFTER_START = Terms(DueKind.START, 30)
EVERYONE = Audience()


def staff_of(session: Session, person_id: int, **columns: object) -> StaffMember:
    """Bring a person of an LMS up to date, and return the staff member they are, of whom a list says this."""
    refresh_people(session, [person_id], NOW)
    entry = session.get_one(StaffEntry, person_id)
    if columns:
        session.execute(update(StaffMember).where(StaffMember.id == entry.staff_id).values(**columns))
        refresh_people(session, [person_id], NOW)
    return session.get_one(StaffMember, entry.staff_id, populate_existing=True)


def asked_since(session: Session, day: date) -> None:
    """Let everyone have been asked for their training since a day."""
    session.execute(update(StaffTraining).values(since=day))


def has_rule(session: Session, terms: Terms = BY_OCTOBER, audience: Audience = EVERYONE) -> DueRule:
    """Add a rule and work all due dates out."""
    rule = add_rule(session, "invictus", audience, terms, COMMAND, NOW)
    work_out(session)
    return rule


def work_out(session: Session) -> None:
    """Work out anew what is asked for."""
    while refresh_piece(session, NOW):
        session.flush()


def due_of(session: Session, staff_id: int, module: str = "photos") -> date | None:
    """Return the due date that is kept with someone's training."""
    theirs = StaffTraining.staff_id == staff_id, StaffTraining.module == module
    return session.scalar(select(StaffTraining.due_on).where(*theirs))


def dates_in(database: Database) -> dict[int, date | None]:
    """Return the due dates that are kept, by staff member."""
    with database.reading() as session:
        return dict(session.execute(select(StaffTraining.staff_id, StaffTraining.due_on)).all())
