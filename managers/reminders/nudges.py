"""Nudges: a manager reminds people now, or after a quiet time; no one is nudged twice in three days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from jinja2 import Environment
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.domain.days import day_of
from core.mail.domain.message import MailMessage
from core.mail.outbox import put_in_outbox
from lti.models import Person
from managers.reminders.digests import keep_sayings
from managers.reminders.domain.plan import Saying, rests_since, to_nudge
from managers.reminders.domain.words import ReminderKind
from managers.reminders.letters import filling_for, reminder_letter
from managers.reminders.models import Fate, Reminder, ReminderModule
from managers.reminders.people import AT_ONCE, Remindable, addresses_taken, remindable
from managers.reminders.settings import TrustReminders, reminders_of_trust
from managers.reminders.ways import ways_for, ways_to_training


@dataclass
class Nudges:
    """Who can be nudged about what, and who cannot: by the day of their last reminder, or without an address."""

    wanted: list[tuple[Remindable, tuple[Saying, ...]]] = field(default_factory=list)
    reminded: dict[date, int] = field(default_factory=dict)
    without_address: int = 0
    nothing_to_do: int = 0

    def add(self, other: "Nudges") -> None:
        """Take in those of another part of the same list."""
        self.wanted += other.wanted
        for day, number in other.reminded.items():
            self.reminded[day] = self.reminded.get(day, 0) + number
        self.without_address += other.without_address
        self.nothing_to_do += other.nothing_to_do


def possible_nudges(
    session: Session, of: TrustReminders, staff_ids: Collection[int], module: str | None, now: datetime
) -> Nudges:
    """Return who of these people can be nudged, about one module or about all that they have to do."""
    found, today, send_on = Nudges(), day_of(now), day_of(of.quiet.end_after(now))
    people = remindable(session, staff_ids, today)
    found.nothing_to_do = len(set(staff_ids)) - len(people)
    taken = addresses_taken(session, of.trust, [each.address for each in people if each.address], send_on)
    for someone in people:
        _place(found, someone, _sayings(of, someone, module, today), taken, today)
    return found


def _sayings(of: TrustReminders, someone: Remindable, module: str | None, today: date) -> tuple[Saying, ...]:
    trainings = [each for each in someone.trainings if module in {None, each.module}]
    return to_nudge(trainings, of.settings.frequency, today)


def _place(found: Nudges, someone: Remindable, sayings: tuple[Saying, ...], taken: set[str], today: date) -> None:
    if not sayings:
        found.nothing_to_do += 1
    elif not someone.address:
        found.without_address += 1
    elif last := rests_since(someone.days, today):
        found.reminded[last] = found.reminded.get(last, 0) + 1
    elif someone.address in taken:
        found.reminded[today] = found.reminded.get(today, 0) + 1
    else:
        taken.add(someone.address)
        found.wanted.append((someone, sayings))


def nudge_preview(
    session: Session,
    of: TrustReminders,
    wanted: tuple[Remindable, tuple[Saying, ...]],
    manager: str | None,
    templates: Environment,
    now: datetime,
) -> MailMessage:
    """Return the message that someone would get if they were nudged."""
    someone, sayings = wanted
    ways = ways_to_training(session, [someone.staff_id])
    theirs = ways_for(ways, someone.staff_id, [saying.module for saying in sayings])
    filling = filling_for(of, someone.name, sayings, theirs, day_of(now), manager)
    return reminder_letter(templates, of, ReminderKind.NUDGE, str(someone.address), filling)


@dataclass(frozen=True)
class Nudger:
    """The manager who nudges, and on which module they do, if on one."""

    actor: Actor
    person_id: int
    module: str | None


def nudge(session: Session, trust: str, staff_ids: Collection[int], by: Nudger, now: datetime) -> int:
    """Note that these people are to be reminded, and return how many that is; a job writes the messages.

    Anyone who was reminded a short time ago, by anyone, is left out.
    """
    of = reminders_of_trust(session, trust)
    send_at = of.quiet.end_after(now)
    wanted = possible_nudges(session, of, staff_ids, by.module, now).wanted
    for someone, sayings in wanted:
        reminder = Reminder(trust=trust, staff_id=someone.staff_id, recipient=someone.address, kind=ReminderKind.NUDGE)
        reminder.day, reminder.at, reminder.send_at = day_of(send_at), now, send_at
        reminder.by_person_id = by.person_id
        session.add(reminder)
        session.flush()
        keep_sayings(session, reminder, sayings)
    if wanted:
        numbers = [someone.staff_id for someone, _ in wanted]
        record(session, by.actor, "nudged", Thing("staff member", numbers[0]), now, trust=trust, people=[*numbers])
    return len(wanted)


def write_nudges(session: Session, templates: Environment, now: datetime) -> int:
    """Write the messages of nudges whose time has come, some at a time, and return how many were looked at.

    They say what is still to do now. Who has nothing left to do, or may not be reminded any more, gets none.
    """
    waiting = Reminder.kind == ReminderKind.NUDGE, Reminder.fate == Fate.QUEUED, Reminder.mail_id.is_(None)
    due = select(Reminder).where(*waiting, Reminder.send_at <= now).order_by(Reminder.trust, Reminder.id)
    some = session.scalars(due.limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    for trust in dict.fromkeys(reminder.trust for reminder in some):
        of = reminders_of_trust(session, trust)
        _write(session, of, [each for each in some if each.trust == trust], templates, now)
    return len(some)


def _write(
    session: Session, of: TrustReminders, nudges: Sequence[Reminder], templates: Environment, now: datetime
) -> None:
    if of.quiet.covers(now):
        # A holiday was added since: they wait for its end.
        for reminder in nudges:
            reminder.send_at = of.quiet.end_after(now)
            reminder.day = day_of(reminder.send_at)
        return
    today = day_of(now)
    people = {each.staff_id: each for each in remindable(session, [each.staff_id or 0 for each in nudges], today)}
    ways, managers = ways_to_training(session, people), _names(session, nudges)
    taken = addresses_taken(session, of.trust, [each.recipient for each in nudges], today)
    for reminder in nudges:
        someone = people.get(reminder.staff_id or 0)
        is_second = reminder.day != today and reminder.recipient in taken
        sayings = _still(session, of, reminder, someone, today) if someone and not is_second else []
        if not someone or not sayings:
            reminder.fate, reminder.ended_at = Fate.NOT_NEEDED, now
            continue
        theirs = ways_for(ways, someone.staff_id, [each.module for each in sayings])
        manager = managers.get(reminder.by_person_id or 0)
        filling = filling_for(of, someone.name, sayings, theirs, today, manager)
        message = reminder_letter(templates, of, ReminderKind.NUDGE, reminder.recipient, filling)
        reminder.mail_id, reminder.day = put_in_outbox(session, message, now).id, today
        session.flush()


def _still(session: Session, of: TrustReminders, reminder: Reminder, someone: Remindable, today: date) -> list[Saying]:
    """Return what of a nudge is still to do."""
    modules = select(ReminderModule.module).where(ReminderModule.reminder_id == reminder.id)
    asked = set(session.scalars(modules))
    return [each for each in to_nudge(someone.trainings, of.settings.frequency, today) if each.module in asked]


def _names(session: Session, nudges: Sequence[Reminder]) -> dict[int, str | None]:
    people = select(Person.id, Person.name).where(Person.id.in_({each.by_person_id for each in nudges}))
    return dict(session.execute(people).all())
