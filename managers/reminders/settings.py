"""How a trust reminds its people: its settings, words and holidays, changed by those who look after its training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.trusts import Trust, name_of_trust
from db import hold
from managers.reminders.domain.quiet import Holiday, QuietTimes
from managers.reminders.domain.words import ReminderKind, Words
from managers.reminders.models import ReminderHoliday, ReminderSettings, default_settings
from modules.content.publish import contents_of_trust


@dataclass(frozen=True)
class TrustReminders:
    """All that decides about the reminders of a trust: its settings, quiet times, and what its modules are called."""

    trust: str
    name: str
    settings: ReminderSettings
    quiet: QuietTimes
    titles: Mapping[str, str]


class NoSuchHoliday(LookupError):
    """The trust has no holiday with this number."""


def settings_of(session: Session, trust: str) -> ReminderSettings:
    """Return how a trust reminds its people; the usual way, and off, if it has not chosen."""
    found = session.scalar(select(ReminderSettings).where(ReminderSettings.trust == trust))
    return found or default_settings(trust)


def reminders_of_trust(session: Session, trust: str) -> TrustReminders:
    """Return all that decides about a trust's reminders."""
    settings, name = settings_of(session, trust), name_of_trust(session, trust)
    return TrustReminders(trust, name, settings, quiet_times(session, trust, settings), titles_of(session, trust))


def titles_of(session: Session, trust: str) -> dict[str, str]:
    """Return what a trust's modules are called."""
    return {key: content.module.title for key, content in contents_of_trust(session, trust).items()}


def quiet_times(session: Session, trust: str, settings: ReminderSettings) -> QuietTimes:
    """Return when no one of a trust gets a reminder."""
    holidays = tuple(Holiday(each.first_day, each.last_day) for each in holidays_of(session, trust))
    return QuietTimes(holidays, settings.from_hour, settings.to_hour)


def holidays_of(session: Session, trust: str) -> Sequence[ReminderHoliday]:
    """Return the holidays of a trust, the earliest first."""
    wanted = select(ReminderHoliday).where(ReminderHoliday.trust == trust)
    return session.scalars(wanted.order_by(ReminderHoliday.first_day, ReminderHoliday.id)).all()


def trusts_that_remind(session: Session) -> Sequence[str]:
    """Return the keys of the trusts that have switched reminders on."""
    on = select(ReminderSettings.trust).where(ReminderSettings.is_on)
    return session.scalars(on.order_by(ReminderSettings.trust)).all()


def switch(session: Session, trust: str, is_on: bool, actor: Actor, now: datetime) -> None:
    """Switch a trust's reminders on or off, and record it only if that changes anything."""
    settings = _own_settings(session, trust)
    if settings.is_on is not is_on:
        settings.is_on = is_on
        _record(session, settings, "switched on" if is_on else "switched off", actor, now)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a trust has chosen: when people are reminded, and who messages come from."""

    before: Sequence[int]
    expiring: Sequence[int]
    most: int
    from_hour: int
    to_hour: int
    weekday: int | None
    sender_name: str | None
    reply_to: str | None
    keep_months: int


def choose(session: Session, trust: str, chosen: Chosen, actor: Actor, now: datetime) -> None:
    """Let a trust remind its people so from now on."""
    settings = _own_settings(session, trust)
    settings.before, settings.expiring = list(chosen.before), list(chosen.expiring)
    settings.most, settings.weekday, settings.keep_months = chosen.most, chosen.weekday, chosen.keep_months
    settings.from_hour, settings.to_hour = chosen.from_hour, chosen.to_hour
    settings.sender_name, settings.reply_to = chosen.sender_name, chosen.reply_to
    _record(session, settings, "changed", actor, now)


def set_words(
    session: Session, trust: str, kind: ReminderKind, words: Words | None, actor: Actor, now: datetime
) -> None:
    """Let a kind of reminder have these words, or ours again if there are none."""
    settings = _own_settings(session, trust)
    others = {name: each for name, each in settings.words.items() if name != kind.value}
    own = {kind.value: {"subject": words.subject, "text": words.text}} if words else {}
    settings.words = others | own
    _record(session, settings, "reworded", actor, now, kind.value)


def _own_settings(session: Session, trust: str) -> ReminderSettings:
    # So that two who change something first at the same time change the same row.
    hold(session, session.get_one(Trust, trust))
    settings = settings_of(session, trust)
    session.add(settings)
    session.flush()
    return settings


def _record(
    session: Session, settings: ReminderSettings, action: str, actor: Actor, now: datetime, kind: str | None = None
) -> None:
    record(session, actor, action, Thing("reminder settings", settings.id), now, trust=settings.trust, kind=kind)


def add_holiday(session: Session, trust: str, name: str, days: Holiday, actor: Actor, now: datetime) -> None:
    """Add a holiday to a trust's calendar; the same days and name a second time are left as they are."""
    same = ReminderHoliday.first_day == days.first, ReminderHoliday.last_day == days.last, ReminderHoliday.name == name
    if session.scalar(select(ReminderHoliday.id).where(ReminderHoliday.trust == trust, *same).limit(1)):
        return
    added = ReminderHoliday(trust=trust, name=name, first_day=days.first, last_day=days.last)
    session.add(added)
    session.flush()
    _record_holiday(session, added, "added", actor, now)


def remove_holiday(session: Session, trust: str, number: int, actor: Actor, now: datetime) -> None:
    """Take a holiday off a trust's calendar; NoSuchHoliday if it is not on it."""
    found = session.get(ReminderHoliday, number)
    if not found or found.trust != trust:
        raise NoSuchHoliday(number)
    _record_holiday(session, found, "removed", actor, now)
    session.delete(found)


def _record_holiday(session: Session, holiday: ReminderHoliday, action: str, actor: Actor, now: datetime) -> None:
    first, last = holiday.first_day.isoformat(), holiday.last_day.isoformat()
    thing = Thing("reminder holiday", holiday.id)
    record(session, actor, action, thing, now, trust=holiday.trust, first=first, last=last)
