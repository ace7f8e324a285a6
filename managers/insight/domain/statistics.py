"""Item statistics as Moodle's quiz report defines them, from counts of whole numbers, so that they are exact.

Of an item, ``marks`` counts how many people earned each share of its marks, ``rests`` how many earned each share of the
marks of all else in their attempt, and ``products`` adds up both multiplied.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt

from managers.insight.domain.item import WHOLE

# With fewer, a figure could say how one of them answered.
FEWEST = 5
DECIMALS = 1


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What is said of an item; all but the first two are left out if there is nothing to compare or to measure.

    ``facility`` is the mean as a percentage of the marks, ``discrimination`` and ``efficiency`` are percentages too,
    and ``seconds`` is the median time.
    """

    people: int
    facility: float
    discrimination: float | None = None
    efficiency: float | None = None
    seconds: float | None = None


def statistics_of(
    marks: Mapping[int, int], rests: Mapping[int, int], products: int, seconds: Mapping[int, int]
) -> ItemStatistics | None:
    """Return the statistics of an item, or None if fewer than five people reached it."""
    people = sum(marks.values())
    if people < FEWEST:
        return None
    return ItemStatistics(
        people=people,
        facility=round(100 * _total(marks) / (people * WHOLE), DECIMALS),
        discrimination=_discrimination(marks, rests, products),
        efficiency=_efficiency(marks, rests, products),
        seconds=_median(seconds),
    )


def _discrimination(marks: Mapping[int, int], rests: Mapping[int, int], products: int) -> float | None:
    """Return 100 times the correlation of an item with the rest: the factors 1/n² of all three cancel out."""
    spread = _variance(marks) * _variance(rests)
    return _rounded(100 * _covariance(marks, rests, products) / sqrt(spread)) if spread else None


def _efficiency(marks: Mapping[int, int], rests: Mapping[int, int], products: int) -> float | None:
    """Return the covariance as a percentage of the largest that these marks and these rests could have."""
    largest = _covariance(marks, rests, _largest_products(marks, rests))
    return _rounded(100 * _covariance(marks, rests, products) / largest) if largest else None


def _rounded(number: float) -> float:
    # Without adding nothing, a little less than nothing would be shown as -0.
    return round(number, DECIMALS) + 0.0


def _covariance(marks: Mapping[int, int], rests: Mapping[int, int], products: int) -> int:
    """Return the covariance times n²."""
    return sum(marks.values()) * products - _total(marks) * _total(rests)


def _variance(counts: Mapping[int, int]) -> int:
    """Return the variance times n²."""
    squares = sum(value * value * count for value, count in counts.items())
    return sum(counts.values()) * squares - _total(counts) ** 2


def _total(counts: Mapping[int, int]) -> int:
    return sum(value * count for value, count in counts.items())


def _largest_products(marks: Mapping[int, int], rests: Mapping[int, int]) -> int:
    """Return what the products add up to if the best in the rest are the best in the item too."""
    total, ranked = 0, _ranked(rests)
    rest, left = next(ranked)
    for mark, count in _ranked(marks):
        while count:
            if not left:
                rest, left = next(ranked)
            taken = min(count, left)
            total += mark * rest * taken
            count, left = count - taken, left - taken
    return total


def _ranked(counts: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    return iter(sorted(counts.items()))


def _median(counts: Mapping[int, int]) -> float | None:
    number = sum(counts.values())
    if number < FEWEST:
        return None
    ordered = [value for value, count in _ranked(counts) for _ in range(count)]
    return (ordered[(number - 1) // 2] + ordered[number // 2]) / 2
