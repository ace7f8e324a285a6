"""The line of a year: which months it has, where it has gaps, and what is said of it."""

from datetime import date

import pytest

from managers.trust.domain.tally import StaffTally
from managers.trust.domain.year import CountedDay, YearLine, months_to, year_of

TODAY = date(2026, 11, 28)


def kept(day: date, passed: int, counted_on: date | None = None) -> dict[date, CountedDay]:
    return {day.replace(day=1): CountedDay(day, StaffTally(100, passed), counted_on or day)}


def line(*months: dict[date, CountedDay], now: int = 86) -> YearLine:
    known = {first: each for month in months for first, each in month.items()}
    return YearLine(year_of(TODAY, StaffTally(100, now), known))


def test_a_year_has_twelve_months_and_ends_today() -> None:
    months = months_to(TODAY)
    assert (len(months), months[0], months[-1]) == (12, date(2025, 12, 1), date(2026, 11, 1))
    assert months_to(date(2026, 1, 31))[0] == date(2025, 2, 1)
    assert line().months[-1].per_cent == 86


def test_what_is_on_record_of_this_month_does_not_replace_today() -> None:
    assert line(kept(date(2026, 11, 3), 10)).months[-1].per_cent == 86


def test_a_month_without_a_record_is_a_gap_that_the_line_does_not_cross() -> None:
    year = line(kept(date(2026, 6, 30), 50), kept(date(2026, 7, 31), 60), kept(date(2026, 9, 30), 70))
    assert [month.per_cent for month in year.months] == [None] * 6 + [50, 60, None, 70, None, 86]
    assert [len(stretch) for stretch in year.stretches] == [2, 1, 1]
    assert [path.count("L") for path in year.paths] == [1, 0, 0]


def test_a_month_in_which_no_one_had_to_is_a_gap_too() -> None:
    nobody = {date(2026, 10, 1): CountedDay(date(2026, 10, 31), StaffTally(), date(2026, 10, 31))}
    assert line(nobody).months[-2].per_cent is None


def test_higher_rates_are_higher_up_and_later_months_further_right() -> None:
    year = line(kept(date(2026, 10, 31), 0), now=100)
    (low, high) = year.stretches[0]
    assert low[0] < high[0] == year.across(11)
    assert low[1] == year.down(0) > high[1] == year.down(100)


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([], "86% in November 2026, and no other month on record."),
        (
            [kept(date(2026, 8, 31), 90), kept(date(2026, 9, 30), 61)],
            "From 90% in August 2026 to 86% today; 61% at the lowest, 90% at the highest. 9 of 12 months have no rate.",
        ),
    ],
)
def test_the_line_is_described_in_words(months: list[dict[date, CountedDay]], words: str) -> None:
    assert line(*months).words == words


def test_a_line_without_any_rate_says_so() -> None:
    year = YearLine(year_of(TODAY, StaffTally(), {}))
    assert (year.paths, year.words) == ([], "There is no rate to show.")


def test_a_month_says_whether_it_is_whole_and_whether_it_was_counted_later() -> None:
    whole = line(kept(date(2026, 9, 30), 50)).months[-3]
    assert whole.is_whole and whole.counted and not whole.counted.is_later
    year = line(kept(date(2026, 9, 29), 50, counted_on=date(2026, 11, 2)))
    assert not year.months[-3].is_whole
    assert year.was_counted_later and not line().was_counted_later
