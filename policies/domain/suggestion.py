"""Suggestions: the known word that someone most likely meant by one that is not known."""

from collections.abc import Collection
from difflib import get_close_matches

NEAR = 0.75
"""Share of letters in common; keys of one family share many, so that difflib's 0.6 finds far-fetched ones."""


def suggestion(word: str, known: Collection[str]) -> str:
    """Return words that follow a complaint, such as “; did you mean photo.post?”, or nothing where no word is near."""
    by_folded = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=NEAR)
    return f"; did you mean {by_folded[near[0]]}?" if near else ""


def none_such(kind: str, word: str, known: Collection[str]) -> str:
    """Return words for someone who named a trust or the like that there is not: what it may be, and what there is."""
    return f"there is no {kind} {word}{suggestion(word, known) or '.'} Choose one of {', '.join(known)}."
