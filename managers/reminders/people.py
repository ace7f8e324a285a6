"""People who can be reminded: those with training to take, their address, and what was said to them before."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.mail.domain.message import folded_address
from lti.models import Person
from managers.due.models import DueException
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.reminders.domain.plan import Frequency, Said, TrainingDates
from managers.reminders.domain.words import ReminderKind
from managers.reminders.models import Fate, Reminder, ReminderModule
from modules.passes.course_progress import Standing

# Writing so many messages takes a few tenths of a second, in which no one else can write.
AT_ONCE = 100
TO_ONESELF = ReminderKind.DIGEST, ReminderKind.NUDGE


@dataclass
class Remindable:
    """Someone who may be reminded: their training outside exceptions, what was said, and on which days."""

    staff_id: int
    name: str | None
    address: str | None
    trainings: list[TrainingDates] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    days: set[date] = field(default_factory=set)


def next_staff(session: Session, trust: str, after: int, frequency: Frequency, today: date) -> Sequence[int]:
    """Return the next staff members of a trust, by number, with a date near enough that something may be said."""
    near = today + timedelta(days=max(frequency.before, default=0))
    ending = today + timedelta(days=max(frequency.expiring, default=0))
    wanted = select(StaffTraining.staff_id).where(StaffTraining.trust == trust, StaffTraining.staff_id > after)
    wanted = wanted.where(or_(StaffTraining.due_on <= near, StaffTraining.valid_until <= ending)).distinct()
    return session.scalars(wanted.order_by(StaffTraining.staff_id).limit(AT_ONCE)).all()


def remindable(session: Session, staff_ids: Collection[int], today: date) -> list[Remindable]:
    """Return these staff members, those with training to take, with all that decides about reminding them."""
    members = select(StaffMember.id, StaffMember.name, StaffMember.email).where(StaffMember.id.in_(staff_ids))
    found = {row[0]: Remindable(*row) for row in session.execute(members.order_by(StaffMember.id))}
    _add_training(session, found, today)
    _add_addresses(session, found)
    _add_history(session, found)
    return [someone for someone in found.values() if someone.trainings]


def _add_training(session: Session, people: dict[int, Remindable], today: date) -> None:
    excepted = set(session.execute(excepted_today(people, today)).all())
    columns = StaffTraining.staff_id, StaffTraining.module, StaffTraining.due_on, StaffTraining.valid_until
    wanted = select(*columns, StaffTraining.reached).where(StaffTraining.staff_id.in_(people))
    for staff_id, module, due_on, until, reached in session.execute(wanted.order_by(StaffTraining.module)):
        if not {(staff_id, None), (staff_id, module)} & excepted:
            training = TrainingDates(module, due_on, reached is Standing.PASSED, until)
            people[staff_id].trainings.append(training)


def excepted_today(staff_ids: Collection[int], today: date) -> Select[int, str | None]:
    """Select who is excepted from which module today; None as the module is for all of them."""
    begun, not_over = (
        DueException.first_day <= today,
        or_(DueException.last_day.is_(None), DueException.last_day >= today),
    )
    return select(DueException.staff_id, DueException.module).where(
        DueException.staff_id.in_(staff_ids), begun, not_over
    )


def _add_addresses(session: Session, people: dict[int, Remindable]) -> None:
    """Let those whose address no one vouches for have the one to which their LMS sends its own messages."""
    for someone in people.values():
        someone.address = folded_address(someone.address)
    without = [someone.staff_id for someone in people.values() if not someone.address]
    wanted = select(StaffEntry.staff_id, Person.email).join(Person, Person.id == StaffEntry.person_id)
    for staff_id, email in session.execute(wanted.where(StaffEntry.staff_id.in_(without)).order_by(Person.id)):
        people[staff_id].address = folded_address(email) or people[staff_id].address


def _add_history(session: Session, people: dict[int, Remindable]) -> None:
    own = Reminder.staff_id.in_(people)
    dated = select(StaffMember.id, Reminder.day).join(Reminder, Reminder.staff_id == StaffMember.id)
    for staff_id, day in session.execute(dated.where(own)):
        people[staff_id].days.add(day)
    about = ReminderModule.module, ReminderModule.reason, ReminderModule.about, Reminder.day, Reminder.kind
    said = (
        select(StaffMember.id, *about)
        .join(Reminder, Reminder.staff_id == StaffMember.id)
        .join(ReminderModule, ReminderModule.reminder_id == Reminder.id)
        .where(own, Reminder.kind.in_(TO_ONESELF), Reminder.fate != Fate.NOT_NEEDED)
    )
    for staff_id, module, reason, date_said, day, kind in session.execute(said):
        people[staff_id].said.append(Said(module, reason, date_said, day, kind is ReminderKind.NUDGE))


def addresses_taken(session: Session, trust: str, addresses: Collection[str], day: date) -> set[str]:
    """Return those of these addresses that get a message of a trust on a day: one is enough for all who share it."""
    taken = Reminder.trust == trust, Reminder.day == day, Reminder.recipient.in_(addresses)
    return set(session.scalars(select(Reminder.recipient).where(*taken)))


def without_address(session: Session, trust: str, most: int) -> tuple[int, Sequence[StaffMember]]:
    """Return how many of a trust's people have training to take and no address, and the first of them by name."""
    entries = select(StaffEntry.staff_id).join(Person, Person.id == StaffEntry.person_id)
    has_address = entries.where(StaffEntry.staff_id == StaffMember.id, Person.email.is_not(None), Person.email != "")
    trained = select(StaffTraining.staff_id).where(StaffTraining.trust == trust)
    theirs = StaffMember.trust == trust, StaffMember.email.is_(None), ~has_address.exists(), StaffMember.id.in_(trained)
    number = session.scalar(select(func.count()).select_from(StaffMember).where(*theirs)) or 0
    first = select(StaffMember).where(*theirs).order_by(StaffMember.sort_name, StaffMember.id).limit(most)
    return number, session.scalars(first).all() if number else ()
