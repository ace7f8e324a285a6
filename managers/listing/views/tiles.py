"""The counts above a list, each of which is a link to the people it counts; the one that is chosen leads back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from managers.listing.domain.query import Due, ListQuery, ListStatus
from managers.listing.domain.words import ATTENTION_WORDS, DUE_WORDS

NOTHING_CHOSEN = {"standing": None, "due": None, "needs_attention": False}


@dataclass(frozen=True, slots=True)
class Tile:
    """A count with its words and its address, and whether the list shows just these people."""

    number: int
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the tiles of a list count: everyone, the statuses and due dates that it can have, and grades in trouble."""

    everyone: int
    statuses: Mapping[ListStatus, int]
    dues: Mapping[Due, int]
    needing_attention: int


def tiles(
    asked: ListQuery, link: Callable[..., str], numbers: Numbers, words: Mapping[ListStatus, str]
) -> Iterator[Tile]:
    """Give the tiles of a list; due dates and grades combine with any status."""
    nothing = not (asked.standing or asked.due or asked.needs_attention)
    yield Tile(numbers.everyone, "Everyone", link(**NOTHING_CHOSEN), nothing)
    for status, number in numbers.statuses.items():
        is_current = asked.standing is status
        yield Tile(number, words[status], link(standing=None if is_current else status), is_current)
    for due, number in numbers.dues.items():
        is_current = asked.due is due
        yield Tile(number, DUE_WORDS[due], link(due=None if is_current else due), is_current)
    is_current = asked.needs_attention
    yield Tile(numbers.needing_attention, ATTENTION_WORDS, link(needs_attention=not is_current), is_current)
