"""Tallies: how an item was answered, in counts whose size does not depend on how many people there are."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from managers.insight.domain.statistics import ItemStatistics, statistics_of

# People leave a page open and come back the next day. A median needs to know only that it was long.
LONGEST = 3600
NEAREST = 5


@dataclass(frozen=True, slots=True)
class ItemResponse:
    """What one attempt says of an item: the share of its marks and of the marks of all else, what was chosen, how long.

    Shares are in ten-thousandths. Of a clause, each question about it is one of ``chosen``.
    """

    item: str
    share: int
    rest: int
    chosen: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What is kept of an item: the newest version with it, its statistics, and how often each answer was chosen."""

    version: int
    statistics: ItemStatistics
    chosen: Mapping[str, int]


@dataclass(slots=True)
class ItemTally:
    """How an item was answered in some attempts, and the newest version of the module that had it."""

    version: int = 0
    marks: Counter[int] = field(default_factory=Counter)
    rests: Counter[int] = field(default_factory=Counter)
    products: int = 0
    chosen: Counter[str] = field(default_factory=Counter)
    seconds: Counter[int] = field(default_factory=Counter)

    def add(self, response: ItemResponse, version: int) -> None:
        """Count the response of one attempt at a version."""
        self.version = max(self.version, version)
        self.marks[response.share] += 1
        self.rests[response.rest] += 1
        self.products += response.share * response.rest
        self.chosen.update(response.chosen)
        if response.seconds is not None:
            self.seconds[_nearest(response.seconds)] += 1

    def merge(self, other: "ItemTally") -> None:
        """Count what another tally has counted."""
        self.version = max(self.version, other.version)
        self.products += other.products
        for own, more in (
            (self.marks, other.marks),
            (self.rests, other.rests),
            (self.seconds, other.seconds),
        ):
            own.update(more)
        self.chosen.update(other.chosen)

    def figures(self) -> ItemFigures | None:
        """Return what may be kept of it: nothing at all if fewer than five people reached the item."""
        found = statistics_of(self.marks, self.rests, self.products, self.seconds)
        return ItemFigures(self.version, found, dict(self.chosen)) if found else None


def _nearest(seconds: float) -> int:
    return min(LONGEST, max(0, NEAREST * round(seconds / NEAREST)))
