"""Waits before another try grow, and are spread."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.domain.waits import wait_after

FIRST, LONGEST = timedelta(seconds=10), timedelta(hours=1)


@given(st.integers(1, 500), st.floats(0, 1))
def test_a_wait_never_grows_beyond_the_longest_and_its_spread(tries: int, jitter: float) -> None:
    assert FIRST * 0.75 <= wait_after(tries, FIRST, LONGEST, jitter) <= LONGEST * 1.25


def test_waits_double() -> None:
    waits = [wait_after(tries, FIRST, LONGEST, 0.5) for tries in (1, 2, 3, 4)]
    assert waits == [FIRST, FIRST * 2, FIRST * 4, FIRST * 8]


def test_a_grades_own_waits_grow_over_days() -> None:
    waits = [wait_after(tries, FIRST, timedelta(days=1), 0.5) for tries in range(1, 16)]
    assert sum(waits[:13], timedelta(0)) < timedelta(days=1)
    assert waits[-1] == timedelta(days=1)
