"""Quiet times by the clock of schools: weekends, holidays, hours, and the days on which clocks change."""

from datetime import UTC, date, datetime

import pytest

from managers.reminders.domain.quiet import Holiday, QuietTimes

USUAL = QuietTimes((Holiday(date(2026, 12, 19), date(2027, 1, 3)),))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_quiet"),
    [
        (utc(2026, 11, 20, 7, 59), True),
        (utc(2026, 11, 20, 8, 0), False),
        (utc(2026, 11, 20, 16, 59), False),
        (utc(2026, 11, 20, 17, 0), True),
        (utc(2026, 11, 21, 12, 0), True),
        (utc(2026, 12, 18, 12, 0), False),
        (utc(2026, 12, 21, 12, 0), True),
        (utc(2027, 1, 4, 12, 0), False),
        # In summer, 8 o'clock in Britain is 7 o'clock UTC.
        (utc(2026, 7, 1, 7, 0), False),
        (utc(2026, 7, 1, 6, 59), True),
        (utc(2026, 7, 1, 16, 0), True),
    ],
)
def test_a_moment_is_quiet_or_not_by_the_clock_in_britain(moment: datetime, is_quiet: bool) -> None:
    assert USUAL.covers(moment) is is_quiet


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (utc(2026, 11, 20, 9, 30), utc(2026, 11, 20, 9, 30)),
        (utc(2026, 11, 20, 5, 0), utc(2026, 11, 20, 8, 0)),
        (utc(2026, 11, 20, 17, 0), utc(2026, 11, 23, 8, 0)),
        (utc(2026, 12, 18, 20, 0), utc(2027, 1, 4, 8, 0)),
        # Clocks go forward on Sunday 29 March 2026, and back on Sunday 25 October.
        (utc(2026, 3, 27, 18, 0), utc(2026, 3, 30, 7, 0)),
        (utc(2026, 10, 23, 16, 30), utc(2026, 10, 26, 8, 0)),
    ],
)
def test_a_quiet_time_ends_at_the_first_hour_of_a_school_day(moment: datetime, end: datetime) -> None:
    assert USUAL.end_after(moment) == end
    assert not USUAL.covers(end)


def test_a_day_of_only_one_hour_is_possible() -> None:
    assert QuietTimes((), 23, 24).end_after(utc(2026, 11, 20, 12, 0)) == utc(2026, 11, 20, 23, 0)
