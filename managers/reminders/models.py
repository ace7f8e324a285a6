"""Tables of reminders: how a trust reminds its people, its holidays, and each reminder with what became of it."""

from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.mail.domain.message import LONGEST_ADDRESS, LONGEST_SENDER_NAME
from core.trusts import Trust
from db import Base
from managers.models import StaffMember
from managers.reminders.domain.plan import Frequency, Occasion
from managers.reminders.domain.words import DEFAULT_WORDS, ReminderKind, Words

MONDAY = 0


class ReminderSettings(Base):
    """How a trust reminds its people; off until someone switches it on.

    ``before`` and ``expiring`` are days before a due date and before the end of a pass; ``most`` is how often something
    overdue is mentioned. Messages go out from ``from_hour`` until before ``to_hour``, and to managers on ``weekday``
    (Monday is 0), or never. ``words`` are those that the trust has changed, by kind. Reminders are on record for
    ``keep_months``.
    """

    __tablename__ = "reminder_settings"
    __table_args__ = (
        UniqueConstraint("trust"),
        CheckConstraint("from_hour >= 0 AND from_hour < to_hour AND to_hour <= 24", name="hours_are_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    is_on: Mapped[bool] = mapped_column(default=False)
    before: Mapped[list[int]] = mapped_column(JSON)
    expiring: Mapped[list[int]] = mapped_column(JSON)
    most: Mapped[int]
    from_hour: Mapped[int]
    to_hour: Mapped[int]
    weekday: Mapped[int | None]
    sender_name: Mapped[str | None] = mapped_column(String(LONGEST_SENDER_NAME))
    reply_to: Mapped[str | None] = mapped_column(String(LONGEST_ADDRESS))
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    keep_months: Mapped[int]

    @property
    def frequency(self) -> Frequency:
        """Return how often people are reminded."""
        return Frequency(tuple(self.before), tuple(self.expiring), self.most)

    def words_of(self, kind: ReminderKind) -> Words:
        """Return the trust's words for a kind of reminder, or ours."""
        own = self.words.get(kind.value)
        return Words(own["subject"], own["text"]) if own else DEFAULT_WORDS[kind]


def default_settings(trust: str) -> ReminderSettings:
    """Return the settings of a trust that has not chosen any."""
    usual = Frequency()
    settings = ReminderSettings(trust=trust, is_on=False, from_hour=8, to_hour=17, weekday=MONDAY, words={})
    settings.before, settings.expiring = list(usual.before), list(usual.expiring)
    settings.most, settings.keep_months = usual.most, 24
    return settings


class ReminderHoliday(Base):
    """Days on which no one of a trust gets a reminder, the first and the last included."""

    __tablename__ = "reminder_holidays"
    __table_args__ = (Index(None, "trust", "first_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    name: Mapped[str] = mapped_column(String(100))
    first_day: Mapped[date]
    last_day: Mapped[date]


class Fate(Enum):
    """What became of a reminder; ``NOT_NEEDED``: when it could be sent, there was nothing left to say."""

    QUEUED = "queued"
    SENT = "sent"
    REFUSED = "refused"
    BOUNCED = "bounced"
    GIVEN_UP = "given-up"
    UNCONFIRMED = "unconfirmed"
    NOT_NEEDED = "not-needed"


class Reminder(Base):
    """A message to one person on one ``day``, with what became of it; kept when the message itself is cleared away.

    ``staff_id`` is None for a leader who is not among the staff that we know. A nudge is written at ``at``, by
    ``by_person_id``, and has no ``mail_id`` until it is sent, from ``send_at`` on. ``words`` are those of the last try.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        # However many workers there are, no one gets two messages on a day.
        UniqueConstraint("staff_id", "day"),
        UniqueConstraint("trust", "recipient", "day"),
        Index(None, "trust", "id"),
        Index(None, "fate", "send_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey(StaffMember.id))
    recipient: Mapped[str] = mapped_column(String(LONGEST_ADDRESS))
    kind: Mapped[ReminderKind]
    day: Mapped[date]
    at: Mapped[datetime]
    send_at: Mapped[datetime]
    by_person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    mail_id: Mapped[int | None] = mapped_column(index=True)
    fate: Mapped[Fate] = mapped_column(default=Fate.QUEUED)
    words: Mapped[str] = mapped_column(String(500), default="")
    ended_at: Mapped[datetime | None]


class ReminderModule(Base):
    """A module that a reminder mentions, why, and the date that it is about."""

    __tablename__ = "reminder_modules"

    reminder_id: Mapped[int] = mapped_column(ForeignKey(Reminder.id, ondelete="CASCADE"), primary_key=True)
    module: Mapped[str] = mapped_column(String(100), primary_key=True)
    reason: Mapped[Occasion]
    about: Mapped[date | None]
