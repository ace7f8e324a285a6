"""When training is due under each kind of rule, with passes and absences."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.domain.days import day_of
from managers.due.domain.absences import Absence, merged
from managers.due.domain.due_dates import Training, academic_year, due_date, in_year, is_overdue
from managers.due.domain.rules import DueKind, Terms

TODAY = date(2026, 11, 28)
BY_OCTOBER = Terms(DueKind.YEAR, 30, date(2026, 10, 31))
BY_DATE = Terms(DueKind.DATE, 30, date(2026, 12, 18))
AFTER_START = Terms(DueKind.START, 30)
AFTER_JOINING = Terms(DueKind.JOINING, 14)
LONG_AGO = Training(None, date(2020, 9, 1))


def passed_until(day, **others):
    return Training(**{"starts_on": None, "since": date(2020, 9, 1), "has_passed": True, "valid_until": day} | others)


def due(terms, training, *absences, today=TODAY):
    return due_date(terms, training, absences, today)


def test_a_date_is_the_same_for_all_who_were_there_before():
    assert due(BY_DATE, LONG_AGO) == date(2026, 12, 18)


def test_anyone_who_comes_after_the_date_has_the_days_of_the_rule():
    assert due(BY_DATE, Training(None, date(2027, 1, 4))) == date(2027, 2, 3)
    assert due(BY_DATE, Training(date(2027, 2, 1), date(2026, 11, 1))) == date(2027, 3, 3)


def test_days_count_from_the_start_and_otherwise_from_joining():
    assert due(AFTER_START, Training(date(2026, 9, 1), date(2026, 9, 15))) == date(2026, 10, 1)
    assert due(AFTER_START, Training(None, date(2026, 9, 15))) == date(2026, 10, 15)


def test_days_after_joining_take_no_notice_of_the_start():
    assert due(AFTER_JOINING, Training(date(2020, 1, 1), date(2026, 9, 15))) == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (date(2019, 9, 1), date(2026, 10, 31)),
        (date(2026, 9, 1), date(2026, 10, 31)),
        (date(2026, 10, 31), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2027, 8, 31), date(2027, 9, 30)),
        (date(2027, 9, 1), date(2027, 10, 31)),
    ],
)
def test_each_academic_year_asks_by_its_day_and_those_who_come_after_it_have_the_days_of_the_rule(came, expected):
    assert due(BY_OCTOBER, Training(None, came)) == expected


def test_a_date_in_spring_belongs_to_the_year_that_began_the_autumn_before():
    by_easter = Terms(DueKind.YEAR, 30, date(2027, 3, 31))
    assert due(by_easter, Training(None, date(2026, 9, 10))) == date(2027, 3, 31)
    assert due(by_easter, Training(None, date(2027, 4, 12))) == date(2027, 5, 12)
    assert due(by_easter, passed_until(date(2027, 4, 1))) == date(2028, 3, 31)


def test_the_twenty_ninth_of_february_is_the_twenty_eighth_in_other_years():
    leap = Terms(DueKind.YEAR, 30, date(2028, 2, 29))
    assert due(leap, LONG_AGO) == date(2028, 2, 29)
    assert due(leap, passed_until(date(2028, 3, 1))) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("valid_until", "expected"),
    [
        (date(2026, 10, 30), date(2026, 10, 31)),  # it ended the day before
        (date(2026, 10, 31), date(2027, 10, 31)),  # it was valid on the day
        (date(2027, 10, 10), date(2027, 10, 31)),  # the pass of a year before
        (date(2027, 11, 15), date(2028, 10, 31)),  # earned late, it covers the next year too
    ],
)
def test_a_pass_that_is_valid_on_the_day_leads_to_the_next_academic_year(valid_until, expected):
    assert due(BY_OCTOBER, passed_until(valid_until)) == expected


def test_a_newcomers_first_date_is_followed_by_that_of_the_next_year():
    came = date(2026, 11, 20)
    assert due(BY_OCTOBER, Training(None, came)) == date(2026, 12, 20)
    assert due(BY_OCTOBER, passed_until(date(2027, 10, 1), since=came)) == date(2027, 10, 31)


def test_a_missed_year_stays_due_when_the_next_one_begins():
    assert due(BY_OCTOBER, LONG_AGO, today=date(2027, 9, 1)) == date(2026, 10, 31)


@pytest.mark.parametrize("terms", [BY_DATE, AFTER_START, AFTER_JOINING])
def test_a_pass_has_to_be_renewed_by_its_last_day(terms):
    assert due(terms, passed_until(date(2027, 12, 20))) == date(2027, 12, 20)


def test_a_pass_that_ends_before_the_date_does_not_bring_it_forward():
    assert due(BY_DATE, passed_until(date(2026, 12, 1))) == date(2026, 12, 18)


@pytest.mark.parametrize("terms", [BY_DATE, AFTER_START, AFTER_JOINING, BY_OCTOBER])
def test_nothing_is_due_with_a_pass_that_does_not_expire(terms):
    assert due(terms, passed_until(None)) is None


def test_who_comes_back_has_the_days_that_were_left():
    away = Absence(date(2026, 10, 20), date(2026, 11, 10))
    assert due(BY_OCTOBER, LONG_AGO, away) == date(2026, 11, 22)


def test_an_absence_that_ended_before_the_academic_year_moves_nothing():
    assert due(BY_OCTOBER, LONG_AGO, Absence(date(2026, 3, 1), date(2026, 8, 31))) == date(2026, 10, 31)


def test_only_the_days_of_the_academic_year_count_of_a_longer_absence():
    assert due(BY_OCTOBER, LONG_AGO, Absence(date(2026, 6, 1), date(2026, 9, 10))) == date(2026, 11, 10)


def test_there_is_no_date_until_someone_comes_back():
    assert due(BY_OCTOBER, LONG_AGO, Absence(date(2026, 10, 20), None)) is None


def test_a_date_missed_before_an_absence_moves_to_its_last_day_once_it_has_begun():
    away = Absence(date(2026, 11, 20), date(2026, 12, 31))
    assert due(BY_OCTOBER, LONG_AGO, away, today=date(2026, 11, 19)) == date(2026, 10, 31)
    assert due(BY_OCTOBER, LONG_AGO, away, today=date(2026, 11, 20)) == date(2026, 12, 31)
    assert due(BY_OCTOBER, LONG_AGO, away, today=date(2027, 2, 1)) == date(2026, 12, 31)


def test_absences_that_overlap_count_once():
    weeks = Absence(date(2026, 10, 1), date(2026, 10, 10)), Absence(date(2026, 10, 6), date(2026, 10, 15))
    assert due(BY_OCTOBER, LONG_AGO, *weeks) == date(2026, 11, 15)


def test_only_absences_since_a_pass_could_be_renewed_move_its_renewal():
    training = passed_until(date(2026, 12, 31), renew_days=30)
    early, late = Absence(date(2026, 11, 1), date(2026, 11, 30)), Absence(date(2026, 12, 10), date(2026, 12, 14))
    assert due(AFTER_START, training, early) == date(2026, 12, 31)
    assert due(AFTER_START, training, late) == date(2027, 1, 5)


# 25 October 2026 is the day on which summer time ends, and 29 March 2026 the one on which it begins.
@pytest.mark.parametrize(
    ("due_on", "last_moment", "first_overdue"),
    [
        (date(2026, 10, 25), datetime(2026, 10, 25, 23, 59, tzinfo=UTC), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 22, 59, tzinfo=UTC), datetime(2026, 10, 24, 23, 0, tzinfo=UTC)),
        (date(2026, 3, 29), datetime(2026, 3, 29, 22, 59, tzinfo=UTC), datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 28, 23, 59, tzinfo=UTC), datetime(2026, 3, 29, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_by_british_clocks_also_when_they_change(due_on, last_moment, first_overdue):
    assert not is_overdue(due_on, day_of(last_moment))
    assert is_overdue(due_on, day_of(first_overdue))


days = some.dates(date(2024, 1, 1), date(2030, 12, 31))
all_terms = some.one_of(
    some.builds(Terms, some.just(DueKind.DATE), some.integers(0, 365), days),
    some.builds(Terms, some.just(DueKind.YEAR), some.integers(0, 365), days),
    some.builds(Terms, some.sampled_from([DueKind.START, DueKind.JOINING]), some.integers(0, 365)),
)
trainings = some.one_of(
    some.builds(Training, some.none() | days, days),
    some.builds(Training, some.none() | days, days, some.just(True), days, some.integers(0, 90)),
)


@some.composite
def absences(draw):
    first = draw(days)
    return Absence(first, draw(some.none() | some.integers(0, 400).map(lambda number: first + timedelta(number))))


@given(all_terms, trainings, some.lists(absences(), max_size=4), absences(), days)
def test_an_exception_never_makes_anything_due_earlier(terms, training, others, added, today):
    before = due_date(terms, training, others, today) or date.max
    after = due_date(terms, training, [*others, added], today) or date.max
    assert after >= before


@given(all_terms, trainings, some.lists(absences(), min_size=1, max_size=4), some.data())
def test_nothing_is_overdue_on_a_day_of_absence(terms, training, found, data):
    absence = data.draw(some.sampled_from(found))
    today = data.draw(some.dates(absence.first, absence.last or date(2031, 1, 1)))
    due_on = due_date(terms, training, found, today)
    assert due_on is None or not is_overdue(due_on, today)


@given(all_terms, trainings, some.lists(absences(), max_size=4), days, some.randoms())
def test_the_same_rule_person_and_absences_give_the_same_date_in_any_order(terms, training, found, today, random):
    again = random.sample(found, len(found))
    assert due_date(terms, training, found, today) == due_date(terms, training, again, today)


@given(some.integers(0, 365), days, some.none() | days, days, days)
def test_a_year_that_is_satisfied_leads_to_the_next_one(given_days, first_day, starts_on, since, valid_until):
    terms = Terms(DueKind.YEAR, given_days, first_day)
    unpassed = due_date(terms, Training(starts_on, since), [], since)
    passed = due_date(terms, Training(starts_on, since, True, valid_until), [], since)
    if valid_until < unpassed:
        assert passed == unpassed
        return
    after = max(unpassed, valid_until)
    assert passed > after
    assert passed == in_year(first_day, academic_year(passed))
    assert in_year(first_day, academic_year(academic_year(passed) - timedelta(days=1))) <= after


@given(some.lists(absences(), max_size=6))
def test_merged_absences_cover_the_same_days_without_touching(found):
    def covers(these, day):
        return any(each.first <= day and (each.last is None or day <= each.last) for each in these)

    together = merged(found)
    edges = {day for each in found for day in (each.first, each.last) if day}
    for day in {edge + timedelta(days=step) for edge in edges for step in (-1, 0, 1)}:
        assert covers(found, day) == covers(together, day)
    for one, other in itertools.pairwise(together):
        assert one.last is not None and other.first > one.last + timedelta(days=1)
