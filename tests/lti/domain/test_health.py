"""When an LMS is left alone, and when it is tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lti.domain.delivery import BUSY, DELIVERED, NO_RIGHT, STUMBLES, PlatformSignal, Verdict
from lti.domain.health import LONGEST_ASKED, LONGEST_IN_DOUBT, Health, Trial, Waits, health_after

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
FIRST, LONGEST = timedelta(seconds=10), timedelta(hours=1)
WAITS = Waits(FIRST, LONGEST, 0.5)


def after(health: Health, verdict: Verdict, delivery: int = 1, probe: bool = False, **more: object) -> Health:
    return health_after(health, Trial(delivery, verdict, NOON, probe, **more), WAITS)


def failed(times: int) -> Health:
    """An LMS that has failed so many times in a row, each time for a probe."""
    health = Health()
    for _ in range(times):
        health = after(health, BUSY, probe=True)
    return health


def test_an_lms_that_answers_is_well() -> None:
    assert after(Health(), DELIVERED).is_good


def test_trouble_with_all_grades_makes_it_rest_longer_each_time() -> None:
    rests = [failed(times).rests_until for times in (1, 2, 3, 4)]
    assert rests == [NOON + FIRST, NOON + FIRST * 2, NOON + FIRST * 4, NOON + FIRST * 8]
    assert failed(30).rests_until == NOON + LONGEST


def test_why_it_rests_is_kept_in_words() -> None:
    assert failed(1).trouble == BUSY.words


def test_what_was_under_way_when_the_rest_began_does_not_make_it_longer() -> None:
    assert after(failed(1), BUSY, delivery=2) == failed(1)


def test_what_was_under_way_when_the_rest_began_does_not_end_it() -> None:
    assert after(failed(1), DELIVERED, delivery=2) == failed(1)


def test_the_first_probe_that_gets_through_ends_the_rest() -> None:
    assert after(failed(5), DELIVERED, probe=True).is_good


def test_a_probe_that_never_reached_the_lms_leaves_it_to_the_next() -> None:
    health = after(failed(3), NO_RIGHT, probe=True)
    assert (health.failures, health.rests_until) == (3, NOON)


def test_a_try_that_never_reached_a_well_lms_says_nothing() -> None:
    assert after(Health(), NO_RIGHT).is_good


def test_an_lms_that_asks_for_a_longer_wait_gets_it_up_to_a_day() -> None:
    assert after(Health(), BUSY, asked=900).rests_until == NOON + timedelta(seconds=900)
    assert after(Health(), BUSY, asked=1).rests_until == NOON + FIRST
    for seconds in (86_400 * 365, 10**13):
        assert after(Health(), BUSY, asked=seconds).rests_until == NOON + LONGEST_ASKED


class TestOneGradeOverWhichItFails:
    """Moodle answers 500 for a locked grade; the grades of all others must not wait for that one."""

    def test_one_failure_makes_nothing_rest(self) -> None:
        health = after(Health(), STUMBLES, delivery=7)
        assert (health.failures, health.rests_until, health.suspect) == (0, None, 7)

    def test_nor_does_the_same_grade_time_and_again(self) -> None:
        health = Health()
        for _ in range(20):
            health = after(health, STUMBLES, delivery=7)
        assert health.rests_until is None

    def test_nor_do_two_grades_with_one_between_them_that_gets_through(self) -> None:
        health = after(after(Health(), STUMBLES, delivery=7), DELIVERED, delivery=8)
        assert after(health, STUMBLES, delivery=9).rests_until is None

    def test_two_grades_in_a_row_make_it_rest(self) -> None:
        health = after(after(Health(), STUMBLES, delivery=7), STUMBLES, delivery=8)
        assert health.rests_until == NOON + FIRST

    def test_but_never_for_long(self) -> None:
        health = Health()
        for delivery in range(30):
            health = after(health, STUMBLES, delivery, probe=True)
        assert health.rests_until == NOON + LONGEST_IN_DOUBT


@given(st.lists(st.tuples(st.sampled_from([BUSY, DELIVERED, STUMBLES, NO_RIGHT]), st.integers(1, 3), st.booleans())))
def test_whatever_comes_no_rest_is_longer_than_a_day_and_a_probe_that_arrives_ends_it(
    tries: list[tuple[Verdict, int, bool]],
) -> None:
    health = Health()
    for verdict, delivery, probe in tries:
        health = after(health, verdict, delivery, probe, asked=10**9)
        assert health.rests_until is None or health.rests_until <= NOON + LONGEST_ASKED
        assert verdict.signal is not PlatformSignal.UP or not probe or health.is_good
    assert after(health, DELIVERED, probe=True).is_good
