"""Rates, marks and changes, against numbers worked out on paper."""

import pytest

from managers.trust.domain.tally import Sign, StaffTally, points_since, total


@pytest.mark.parametrize(
    ("passed", "people", "per_cent"),
    [(43, 50, 86), (199, 200, 99), (200, 200, 100), (0, 7, 0), (29, 50, 58)],
)
def test_a_rate_is_in_whole_per_cent_and_100_means_everyone(passed: int, people: int, per_cent: int) -> None:
    assert StaffTally(people, passed).per_cent == per_cent


def test_where_no_one_has_to_there_is_no_rate() -> None:
    assert (StaffTally().per_cent, StaffTally().rate) == (None, None)


def test_tallies_of_different_people_add_up() -> None:
    assert total([StaffTally(50, 43, 2, 1), StaffTally(10, 1, 9, 3)]) == StaffTally(60, 44, 11, 4)
    assert total([]) == StaffTally()


@pytest.mark.parametrize(
    ("tally", "sign"),
    [
        (StaffTally(10, 10), Sign.EVERYONE),
        (StaffTally(100, 70), Sign.BEHIND),
        (StaffTally(100, 71), None),
        (StaffTally(100, 99), None),
        (StaffTally(), None),
    ],
)
def test_a_mark_shows_where_everyone_has_passed_and_who_is_ten_points_behind(
    tally: StaffTally, sign: Sign | None
) -> None:
    assert tally.sign_among(StaffTally(1000, 800)) is sign


def test_a_change_is_the_difference_of_the_rates_as_they_are_shown() -> None:
    # 86.0 % and 83.9 % are shown as 86 % and 83 %.
    assert points_since(StaffTally(50, 43), StaffTally(1000, 839)) == 3
    assert points_since(StaffTally(50, 43), StaffTally(50, 44)) == -2


def test_nothing_is_said_of_a_change_from_what_is_not_known() -> None:
    assert points_since(StaffTally(50, 43), None) is None
    assert points_since(StaffTally(50, 43), StaffTally()) is None
    assert points_since(StaffTally(), StaffTally(50, 43)) is None
