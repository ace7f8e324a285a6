"""Counting along: whether a number or letter follows what came before, and whether (i) is a roman or a letter."""

from collections.abc import Sequence
from dataclasses import dataclass

from policies.domain.outline.marks import Mark, Style, readings_of

LONGEST_SKIP = 5
"""Numbers left out at most. Documents do lose clauses (5.1, then 5.4); more is taken for a number in a sentence."""


@dataclass(frozen=True, slots=True)
class OpenList:
    """A list that is open: how its items are counted, the last one's value and reference."""

    style: Style
    value: int
    ref: str


@dataclass(frozen=True, slots=True)
class ListPosition:
    """Where an item belongs: the depth among the open lists, how it is counted, its value; ``skipped`` items before."""

    depth: int
    style: Style
    value: int
    skipped: int = 0


def steps_between(last: tuple[int, ...], numbers: tuple[int, ...]) -> int | None:
    """Return how many steps ``numbers`` is ahead of ``last``: 1 is the next; None where it does not follow at all."""
    same = 0
    while same < min(len(last), len(numbers)) and last[same] == numbers[same]:
        same += 1
    if same == len(numbers) or any(number != 1 for number in numbers[same + 1 :]):
        return None
    step = numbers[same] - (last[same] if same < len(last) else 0)
    return step if 1 <= step <= LONGEST_SKIP else None


def places_of(mark: Mark, levels: Sequence[OpenList]) -> list[ListPosition]:
    """Return the places that the item can have, the innermost list first; a new list begins with its first item."""
    readings = readings_of(mark)
    following = [
        ListPosition(depth, level.style, readings[level.style])
        for depth, level in reversed(list(enumerate(levels)))
        if readings.get(level.style) == level.value + 1
    ]
    open_styles = {level.style for level in levels}
    opening = [
        ListPosition(len(levels), style, 1)
        for style, value in readings.items()
        if value == 1 and style not in open_styles
    ]
    return following + opening


def later_places_of(mark: Mark, levels: Sequence[OpenList]) -> list[ListPosition]:
    """Return the places that the item can have if a few before it are missing."""
    return [
        ListPosition(depth, level.style, value, skipped=value - level.value - 1)
        for style, value in readings_of(mark).items()
        for depth, level in reversed(list(enumerate(levels)))
        if level.style is style and 1 < value - level.value <= LONGEST_SKIP
    ]


def place_by_what_follows(places: Sequence[ListPosition], following: Mark | None, opens_list: bool) -> ListPosition:
    """Choose between places: (i) before (ii) is a roman, (i) before (j) a letter; else a colon opens a new list."""
    readings = readings_of(following) if following else {}
    for place in places:
        if readings.get(place.style) == place.value + 1:
            return place
    new = [place for place in places if place.value == 1]
    old = [place for place in places if place.value != 1]
    return (new or old)[0] if opens_list else (old or new)[0]
