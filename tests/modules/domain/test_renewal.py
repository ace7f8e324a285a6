"""Renewal: how long a pass is good, and which attempts count together; the boundaries of days and years."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.days import day_of, months_after
from modules.domain.renewal import (
    HeldPass,
    Span,
    Stage,
    counting,
    cycle_at,
    end_of_pass,
    held_of,
    refreshed_until,
    renews_from,
    stage_at,
)

YEARLY = Span(12, 60)
UNTIL = date(2027, 11, 20)
HELD = HeldPass(1, UNTIL)
DAY = timedelta(days=1)
days = st.dates(date(2026, 1, 1), date(2032, 12, 31))
spans = st.builds(Span, st.integers(1, 36), st.integers(0, 365))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("held", "now", "stage"),
    [
        (None, noon(UNTIL), Stage.NONE),
        (HeldPass(1, None), noon(UNTIL) + 9000 * DAY, Stage.VALID),
        (HELD, noon(UNTIL - 61 * DAY), Stage.VALID),
        (HELD, noon(UNTIL - 60 * DAY), Stage.RENEWABLE),
        (HELD, datetime(2027, 11, 20, 23, 59, 59, tzinfo=UTC), Stage.RENEWABLE),
        (HELD, datetime(2027, 11, 21, tzinfo=UTC), Stage.EXPIRED),
        (HeldPass(1, date(2027, 6, 30)), datetime(2027, 6, 30, 22, 59, 59, tzinfo=UTC), Stage.RENEWABLE),
        (HeldPass(1, date(2027, 6, 30)), datetime(2027, 6, 30, 23, 0, tzinfo=UTC), Stage.EXPIRED),
    ],
    ids=[
        "nothing held",
        "no end",
        "the day before the window",
        "the first day of the window",
        "the last second",
        "the second after it",
        "the last second in summer",
        "the second after it in summer",
    ],
)
def test_where_someone_is_follows_from_the_last_day(held: HeldPass | None, now: datetime, stage: Stage) -> None:
    assert stage_at(held, 60, now) is stage


@pytest.mark.parametrize(
    ("held", "passed_on", "until"),
    [
        (None, date(2027, 11, 20), date(2028, 11, 20)),
        (None, date(2028, 2, 29), date(2029, 2, 28)),
        (HELD, date(2027, 5, 1), UNTIL),
        (HELD, date(2027, 9, 21), date(2028, 11, 20)),
        (HELD, UNTIL, date(2028, 11, 20)),
        (HELD, UNTIL + DAY, date(2028, 11, 21)),
        (HeldPass(1, date(2028, 2, 29)), date(2028, 1, 31), date(2029, 2, 28)),
        (HeldPass(1, date(2027, 8, 31)), date(2027, 8, 1), date(2028, 8, 31)),
    ],
    ids=[
        "a first pass",
        "on a leap day",
        "a second pass early",
        "on the first day of the window",
        "on the last day",
        "a day late",
        "what ends on a leap day",
        "at the end of a month",
    ],
)
def test_a_pass_is_valid_until(held: HeldPass | None, passed_on: date, until: date) -> None:
    assert end_of_pass(held, YEARLY, noon(passed_on)) == until


def test_a_pass_of_a_newer_version_is_good_from_its_own_day_if_that_is_longer() -> None:
    early = noon(date(2027, 5, 1))
    assert end_of_pass(HELD, YEARLY, early, newer=True) == date(2028, 5, 1)
    assert end_of_pass(HELD, Span(1, 60), early, newer=True) == UNTIL


def test_what_has_no_end_needs_no_renewal() -> None:
    assert end_of_pass(None, Span(None, 60), noon(UNTIL)) is None
    assert cycle_at(HeldPass(3, None), 60, noon(UNTIL) + 9000 * DAY) == 3


@given(days, spans, st.integers(0, 365))
def test_no_one_loses_a_day_by_renewing_early(day: date, span: Span, early: int) -> None:
    renewed = end_of_pass(HeldPass(1, day), span, noon(day - timedelta(days=min(early, span.renew_days))))
    assert renewed and span.valid_months and renewed == months_after(day, span.valid_months)


@given(days, days, spans, st.booleans())
def test_a_further_pass_never_shortens_what_is_held(until: date, on: date, span: Span, newer: bool) -> None:
    after = end_of_pass(HeldPass(1, until), span, noon(on), newer)
    assert after and after >= until


@given(days, days, spans)
def test_a_pass_is_good_on_its_own_day(until: date, on: date, span: Span) -> None:
    after = end_of_pass(HeldPass(1, until), span, noon(on))
    assert after and after >= on


@given(days, st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)), st.integers(0, 365))
def test_an_attempt_begins_a_new_cycle_exactly_where_renewing_is_offered(
    until: date, now: datetime, renew_days: int
) -> None:
    offered = stage_at(HeldPass(4, until), renew_days, now) in {Stage.RENEWABLE, Stage.EXPIRED}
    assert cycle_at(HeldPass(4, until), renew_days, now) == (5 if offered else 4)
    assert offered == (day_of(now) >= renews_from(until, renew_days))


@pytest.mark.parametrize(
    ("held", "passed_on", "until"),
    [
        (None, UNTIL, None),
        (HeldPass(1, None), UNTIL, None),
        (HELD, date(2027, 9, 1), date(2028, 9, 1)),
        (HELD, UNTIL - 60 * DAY, date(2028, 11, 20)),
        (HELD, UNTIL + 60 * DAY, date(2029, 1, 19)),
        (HELD, UNTIL + 61 * DAY, None),
        (HELD, UNTIL - 365 * DAY, None),
    ],
    ids=[
        "nothing to refresh",
        "what has no end",
        "before the window, from its own day",
        "in the window, from the old end",
        "late, but not too late",
        "too late: the whole module again",
        "on the day of the pass itself",
    ],
)
def test_a_refresher_makes_another_pass_good(held: HeldPass | None, passed_on: date, until: date | None) -> None:
    assert refreshed_until(held, YEARLY, noon(passed_on)) == until


def test_the_pass_that_is_good_longest_is_held() -> None:
    assert held_of([]) is None
    assert held_of([HeldPass(1, UNTIL), HeldPass(2, UNTIL + DAY)]) == HeldPass(2, UNTIL + DAY)
    assert held_of([HeldPass(1, None), HeldPass(2, UNTIL)]) == HeldPass(1, None)


@dataclass(frozen=True)
class Made:
    cycle: int


@pytest.mark.parametrize(
    ("held", "now", "cycles"),
    [
        (None, noon(UNTIL), [1]),
        (HELD, noon(UNTIL - 100 * DAY), [1]),
        (HELD, noon(UNTIL), [1]),
        (HELD, noon(UNTIL + DAY), [2]),
        (HeldPass(2, UNTIL), noon(UNTIL), [2]),
    ],
    ids=["no pass yet", "valid", "valid, with a failed try to renew", "run out", "renewed"],
)
def test_results_of_other_cycles_do_not_count(held: HeldPass | None, now: datetime, cycles: list[int]) -> None:
    made = [Made(1)] if held is None else [Made(1), Made(2)]
    assert [each.cycle for each in counting(made, held, 60, now)] == cycles
