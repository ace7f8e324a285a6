"""Digests: one message to each person with all that is to be said to them today, written with its record."""

from collections.abc import Collection, Iterable
from datetime import datetime

from jinja2 import Environment
from sqlalchemy.orm import Session

from core.domain.days import day_of
from core.mail.domain.message import MailMessage
from core.mail.outbox import put_in_outbox
from managers.reminders.domain.plan import Saying, to_say
from managers.reminders.domain.words import ReminderKind
from managers.reminders.letters import filling_for, reminder_letter
from managers.reminders.models import Reminder, ReminderModule
from managers.reminders.people import Remindable, addresses_taken, remindable
from managers.reminders.settings import TrustReminders
from managers.reminders.ways import ways_for, ways_to_training

Wanted = list[tuple[Remindable, tuple[Saying, ...]]]


def wanted_digests(session: Session, of: TrustReminders, staff_ids: Collection[int], now: datetime) -> Wanted:
    """Return which of these people get a digest today, and what it says."""
    today, frequency = day_of(now), of.settings.frequency
    people = [each for each in remindable(session, staff_ids, today) if each.address and today not in each.days]
    taken = addresses_taken(session, of.trust, [each.address for each in people if each.address], today)
    found: Wanted = []
    for someone in people:
        sayings = to_say(someone.trainings, someone.said, frequency, today)
        if sayings and someone.address and someone.address not in taken:
            taken.add(someone.address)
            found.append((someone, sayings))
    return found


def write_digests(
    session: Session, of: TrustReminders, staff_ids: Collection[int], templates: Environment, now: datetime
) -> int:
    """Write the digests of today to these people, each with its message, and return how many there are.

    What was written meanwhile by another worker is seen here, or refused by the database: then all of it is tried anew.
    """
    wanted, today = wanted_digests(session, of, staff_ids, now), day_of(now)
    ways = ways_to_training(session, [someone.staff_id for someone, _ in wanted])
    for someone, sayings in wanted:
        theirs = ways_for(ways, someone.staff_id, [saying.module for saying in sayings])
        filling = filling_for(of, someone.name, sayings, theirs, today)
        message = reminder_letter(templates, of, ReminderKind.DIGEST, str(someone.address), filling)
        keep_reminder(session, of.trust, ReminderKind.DIGEST, someone.staff_id, message, now, sayings)
    return len(wanted)


def keep_reminder(
    session: Session,
    trust: str,
    kind: ReminderKind,
    staff_id: int | None,
    message: MailMessage,
    now: datetime,
    sayings: Iterable[Saying] = (),
) -> None:
    """Put a message into the outbox, and the reminder that it is on record."""
    mail = put_in_outbox(session, message, now)
    reminder = Reminder(trust=trust, staff_id=staff_id, recipient=message.to, kind=kind, day=day_of(now))
    reminder.at, reminder.send_at, reminder.mail_id = now, now, mail.id
    session.add(reminder)
    session.flush()
    keep_sayings(session, reminder, sayings)


def keep_sayings(session: Session, reminder: Reminder, sayings: Iterable[Saying]) -> None:
    """Put on record what a reminder says."""
    session.add_all(
        ReminderModule(reminder_id=reminder.id, module=each.module, reason=each.reason, about=each.about)
        for each in sayings
    )
    session.flush()
