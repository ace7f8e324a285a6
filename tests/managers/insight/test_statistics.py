"""Item statistics against numbers worked out on paper, and what holds of them whatever the marks are."""

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.insight.domain.item import WHOLE
from managers.insight.domain.statistics import ItemStatistics
from managers.insight.domain.tally import ItemResponse, ItemTally

Pairs = Sequence[tuple[int, int]]
shares = st.integers(0, WHOLE)
pairs = st.lists(st.tuples(shares, shares), min_size=5, max_size=40)


def tally_of(results: Pairs, seconds: Sequence[float | None] = ()) -> ItemTally:
    """Count the shares that people earned of an item and of the rest, in ten-thousandths."""
    tally = ItemTally()
    for place, (share, rest) in enumerate(results):
        took = seconds[place] if seconds else None
        tally.add(ItemResponse("item", share, rest, ("a",), took), version=1)
    return tally


def statistics(results: Pairs, seconds: Sequence[float | None] = ()) -> ItemStatistics:
    figures = tally_of(results, seconds).figures()
    assert figures
    return figures.statistics


def test_six_people_on_paper() -> None:
    """Four of six have the item right; the rest of their attempts came to 90, 80, 70, 50, 60 and 40 %.

    Means: 4/6 = 0.6667 and 3.9/6 = 0.65.
    Deviations of the item: 1/3 for who is right, -2/3 for who is not; of the rest: .25 .15 .05 -.15 -.05 -.25.
    Right are those with 90, 80, 70 and 40 %; wrong those with 50 and 60 %.
    Sum of products: 1/3 x (.25 + .15 + .05 - .25) + 2/3 x (.15 + .05) = .0667 + .1333 = .2
    Sums of squares: 4 x 1/9 + 2 x 4/9 = 1.3333, and .0625 + .0225 + .0025 + .0225 + .0025 + .0625 = .175
    Discrimination index: 100 x .2 / sqrt(1.3333 x .175) = 100 x .2 / .48305 = 41.4
    Best order: the two with 40 and 50 % would be wrong: sum of products 60 + 70 + 80 + 90 % - 6 x 2/3 x .65 = .4
    Discriminative efficiency: 100 x .2 / .4 = 50
    """
    results = [(WHOLE, 9000), (WHOLE, 8000), (WHOLE, 7000), (0, 5000), (0, 6000), (WHOLE, 4000)]
    found = statistics(results)
    assert (found.people, found.facility, found.discrimination, found.efficiency) == (6, 66.7, 41.4, 50.0)


def test_marks_in_parts_on_paper() -> None:
    """Five people earn 0, 50, 50, 100 and 100 % of an item; the better they do there, the worse elsewhere.

    Facility: 300/5 = 60 %. Rest: 80, 70, 60, 50 and 40 %, mean 60 %.
    Deviations: -.6 -.1 -.1 .4 .4 and .2 .1 0 -.1 -.2; products -.12 -.01 0 -.04 -.08 = -.25
    Squares: .36 + .01 + .01 + .16 + .16 = .7 and .04 + .01 + 0 + .01 + .04 = .1
    Discrimination index: -100 x .25 / sqrt(.07) = -25 / .26458 = -94.5
    Best order of the rest: 40 50 60 70 80: products .12 + .01 + 0 + .04 + .08 = .25; efficiency -100
    """
    found = statistics([(0, 8000), (5000, 7000), (5000, 6000), (WHOLE, 5000), (WHOLE, 4000)])
    assert (found.facility, found.discrimination, found.efficiency) == (60.0, -94.5, -100.0)


def test_nothing_is_said_of_fewer_than_five_people() -> None:
    assert tally_of([(WHOLE, 5000)] * 4).figures() is None
    assert tally_of([(WHOLE, 5000)] * 5).figures()


def test_where_everyone_earns_the_same_nothing_can_be_told_apart() -> None:
    same = statistics([(WHOLE, rest) for rest in (1000, 2000, 3000, 4000, 5000)])
    assert (same.facility, same.discrimination, same.efficiency) == (100.0, None, None)
    alike = statistics([(share, 5000) for share in (0, 0, WHOLE, WHOLE, WHOLE)])
    assert (alike.facility, alike.discrimination, alike.efficiency) == (60.0, None, None)


@pytest.mark.parametrize(
    ("seconds", "median"),
    [
        ((10, 20, 30, 40, 86_400), 30),
        ((10, 20, 30, 40, 50, 86_400), 35),
        ((86_400,) * 5, 3600),
        ((10, 20, 30, 40, None), None),
    ],
    ids=["of five", "between two", "left open overnight", "of too few"],
)
def test_the_median_time_is_not_moved_by_who_comes_back_the_next_day(
    seconds: tuple[float | None, ...], median: float | None
) -> None:
    assert statistics([(WHOLE, 5000)] * len(seconds), seconds).seconds == median


@given(pairs)
def test_indices_stay_in_their_bounds(results: Pairs) -> None:
    found = statistics(results)
    assert 0 <= found.facility <= 100
    if found.discrimination is None:
        assert found.efficiency is None
    else:
        assert -100 <= found.discrimination <= 100
        assert found.efficiency is not None and found.efficiency <= 100


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_people_makes_no_difference(results: list[tuple[int, int]], chance: object) -> None:
    shuffled = results.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert statistics(shuffled) == statistics(results)


@given(pairs, pairs)
def test_two_tallies_merged_are_the_tally_of_both(some: Pairs, others: Pairs) -> None:
    merged = tally_of(some)
    merged.merge(tally_of(others))
    assert merged == tally_of([*some, *others])


@given(pairs)
def test_turning_the_item_round_turns_the_sign_of_its_discrimination(results: Pairs) -> None:
    own = statistics(results).discrimination
    turned = statistics([(WHOLE - share, rest) for share, rest in results]).discrimination
    assert (turned is None) == (own is None)
    assert turned is None or own is None or turned == pytest.approx(-own, abs=0.1)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=5, max_size=40), st.integers(1, 100))
def test_what_an_item_is_out_of_does_not_change_its_discrimination(results: Pairs, times: int) -> None:
    own, wider = statistics(results), statistics([(share * times, rest) for share, rest in results])
    assert (wider.discrimination, wider.efficiency) == (own.discrimination, own.efficiency)


@given(st.lists(shares, min_size=5, max_size=40))
def test_the_best_order_has_an_efficiency_of_100(earned: list[int]) -> None:
    rests = sorted(earned, reverse=True)
    found = statistics(list(zip(sorted(earned, reverse=True), rests, strict=True)))
    assert found.efficiency == (100.0 if len(set(earned)) > 1 else None)


@given(pairs)
def test_indices_are_those_of_the_textbook(results: Pairs) -> None:
    """Work the covariances out once more, from deviations and one person at a time."""
    found = statistics(results)
    number = len(results)
    item, rest = [share for share, _ in results], [rest for _, rest in results]

    def covariance(some: Sequence[int], others: Sequence[int]) -> float:
        means = sum(some) / number, sum(others) / number
        return sum((one - means[0]) * (other - means[1]) for one, other in zip(some, others, strict=True)) / number

    if found.discrimination is not None and found.efficiency is not None:
        spread = covariance(item, item) * covariance(rest, rest)
        largest = covariance(sorted(item), sorted(rest))
        assert found.discrimination == pytest.approx(100 * covariance(item, rest) / spread**0.5, abs=0.06)
        assert found.efficiency == pytest.approx(100 * covariance(item, rest) / largest, abs=0.06, rel=1e-4)


def test_counts_do_not_grow_with_the_number_of_people() -> None:
    few, many = (tally_of([(0, 3000), (WHOLE, 7000)] * times, [15.0, 25.0] * times) for times in (5, 5000))
    assert [Counter(each).keys() for each in (few.marks, few.rests, few.seconds)] == [
        Counter(each).keys() for each in (many.marks, many.rests, many.seconds)
    ]
