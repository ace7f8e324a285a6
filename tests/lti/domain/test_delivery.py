"""What an LMS's answer to a grade means, and when to try again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.domain import access_token as grant
from lti.domain import delivery as domain
from lti.domain.delivery import (
    BUSY,
    ENOUGH_COMPARISONS,
    REFUSALS,
    STUMBLES,
    UNWELCOME,
    HeldGrade,
    Next,
    Outcome,
    PlatformSignal,
    Verdict,
    compared,
    gave_up,
    in_the_end,
    stamp_after,
    verdict_on,
)

NOON = datetime(2026, 11, 20, 12, 0, 0, 700_000, tzinfo=UTC)
FIRST = timedelta(seconds=10)
MONTH = timedelta(days=30)


@pytest.mark.parametrize(
    ("outcome", "follows", "signal"),
    [
        (Outcome(200), Next.DONE, PlatformSignal.UP),
        (Outcome(204), Next.DONE, PlatformSignal.UP),
        (Outcome(302), Next.WAIT, PlatformSignal.ALL),
        (Outcome(400), Next.TELL_PEOPLE, PlatformSignal.UP),
        (Outcome(400, stale=True), Next.COMPARE, PlatformSignal.UP),
        (Outcome(400, early=True), Next.WAIT, PlatformSignal.UP),
        (Outcome(401), Next.WAIT, PlatformSignal.PERHAPS_ALL),
        (Outcome(403), Next.TELL_PEOPLE, PlatformSignal.UP),
        (Outcome(403, out_of_calls=True), Next.WAIT, PlatformSignal.ALL),
        (Outcome(404), Next.TELL_PEOPLE, PlatformSignal.UP),
        (Outcome(409), Next.COMPARE, PlatformSignal.UP),
        (Outcome(410), Next.TELL_PEOPLE, PlatformSignal.UP),
        (Outcome(412), Next.TELL_PEOPLE, PlatformSignal.UP),
        (Outcome(422), Next.TELL_PEOPLE, PlatformSignal.UP),
        (Outcome(429, retry_after=30), Next.WAIT, PlatformSignal.ALL),
        (Outcome(500), Next.WAIT, PlatformSignal.PERHAPS_ALL),
        (Outcome(502), Next.WAIT, PlatformSignal.ALL),
        (Outcome(503), Next.WAIT, PlatformSignal.ALL),
        (Outcome(504), Next.WAIT, PlatformSignal.ALL),
    ],
    ids=str,
)
def test_each_answer_has_its_consequence(outcome: Outcome, follows: Next, signal: PlatformSignal) -> None:
    verdict = verdict_on(outcome)
    assert (verdict.next, verdict.signal) == (follows, signal)


@given(st.integers(100, 599), st.booleans())
def test_every_answer_has_words_for_a_manager(status: int, out_of_calls: bool) -> None:
    assert verdict_on(Outcome(status, out_of_calls=out_of_calls)).words.endswith(".")


def test_all_words_fit_where_they_are_kept() -> None:
    verdicts = [each for home in (domain, grant) for each in vars(home).values() if isinstance(each, Verdict)]
    verdicts += [verdict_on(Outcome(status)) for status in range(100, 600)]
    assert len(verdicts) > 500
    assert max(len(words) for each in verdicts for words in (gave_up(each.words), each.last_words)) <= 500


def test_anyone_who_is_told_of_a_refusal_learns_who_can_do_something_about_it() -> None:
    refused = [verdict_on(Outcome(status)) for status in (400, 403, 404, 405, 410, 412, 418, 422)]
    people = ("Someone who leads the course", "Its administrator", "someone who edits the course")
    assert all(any(who in verdict.words for who in people) for verdict in refused)


def test_a_first_stamp_is_the_whole_second() -> None:
    assert stamp_after(None, NOON) == NOON.replace(microsecond=0)


@given(st.timedeltas(timedelta(days=-1), timedelta(days=1)))
def test_stamps_are_whole_seconds_and_strictly_increase_whatever_the_clock_does(drift: timedelta) -> None:
    first = stamp_after(None, NOON)
    second = stamp_after(first, NOON + drift)
    assert second > first and second.microsecond == 0


def test_a_stamp_is_later_than_a_held_one_with_parts_of_a_second() -> None:
    assert stamp_after(NOON, NOON) > NOON


class TestComparing:
    """What follows where the LMS says that it holds a grade of the same time or later."""

    @pytest.mark.parametrize(
        ("held", "follows"),
        [
            (HeldGrade(0.8, NOON), Next.DONE),
            (HeldGrade(0.8), Next.DONE),
            (HeldGrade(0.80004), Next.DONE),
            (HeldGrade(0.8, NOON + FIRST), Next.SUPERSEDED),
            (HeldGrade(0.9, NOON + FIRST), Next.SUPERSEDED),
            (HeldGrade(0.9), Next.SUPERSEDED),
            (HeldGrade(0.7, NOON + FIRST), Next.SEND_ANEW),
            (HeldGrade(None, NOON), Next.SEND_ANEW),
            (None, Next.SEND_ANEW),
        ],
        ids=str,
    )
    def test_what_it_holds_decides(self, held: HeldGrade | None, follows: Next) -> None:
        assert compared(held, 0.8, NOON, 1).next is follows

    def test_we_do_not_send_for_ever_against_someone_who_writes_another_grade(self) -> None:
        assert compared(HeldGrade(0.1), 0.8, NOON, ENOUGH_COMPARISONS - 1).next is Next.SEND_ANEW
        assert compared(HeldGrade(0.1), 0.8, NOON, ENOUGH_COMPARISONS).next is Next.TELL_PEOPLE
        assert compared(HeldGrade(0.8), 0.8, NOON, ENOUGH_COMPARISONS).next is Next.DONE


class TestTheEndOfPatience:
    """When people are told of what we had kept to ourselves."""

    def test_a_refusal_is_told_after_several_tries_with_other_words(self) -> None:
        assert in_the_end(UNWELCOME, REFUSALS - 1, NOON, NOON, MONTH) is UNWELCOME
        told = in_the_end(UNWELCOME, REFUSALS, NOON, NOON, MONTH)
        assert (told.next, told.words) == (Next.TELL_PEOPLE, UNWELCOME.last_words)

    @pytest.mark.parametrize("verdict", [BUSY, STUMBLES])
    def test_trouble_is_told_after_many_days(self, verdict: Verdict) -> None:
        assert in_the_end(verdict, 500, NOON, NOON + MONTH - FIRST, MONTH) is verdict
        told = in_the_end(verdict, 500, NOON, NOON + MONTH, MONTH)
        assert told.next is Next.TELL_PEOPLE
        assert "stopped" in told.words and "keep trying" not in told.words

    def test_days_without_tries_do_not_count(self) -> None:
        assert in_the_end(BUSY, 1, NOON, NOON + 2 * MONTH, MONTH) is BUSY

    def test_what_is_settled_stays_settled(self) -> None:
        done = replace(BUSY, next=Next.DONE)
        assert in_the_end(done, 500, NOON, NOON + MONTH, MONTH) is done
