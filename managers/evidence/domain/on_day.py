"""Who was certified on a day: what the records said when the day ended, and what they say of it now.

A day ends at midnight in Britain. A certificate was in force on it if it was valid on that day, and had not been
replaced or revoked when the day ended. One that was revoked later was in force on that day, and it is said that it was
revoked since. One that was put on record later, but is valid from that day or an earlier one, was not known on the day.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from core.domain.days import BRITAIN


@dataclass(frozen=True, slots=True)
class Record:
    """What the records say of a certificate: when it was issued, for which days, and what has become of it."""

    issued_at: datetime
    valid_from: date
    valid_until: date | None
    superseded_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A certificate that was in force on a day.

    ``was_known`` says whether the records said so when the day ended, and ``revoked_since`` when it was revoked later.
    """

    was_known: bool
    revoked_since: datetime | None


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over in Britain, summer time included."""
    return datetime.combine(day + timedelta(days=1), time(), BRITAIN)


def as_known(record: Record, moment: datetime) -> Record | None:
    """Return what the records said of a certificate just before a moment; None if it was not on record yet."""
    if record.issued_at >= moment:
        return None
    return replace(
        record, superseded_at=_before(record.superseded_at, moment), revoked_at=_before(record.revoked_at, moment)
    )


def _before(happened: datetime | None, moment: datetime) -> datetime | None:
    return happened if happened and happened < moment else None


def was_in_force(record: Record, day: date) -> bool:
    """Say whether a certificate was in force on a day, as far as its record says."""
    is_within = record.valid_from <= day and (record.valid_until is None or day <= record.valid_until)
    ended = (_before(each, end_of(day)) for each in (record.superseded_at, record.revoked_at))
    return is_within and not any(ended)


def evidence_on(record: Record, day: date) -> Evidence | None:
    """Return what a certificate proves of a day, as known when the day ended and as known now; None if nothing."""
    if not was_in_force(record, day):
        return None
    then = as_known(record, end_of(day))
    return Evidence(was_known=then is not None, revoked_since=record.revoked_at)
