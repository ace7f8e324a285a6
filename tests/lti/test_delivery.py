"""What an LMS's answer to a grade means, and when to try again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.domain.delivery import Next, Outcome, stamp_after, verdict_on, wait_after

NOON = datetime(2026, 11, 20, 12, 0, 0, 700_000, tzinfo=UTC)
FIRST, LONGEST = timedelta(seconds=10), timedelta(hours=1)


@pytest.mark.parametrize(
    ("outcome", "follows"),
    [
        (Outcome(200), Next.DONE),
        (Outcome(204), Next.DONE),
        (Outcome(None), Next.WAIT),
        (Outcome(401), Next.RENEW_TOKEN),
        (Outcome(403), Next.TELL_PEOPLE),
        (Outcome(403, out_of_calls=True), Next.WAIT),
        (Outcome(429, retry_after=30), Next.WAIT),
        (Outcome(500), Next.WAIT),
        (Outcome(503), Next.WAIT),
        (Outcome(409), Next.COMPARE),
        (Outcome(400), Next.TELL_PEOPLE),
        (Outcome(404), Next.TELL_PEOPLE),
        (Outcome(422), Next.TELL_PEOPLE),
    ],
    ids=str,
)
def test_each_answer_has_its_consequence(outcome: Outcome, follows: Next) -> None:
    assert verdict_on(outcome).next is follows


@given(st.integers(100, 599), st.booleans())
def test_every_answer_has_words_for_a_manager(status: int, out_of_calls: bool) -> None:
    assert verdict_on(Outcome(status, out_of_calls=out_of_calls)).words.endswith(".")


@given(st.integers(1, 500), st.floats(0, 1))
def test_a_wait_never_grows_beyond_the_longest_and_its_spread(tries: int, jitter: float) -> None:
    assert FIRST * 0.75 <= wait_after(tries, FIRST, LONGEST, jitter, None) <= LONGEST * 1.25


def test_waits_double() -> None:
    waits = [wait_after(tries, FIRST, LONGEST, 0.5, None) for tries in (1, 2, 3, 4)]
    assert waits == [FIRST, FIRST * 2, FIRST * 4, FIRST * 8]


def test_an_lms_that_asks_for_a_longer_wait_gets_it() -> None:
    assert wait_after(1, FIRST, LONGEST, 0.5, 900) == timedelta(seconds=900)


@pytest.mark.parametrize("asked", [86_400 * 365, 10**13])
def test_an_lms_that_asks_for_a_year_does_not_get_it(asked: int) -> None:
    assert wait_after(1, FIRST, LONGEST, 0.5, asked) == LONGEST


def test_a_first_stamp_is_the_whole_second() -> None:
    assert stamp_after(None, NOON) == NOON.replace(microsecond=0)


@given(st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_stamps_are_whole_seconds_and_strictly_increase_whatever_the_clock_does(drift: timedelta) -> None:
    first = stamp_after(None, NOON)
    second = stamp_after(first, NOON + drift)
    assert second > first and second.microsecond == 0
