"""A trust with reminders: its people, their due dates, and what is written to them when."""

from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit.domain.event import by_command
from core.domain.days import day_of
from core.mail.models import Mail
from db import Database
from lti.domain.roles import Role
from lti.models import Course, Membership, Person, Platform
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.overview import note_overviews
from managers.reminders.models import Reminder, ReminderModule
from managers.reminders.send import write_due_reminders
from managers.reminders.settings import switch
from managers.staff.refresh import refresh_people
from tests.support.factories import NOW, add_person
from tests.support.school import School

COMMAND = by_command("root", "tests")
COURSE_URL = "https://lms.example/course/view.php?id=2"
DAY = timedelta(days=1)


class RemindingTrust:
    """A school's trust that has switched reminders on, with a course whose address in its LMS we know."""

    def __init__(self, app: Flask, database: Database, school: School) -> None:
        self.templates, self.database, self.school = app.jinja_env, database, school
        with database.transaction() as session:
            session.get_one(Platform, school.platform.id).family = "moodle"
            session.get_one(Course, school.activity.course_id).url = COURSE_URL
            switch(session, "invictus", True, COMMAND, NOW)

    def person(self, name: str, due: date | None = None, email: str | None = "", **columns: object) -> int:
        """Enrol someone and return their number as a staff member; without an address for None."""
        address = f"{name.split()[0].lower()}@oak.example" if email == "" else email
        with self.database.transaction() as session:
            person = add_person(session, self.school.activity, self.school.platform, name, Role.STAFF)
            person.email = address
            refresh_people(session, [person.id], NOW)
            staff_id = session.scalars(select(StaffEntry.staff_id).where(StaffEntry.person_id == person.id)).one()
            set_columns(session, staff_id, due_on=due, **columns)
        return staff_id

    def write(self, now: datetime = NOW) -> int:
        """Write all that is due at a moment."""
        return write_due_reminders(self.database, self.templates, now)

    def write_daily(self, days: int, first: datetime = NOW) -> None:
        """Write what is due on so many days, every few hours."""
        for number in range(days):
            for hours in (0, 3):
                self.write(first + number * DAY + timedelta(hours=hours))

    def mails(self) -> list[Mail]:
        with self.database.reading() as session:
            return list(session.scalars(select(Mail).order_by(Mail.id)))

    def reminders(self) -> list[Reminder]:
        with self.database.reading() as session:
            return list(session.scalars(select(Reminder).order_by(Reminder.id)))

    def said(self) -> list[tuple[str, date, str]]:
        """Return who was told something, on which day, and why."""
        wanted = select(Reminder.recipient, Reminder.day, ReminderModule.reason).join(ReminderModule)
        with self.database.reading() as session:
            rows = session.execute(wanted.order_by(Reminder.day, Reminder.recipient)).all()
        return [(recipient, day, reason.value) for recipient, day, reason in rows]

    def change(self, staff_id: int, **columns: object) -> None:
        with self.database.transaction() as session:
            set_columns(session, staff_id, **columns)

    def leave(self, staff_id: int) -> None:
        """Let someone leave their course, as a roster tells."""
        with self.database.transaction() as session:
            people = session.scalars(select(StaffEntry.person_id).where(StaffEntry.staff_id == staff_id)).all()
            session.execute(update(Membership).where(Membership.person_id.in_(people)).values(left_at=NOW))
            refresh_people(session, people, NOW)

    def person_of(self, staff_id: int) -> Person:
        with self.database.reading() as session:
            entry = select(StaffEntry.person_id).where(StaffEntry.staff_id == staff_id)
            return session.scalars(select(Person).where(Person.id.in_(entry))).first()


def set_columns(session: Session, staff_id: int, **columns: object) -> None:
    """Set what is known of a staff member, and of their training."""
    own = {name: value for name, value in columns.items() if hasattr(StaffMember, name)}
    if own:
        session.execute(update(StaffMember).where(StaffMember.id == staff_id).values(**own))
    of_training = {name: value for name, value in columns.items() if hasattr(StaffTraining, name)}
    session.execute(update(StaffTraining).where(StaffTraining.staff_id == staff_id).values(**of_training))
    note_overviews(session, [staff_id])


TODAY = day_of(NOW)
