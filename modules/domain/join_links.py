"""What joins transfer: everything that an entry earned counts for the newer ones that it is joined to, and so on.

Joins are links from a newer entry to an earlier one. What is transferred follows from the links in force alone, so the
order in which people were joined does not matter, and nothing is left of a join that was undone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class JoinLink:
    """A join in force: from a newer entry to an earlier one; about one module alone, and for one course, if it says."""

    number: int
    newer: int
    earlier: int
    module: str | None = None
    course: int | None = None


Item = TypeVar("Item")


def linked_with(entry: int, links: Iterable[JoinLink]) -> set[int]:
    """Return all the entries that are one person with this one, and itself."""
    links, found, new = list(links), {entry}, {entry}
    while new:
        new = {
            each for link in links if {link.newer, link.earlier} & new for each in (link.newer, link.earlier)
        } - found
        found |= new
    return found


def first_on_the_way(entry: int, other: int, links: Iterable[JoinLink]) -> JoinLink | None:
    """Return the first of the links that lead from an entry to another, or None where none do."""
    links = list(links)
    for link in links:
        if entry in (link.newer, link.earlier):
            rest = [each for each in links if each is not link]
            if other in linked_with(link.earlier if entry == link.newer else link.newer, rest):
                return link
    return None


def transferred(
    own: Mapping[int, Iterable[Item]],
    used: Mapping[int, Mapping[Item, int]],
    links: Iterable[JoinLink],
    may: Callable[[JoinLink, Item], bool],
) -> dict[int, dict[Item, int]]:
    """Return what is transferred to each entry, each thing with the number of the last link on its way.

    ``own`` is what each entry has of its own, and ``used`` what its person took over with a click, which goes on from
    there too. ``may`` says what a link lets through.
    """
    links = sorted(links, key=lambda link: link.number)
    found = {entry: dict(items) for entry, items in used.items()}
    has_changed = True
    while has_changed:
        has_changed = False
        for link in links:
            theirs = found.setdefault(link.newer, {})
            for item in [*own.get(link.earlier, ()), *found.get(link.earlier, {})]:
                if may(link, item) and item not in theirs and item not in own.get(link.newer, ()):
                    theirs[item], has_changed = link.number, True
    return found
