"""How dates, shares and lists read."""

from datetime import UTC, datetime

import pytest

from core.filters import at_time, listed, on_day, per_cent


def test_a_date_reads_as_people_write_it() -> None:
    assert on_day(datetime(2026, 11, 20, 9, 0, tzinfo=UTC)) == "20 November 2026"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 20, 0, 5, tzinfo=UTC), "20 November 2026 at 12.05am"),
        (datetime(2026, 11, 20, 12, 0, tzinfo=UTC), "20 November 2026 at 12.00pm"),
        (datetime(2026, 6, 1, 23, 30, tzinfo=UTC), "2 June 2026 at 12.30am"),
    ],
    ids=["just after midnight", "noon", "summer time"],
)
def test_a_time_is_the_clock_on_a_british_wall(moment: datetime, words: str) -> None:
    assert at_time(moment) == words


@pytest.mark.parametrize(("share", "words"), [(0, "0%"), (0.799, "79%"), (0.8, "80%"), (0.29, "29%"), (1, "100%")])
def test_a_percentage_never_rounds_up_to_a_pass(share: float, words: str) -> None:
    assert per_cent(share) == words


def test_words_are_listed_as_in_a_sentence() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
