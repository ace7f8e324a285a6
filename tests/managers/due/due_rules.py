"""Rules for due dates and staff members whom they concern, for tests."""

from dataclasses import replace
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit.domain.event import by_command
from db import Database
from lti.domain.roles import Role
from lti.models import Activity
from managers.due.domain.rules import Audience, DueKind, Terms
from managers.due.models import DueRule
from managers.due.refresh import refresh_piece
from managers.due.rules import add_rule
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.staff.refresh import refresh_people
from modules.content.publish import publish
from modules.models import Attempt, ModuleVersion, Pass
from tests.support.factories import CONTENT, NOW, add_activity, add_person, add_platform

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


class Staffed:
    """A trust with one course, and staff in it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        publish(session, replace(CONTENT, module=replace(CONTENT.module, valid_months=12)), NOW)
        self.platform = add_platform(session)
        self.activity: Activity = add_activity(session, self.platform)

    def staff(self, name: str = "Ada Okafor", **columns: object) -> StaffMember:
        """Add a staff member who was asked for the training in September, unless they started later."""
        person = add_person(self.session, self.activity, self.platform, name, Role.STAFF)
        member = staff_of(self.session, person.id, **columns)
        asked_since(self.session, date(2026, 9, 1))
        return member

    def passes(self, member: StaffMember, until: date | None) -> None:
        """Let someone pass, with a pass that is valid until then."""
        person_id = self.person_of(member)
        version = self.session.scalars(select(ModuleVersion).where(ModuleVersion.module == "photos")).one()
        attempt = Attempt(person_id=person_id, activity_id=self.activity.id, module="photos", version_id=version.id)
        attempt.started_at = attempt.finished_at = NOW
        self.session.add(attempt)
        self.session.flush()
        made = {"attempt_id": attempt.id, "module": "photos", "person_id": person_id, "cycle": 1}
        self.session.add(Pass(**made, passed_at=NOW, valid_until=until))
        refresh_people(self.session, [person_id], NOW)

    def person_of(self, member: StaffMember) -> int:
        entry = select(StaffEntry.person_id).where(StaffEntry.staff_id == member.id)
        return self.session.scalars(entry).one()
