"""Suggestions: the known word that someone most likely meant by an unknown one."""

from collections.abc import Collection
from difflib import get_close_matches

NEAR = 0.75
"""Share of letters in common; keys of one family share many, so that difflib's 0.6 finds far-fetched ones."""


def suggestion(word: str, known: Collection[str]) -> str:
    """Return words to add to a complaint, such as “; did you mean photo.post?”, or nothing if no word is close."""
    by_folded = {each.casefold(): each for each in known}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=NEAR)
    return f"; did you mean {by_folded[near[0]]}?" if near else ""


def none_such(kind: str, word: str, known: Collection[str]) -> str:
    """Return words for someone who named, say, a trust that does not exist: what they may mean, and what there is."""
    return f"there is no {kind} {word}{suggestion(word, known) or '.'} Choose one of {', '.join(known)}."
