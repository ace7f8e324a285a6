"""A policy as it is read: its headings in the document's order, each with the clauses that stand under it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from policies.domain.policy import Clause


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the clauses directly under it; ``depth`` is 1 for the widest, ``key`` is good for a page."""

    key: str
    heading: str
    depth: int
    clauses: tuple[Clause, ...]


def sections_of(clauses: Iterable[Clause]) -> tuple[Section, ...]:
    """Put clauses under their headings; a heading that only holds narrower ones comes without clauses."""
    found = enumerate(_headed(clauses), start=1)
    return tuple(Section(f"section-{number}", heading, depth, under) for number, (heading, depth, under) in found)


def _headed(clauses: Iterable[Clause]) -> Iterator[tuple[str, int, tuple[Clause, ...]]]:
    before: tuple[str, ...] = ()
    for heading, group in groupby(clauses, key=lambda clause: clause.heading):
        for depth in range(_shared(before, heading) + 1, len(heading)):
            yield heading[depth - 1], depth, ()
        goes_on = bool(before) and _shared(before, heading) == len(heading)
        yield _title(heading, goes_on), max(len(heading), 1), tuple(group)
        before = heading


def _title(heading: tuple[str, ...], goes_on: bool) -> str:
    if not heading:
        return "Before the first heading"
    return f"{heading[-1]} (continued)" if goes_on else heading[-1]


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many headings two clauses stand under together."""
    pairs = zip(one, other, strict=False)
    return next((depth for depth, (ours, theirs) in enumerate(pairs) if ours != theirs), min(len(one), len(other)))
