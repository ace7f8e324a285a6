"""The state of a certificate, and what a further pass makes of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.days import day_of, last_second_of, months_after
from modules.domain.certificate import CertificateState, Term, initials_of, is_followed, state_of

LAST_DAY = date(2027, 11, 20)
LAST_NOON = datetime(2027, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
days = st.dates(date(2026, 1, 1), date(2030, 1, 1))
terms = st.builds(Term, st.integers(1, 3), st.none() | days, st.none() | moments, st.none() | moments)


@pytest.mark.parametrize(
    ("term", "now", "state"),
    [
        (Term(1, LAST_DAY), LAST_NOON - 300 * DAY, CertificateState.VALID),
        (Term(1, LAST_DAY), datetime(2027, 11, 20, 23, 59, 59, tzinfo=UTC), CertificateState.VALID),
        (Term(1, LAST_DAY), datetime(2027, 11, 21, tzinfo=UTC), CertificateState.EXPIRED),
        (Term(1, None), LAST_NOON + 9000 * DAY, CertificateState.VALID),
        (Term(1, LAST_DAY, superseded_at=LAST_NOON - DAY), LAST_NOON, CertificateState.SUPERSEDED),
        (Term(1, LAST_DAY, superseded_at=LAST_NOON - DAY), LAST_NOON + 9 * DAY, CertificateState.SUPERSEDED),
        (Term(1, LAST_DAY, superseded_at=LAST_NOON + 5 * DAY), LAST_NOON + 9 * DAY, CertificateState.EXPIRED),
        (Term(1, LAST_DAY, revoked_at=LAST_NOON - DAY), LAST_NOON, CertificateState.REVOKED),
        (Term(1, LAST_DAY, LAST_NOON - 2 * DAY, LAST_NOON - DAY), LAST_NOON + 9 * DAY, CertificateState.REVOKED),
    ],
    ids=[
        "in its time",
        "on its last day",
        "the day after",
        "without an end",
        "replaced",
        "replaced, and over since",
        "replaced after it was over",
        "revoked",
        "revoked after all else",
    ],
)
def test_the_state_follows_from_the_dates(term: Term, now: datetime, state: CertificateState) -> None:
    assert state_of(term, now) is state


def test_the_last_day_ends_by_the_clock_of_british_schools() -> None:
    summer = Term(1, date(2027, 6, 30))
    assert state_of(summer, datetime(2027, 6, 30, 22, 59, 59, tzinfo=UTC)) is CertificateState.VALID
    assert state_of(summer, datetime(2027, 6, 30, 23, 0, tzinfo=UTC)) is CertificateState.EXPIRED


@given(terms, moments, st.timedeltas(timedelta(0), timedelta(days=2000)))
def test_a_certificate_never_becomes_valid_again(term: Term, now: datetime, later: timedelta) -> None:
    if state_of(term, now) is not CertificateState.VALID:
        assert state_of(term, now + later) is state_of(term, now)


@given(days)
def test_the_last_second_of_a_day_belongs_to_it_and_the_next_does_not(day: date) -> None:
    assert day_of(last_second_of(day)) == day
    assert day_of(last_second_of(day) + timedelta(seconds=1)) == day + DAY


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 11, 20), 12, date(2027, 11, 20)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 5, 1), 0, date(2026, 5, 1)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then


@given(days, st.integers(0, 60))
def test_so_many_months_later_is_in_that_month(day: date, months: int) -> None:
    then = months_after(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day <= day.day


HELD = Term(2, LAST_DAY)
EARLY, LATE = LAST_NOON - 200 * DAY, LAST_NOON - 30 * DAY


@pytest.mark.parametrize(
    ("term", "passed_at", "version", "valid_until", "followed"),
    [
        (HELD, EARLY, 2, LAST_DAY, False),
        (HELD, EARLY, 3, LAST_DAY, True),
        (HELD, EARLY, 1, LAST_DAY, False),
        (HELD, LATE, 2, LAST_DAY + 365 * DAY, True),
        (HELD, LATE, 2, None, True),
        (HELD, LAST_NOON + DAY, 1, LAST_DAY + 366 * DAY, True),
        (Term(2, None), LAST_NOON + 3000 * DAY, 2, None, False),
        (Term(2, None), EARLY, 3, LAST_DAY, True),
        (Term(2, LAST_DAY, revoked_at=LATE), EARLY, 3, LAST_DAY, False),
        (Term(2, LAST_DAY, revoked_at=EARLY), LATE, 2, LAST_DAY, True),
    ],
    ids=[
        "a better score",
        "a newer version",
        "an attempt begun on an older version",
        "a renewal",
        "a pass that is good for ever now",
        "a pass after the end",
        "another pass where there is no end",
        "a newer version where there is no end",
        "a pass before the revocation",
        "a pass after the revocation",
    ],
)
def test_a_further_pass_is_followed_by_a_certificate_where_that_says_more(
    term: Term, passed_at: datetime, version: int, valid_until: date | None, followed: bool
) -> None:
    assert is_followed(term, passed_at, version, valid_until) is followed


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ada Okafor", "A. O."),
        ("  zoë   fairweather-lee ", "Z. F. L."),
        ("Cher", "C."),
        ("محمد علي", "م. ع."),
        ("O’Neill, Sam (Ms)", "O. S. M."),
        ("🎉 123", ""),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_words(name: str, initials: str) -> None:
    assert initials_of(name) == initials
