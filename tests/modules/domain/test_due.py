"""A due date as somebody writes it."""

from datetime import date

import pytest

from core.domain.typed_day import WrongDay
from modules.domain.due import due_day

TODAY = date(2026, 11, 20)


def read(written: str) -> date | WrongDay | None:
    return due_day(*written.split("/"), TODAY)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31/7/2027", date(2027, 7, 31)),
        ("01/02/2027", date(2027, 2, 1)),
        (" 5 / 6 / 2027 ", date(2027, 6, 5)),
        ("29/2/2028", date(2028, 2, 29)),
        ("20/11/2026", TODAY),
        ("31/12/9999", date(9999, 12, 31)),
    ],
)
def test_a_day_from_today_on_is_read(written: str, day: date) -> None:
    assert read(written) == day


@pytest.mark.parametrize("written", ["//", " / / "])
def test_nothing_written_means_no_due_date(written: str) -> None:
    assert read(written) is None


@pytest.mark.parametrize(
    ("written", "says", "parts"),
    [
        ("31//2027", "Due date must include a month", ("month",)),
        ("31//", "Due date must include a month and a year", ("month", "year")),
        ("/ /2027", "Due date must include a day and a month", ("day", "month")),
        ("31/July/2027", "Due date must be in numbers, for example 31 7 2027", ("day", "month", "year")),
        ("-1/7/2027", "Due date must be in numbers, for example 31 7 2027", ("day", "month", "year")),
        ("1/7/20270", "Due date must be in numbers, for example 31 7 2027", ("day", "month", "year")),
        ("31/7/27", "Year of the due date must have four figures, for example 2027", ("year",)),
        ("31/6/2027", "Due date must be a real date", ("day", "month", "year")),
        ("29/2/2027", "Due date must be a real date", ("day", "month", "year")),
        ("0/0/0000", "Due date must be a real date", ("day", "month", "year")),
        ("19/11/2026", "Due date must be today or later", ("day", "month", "year")),
        ("1" * 5000 + "/7/2027", "Due date must be in numbers, for example 31 7 2027", ("day", "month", "year")),
    ],
)
def test_what_is_no_day_to_come_is_refused_in_words_that_help(written: str, says: str, parts: tuple) -> None:
    assert read(written) == WrongDay(says, parts)
