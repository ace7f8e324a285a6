"""Slices: the same attempts looked at as a whole, by school, by term, and by both; counted in one pass.

Attempts have to come by school, and those of a school by term. Then only the counts of one school and of the terms have
to be held at a time, however many people there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from managers.insight.domain.statistics import FEWEST
from managers.insight.domain.tally import ItemFigures, ItemResponse, ItemTally


@dataclass(frozen=True, slots=True)
class MarkedAttempt:
    """A first attempt: the school and the term that it counts for, the number of its version, and its responses."""

    school: int | None
    term: str
    version: int
    responses: Sequence[ItemResponse]


@dataclass(frozen=True, slots=True)
class Slice:
    """Whose attempts are counted: those of one school or of all, in one term or in all."""

    school: int | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True)
class InsightFigures:
    """What is kept of a slice: how many attempts, at which versions, and the figures of each item by its id.

    If there are fewer than five attempts, nothing is kept but that.
    """

    attempts: int
    versions: tuple[int, ...]
    items: Mapping[str, ItemFigures]


@dataclass(slots=True)
class SliceTally:
    """The tallies of all items in some attempts."""

    attempts: int = 0
    versions: set[int] = field(default_factory=set)
    items: dict[str, ItemTally] = field(default_factory=dict)

    def add(self, attempt: MarkedAttempt) -> None:
        """Count an attempt."""
        self.attempts += 1
        self.versions.add(attempt.version)
        for response in attempt.responses:
            self._of(response.item).add(response, attempt.version)

    def merge(self, other: "SliceTally") -> None:
        """Count what another tally has counted."""
        self.attempts += other.attempts
        self.versions |= other.versions
        for item, tally in other.items.items():
            self._of(item).merge(tally)

    def _of(self, item: str) -> ItemTally:
        return self.items.setdefault(item, ItemTally())

    def figures(self) -> InsightFigures:
        """Return what may be kept of it."""
        if self.attempts < FEWEST:
            return InsightFigures(0, (), {})
        found = {item: tally.figures() for item, tally in self.items.items()}
        kept = {item: figures for item, figures in found.items() if figures}
        return InsightFigures(self.attempts, tuple(sorted(self.versions)), kept)


def figures_by_slice(attempts: Iterable[MarkedAttempt]) -> Iterator[tuple[Slice, InsightFigures]]:
    """Give the figures of each slice as soon as its last attempt has come, the whole at the end."""
    every, terms = SliceTally(), dict[str, SliceTally]()
    for school, own in groupby(attempts, key=lambda attempt: attempt.school):
        whole = SliceTally()
        for term, together in groupby(own, key=lambda attempt: attempt.term):
            here = _counted(together)
            whole.merge(here)
            terms.setdefault(term, SliceTally()).merge(here)
            yield from _of_school(school, term, here)
        every.merge(whole)
        yield from _of_school(school, None, whole)
    for term, tally in terms.items():
        yield Slice(None, term), tally.figures()
    yield Slice(), every.figures()


def _of_school(school: int | None, term: str | None, tally: SliceTally) -> Iterator[tuple[Slice, InsightFigures]]:
    """Give the figures of a school; people without a school count only in the whole."""
    if school is not None:
        yield Slice(school, term), tally.figures()


def _counted(attempts: Iterable[MarkedAttempt]) -> SliceTally:
    tally = SliceTally()
    for attempt in attempts:
        tally.add(attempt)
    return tally
