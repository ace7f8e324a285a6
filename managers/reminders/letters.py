"""The letters of reminders: a trust's words, filled in for one person."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from jinja2 import Environment

from core.domain.names import legible
from core.mail.domain.message import MailMessage
from core.mail.letters import letter
from managers.reminders.domain.plan import Saying
from managers.reminders.domain.words import Filling, LetterPart, ReminderKind, Way, Words, parts_of, said_of, subject_of
from managers.reminders.settings import TrustReminders

# Where no one has told us a name.
NO_NAME = "colleague"


def reminder_letter(
    templates: Environment,
    of: TrustReminders,
    kind: ReminderKind,
    to: str,
    filling: Filling,
    words: Words | None = None,
) -> MailMessage:
    """Return a reminder in the words of its trust, or in these."""
    words = words or of.settings.words_of(kind)
    subject, parts = subject_of(words, filling.names), parts_of(words, filling)
    message = letter(templates, "reminder", to, subject, title=subject, parts=parts)
    return replace(message, sender_name=of.settings.sender_name, reply_to=of.settings.reply_to)


def filling_for(
    of: TrustReminders,
    name: str | None,
    sayings: Iterable[Saying],
    ways: Sequence[Way],
    today: date,
    manager: str | None = None,
) -> Filling:
    """Return what is filled in when there is this to say to someone."""
    items = tuple(said_of(each, of.titles.get(each.module, each.module), today) for each in sayings)
    return Filling(names_for(of, name, manager), (LetterPart(items=items),), tuple(ways))


def names_for(of: TrustReminders, name: str | None, manager: str | None = None) -> dict[str, str]:
    """Return the names that are filled in."""
    known = {"name": legible(name or ""), "manager": legible(manager or "")}
    return {"trust": of.name, "name": known["name"] or NO_NAME, "manager": known["manager"] or "Your manager"}
