"""A reminder as it would be now, for the person who looks at its words: with their own training where they have any."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jinja2 import Environment
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from core.mail.domain.message import MailMessage
from managers.models import StaffEntry
from managers.reminders.domain.plan import Occasion, Saying, to_nudge
from managers.reminders.domain.words import Filling, LetterPart, ReminderKind, Words
from managers.reminders.letters import filling_for, names_for, reminder_letter
from managers.reminders.manager_digests import Leader, leader_parts
from managers.reminders.people import remindable
from managers.reminders.settings import TrustReminders
from managers.reminders.ways import way_for_leader, ways_for, ways_to_training

NO_ADDRESS = "you@school.example"
EXAMPLE_DAYS = timedelta(days=14)


@dataclass(frozen=True)
class Looker:
    """The person who looks: who they are here, and which people they lead."""

    person_id: int
    name: str | None
    address: str | None
    school_ids: tuple[int, ...] = ()
    manages: bool = False


@dataclass(frozen=True)
class Preview:
    """A message as it would be, and whether its training is made up, since the person has none."""

    message: MailMessage
    is_example: bool


def preview_of(
    session: Session,
    of: TrustReminders,
    kind: ReminderKind,
    words: Words,
    looker: Looker,
    templates: Environment,
    now: datetime,
) -> Preview:
    """Return a reminder in these words to the person who looks."""
    staff_id = session.scalar(select(StaffEntry.staff_id).where(StaffEntry.person_id == looker.person_id))
    fill = _for_leader if kind is ReminderKind.MANAGERS else _for_oneself
    filling, is_example = fill(session, of, looker, staff_id, day_of(now))
    message = reminder_letter(templates, of, kind, looker.address or NO_ADDRESS, filling, words)
    return Preview(message, is_example)


def _for_oneself(
    session: Session, of: TrustReminders, looker: Looker, staff_id: int | None, today: date
) -> tuple[Filling, bool]:
    people = remindable(session, [staff_id], today) if staff_id else []
    trainings = people[0].trainings if people else []
    sayings = to_nudge(trainings, of.settings.frequency, today)
    shown = sayings or [_example(of, today)]
    ways = ways_to_training(session, [staff_id] if staff_id else [])
    theirs = ways_for(ways, staff_id or 0, [each.module for each in shown])
    theirs = theirs or way_for_leader(session, of.trust, staff_id)
    return filling_for(of, looker.name, shown, theirs, today, looker.name), not sayings


def _example(of: TrustReminders, today: date) -> Saying:
    return Saying(next(iter(of.titles), "training"), Occasion.BEFORE, today + EXAMPLE_DAYS)


def _for_leader(
    session: Session, of: TrustReminders, looker: Looker, staff_id: int | None, today: date
) -> tuple[Filling, bool]:
    leader = Leader(looker.address or NO_ADDRESS, staff_id, looker.name, looker.school_ids, looker.manages)
    parts = leader_parts(session, of, leader, today)
    shown = parts or (LetterPart("Your school: 2 people with training overdue, 5 people with training due soon."),)
    return Filling(names_for(of, looker.name), shown, way_for_leader(session, of.trust, staff_id)), not parts
