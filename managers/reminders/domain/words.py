"""The words of reminders: what a trust can change of them, and how they are filled in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from managers.reminders.domain.plan import Occasion, Saying

LONGEST_SUBJECT = 150
LONGEST_TEXT = 4_000
PLACEHOLDER = re.compile(r"\{([^{}\s]*)\}")
# Each takes the place of several lines.
BLOCKS = ("modules", "link")


class ReminderKind(Enum):
    """What a reminder is: someone's own digest, a manager's digest, or a nudge by a manager."""

    DIGEST = "digest"
    MANAGERS = "manager-digest"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one kind of reminder, in which names in braces are filled in."""

    subject: str
    text: str


DEFAULT_WORDS = {
    ReminderKind.DIGEST: Words(
        "A reminder about your training at {trust}",
        "Hello {name},\n\nThis is a reminder about your training:\n\n{modules}\n\n{link}\n\n"
        "If you have finished it by now, you do not need to do anything. If you cannot do it in time, tell your line "
        "manager.",
    ),
    ReminderKind.NUDGE: Words(
        "{manager} asks you to do your training at {trust}",
        "Hello {name},\n\n{manager} asked us to remind you about this training:\n\n{modules}\n\n{link}\n\n"
        "If you have finished it by now, you do not need to do anything. If you cannot do it in time, tell "
        "{manager}.",
    ),
    ReminderKind.MANAGERS: Words(
        "Training of your people at {trust}",
        "Hello {name},\n\nThis is how far your people are with their training:\n\n{modules}\n\n{link}\n\n"
        "We send this once a week, and only when something is overdue or due soon.",
    ),
}
PLACEHOLDERS = {
    ReminderKind.DIGEST: ("name", "modules", "link", "trust"),
    ReminderKind.NUDGE: ("name", "modules", "link", "trust", "manager"),
    ReminderKind.MANAGERS: ("name", "modules", "link", "trust"),
}
MEANINGS = {
    "name": "the name of the person who gets the message",
    "modules": "the list of training, with dates",
    "link": "the way to the training",
    "trust": "the name of your trust",
    "manager": "the name of the person who sends the nudge",
}


def problem_with(kind: ReminderKind, words: Words) -> tuple[str, str] | None:
    """Return which part of some words cannot be used and why, or None if they can."""
    if not words.subject.strip() or len(words.subject) > LONGEST_SUBJECT or len(words.subject.splitlines()) > 1:
        return "subject", f"Enter a subject of one line, with up to {LONGEST_SUBJECT} characters"
    if not words.text.strip() or len(words.text) > LONGEST_TEXT:
        return "text", f"Enter a message of up to {LONGEST_TEXT} characters"
    if in_subject := _unknown(words.subject, [name for name in PLACEHOLDERS[kind] if name not in BLOCKS]):
        return "subject", f"The subject cannot contain {{{in_subject}}}"
    if in_text := _unknown(words.text, PLACEHOLDERS[kind]):
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS[kind])
        return "text", f"There is no {{{in_text}}}. You can use {known}"
    if missing := [name for name in BLOCKS if f"{{{name}}}" not in words.text]:
        return "text", f"The message must contain {{{missing[0]}}}: {MEANINGS[missing[0]]}"
    return None


def _unknown(text: str, known: Iterable[str]) -> str | None:
    return next((name for name in PLACEHOLDER.findall(text) if name not in known), None)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to some training: words, and the address that they lead to."""

    says: str
    url: str


@dataclass(frozen=True, slots=True)
class LetterPart:
    """A part of a message: a paragraph, or a list with what it is about, or ways to the training."""

    words: str = ""
    items: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Filling:
    """What is filled in: names by placeholder, the list of training, and the ways there."""

    names: Mapping[str, str]
    modules: tuple[LetterPart, ...]
    ways: tuple[Way, ...] = field(default=())


def subject_of(words: Words, names: Mapping[str, str]) -> str:
    """Return the subject with its names, as one line that fits."""
    filled = " ".join(_filled(words.subject, names).split())
    # It could begin an encoded word, which no name from outside may do.
    return filled.replace("=?", "= ?")[: LONGEST_SUBJECT + 50]


def parts_of(words: Words, filling: Filling) -> list[LetterPart]:
    """Return the message part by part, with what is filled in."""
    found: list[LetterPart] = []
    for piece in re.split(r"(\{modules\}|\{link\})", words.text.replace("\r\n", "\n")):
        if piece == "{modules}":
            found += filling.modules
        elif piece == "{link}":
            found += [LetterPart(ways=filling.ways)] if filling.ways else []
        else:
            paragraphs = (each.strip() for each in re.split(r"\n\s*\n", piece))
            found += [LetterPart(_filled(each, filling.names)) for each in paragraphs if each]
    return found


def _filled(text: str, names: Mapping[str, str]) -> str:
    """Fill names in, once: braces in a name stay what they are."""
    return PLACEHOLDER.sub(lambda found: names.get(found[1], found[0]), text)


def said_of(saying: Saying, title: str, today: date) -> str:
    """Return what is said about a module, with its date, which is still right if the message arrives late."""
    about = saying.about
    if about is None:
        return f"{title}: still to do"
    if saying.reason is Occasion.EXPIRING:
        return f"{title}: your certificate {'ended' if about < today else 'ends'} on {_day(about)}"
    return f"{title}: {'was due' if about < today else 'due'} on {_day(about)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
