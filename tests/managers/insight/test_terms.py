"""Terms: which one a day is in, and how it is named in addresses and on pages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.insight.domain.term import SchoolTerm, Season, term_named, term_of


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2026, 8, 31), "Summer term 2025/26"),
        (date(2026, 9, 1), "Autumn term 2026/27"),
        (date(2026, 12, 31), "Autumn term 2026/27"),
        (date(2027, 1, 1), "Spring term 2026/27"),
        (date(2027, 3, 31), "Spring term 2026/27"),
        (date(2027, 4, 1), "Summer term 2026/27"),
        (date(2099, 9, 1), "Autumn term 2099/00"),
    ],
)
def test_a_school_year_begins_in_september_and_has_three_terms(day: date, says: str) -> None:
    assert term_of(day).says == says


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_terms_come_in_the_order_of_their_days_and_can_be_named(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert term_of(earlier) <= term_of(later)
    assert term_named(term_of(one).key) == term_of(one)


@pytest.mark.parametrize("key", ["", "2026", "2026-28-autumn", "2026-27-winter", "2026-27-autumn ", "26-27-autumn"])
def test_what_names_no_term_is_none(key: str) -> None:
    assert term_named(key) is None


def test_the_key_of_a_term_can_stand_in_an_address() -> None:
    assert SchoolTerm(2026, Season.AUTUMN).key == "2026-27-autumn"
