"""Text to clean lines: page furniture left out, spacing understood, words that were split at a line's end mended."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policies.domain.outline.marks import mark_of
from policies.domain.outline.parts import Line, Uncertainty
from policies.domain.outline.shapes import begins_small, has_ended
from policies.importing.furniture import SourceLine, rows_of, without_furniture

# Without wraps to learn from: a line that fills less than this share of the width, with the next word, was ended early.
WELL_FILLED = 0.8
WRAPS_TO_LEARN_FROM = 8
LONGEST_WORD = 40
# Where this share of the blank lines parts one sentence, a blank line is how the document sets its lines.
DOUBLE_SPACED = 0.2


@dataclass(frozen=True, slots=True)
class Layout:
    """How the document sets its lines: how full a line is at least when a wrap ends it, and blanks between wraps.

    ``full`` is in characters and counts the next line's first word, for which there was no room.
    """

    full: float
    usual_blanks: int


def lines_of(text: str) -> tuple[tuple[Line, ...], list[Uncertainty]]:
    """Return the document's lines without page furniture, and what was unsure in cleaning them."""
    rows, unsure = without_furniture(rows_of(text))
    rows, bullets = with_lost_bullets(rows, layout_of(rows))
    rows, splits = with_whole_words(rows)
    return tuple(_lines(rows, layout_of(rows))), [*unsure, *bullets, *splits]


def layout_of(rows: Sequence[SourceLine]) -> Layout:
    """Measure how full lines are and whether blank lines stand inside sentences."""
    parted = [(above, row) for above, row in pairwise(rows) if row.blanks and not mark_of(row.text)]
    inside = [row for above, row in parted if not has_ended(above.text) and begins_small(row.text)]
    double = len(inside) > DOUBLE_SPACED * len(parted) and len(parted) > 3
    usual_blanks = 1 if double else 0
    return Layout(_fullness(rows, usual_blanks), usual_blanks)


def _fullness(rows: Sequence[SourceLine], usual_blanks: int) -> float:
    """Learn from the lines that a wrap has surely ended: those whose sentence goes on with a small letter."""
    wraps = sorted(
        _with_next_word(above.text, row.text)
        for above, row in pairwise(rows)
        if not has_ended(above.text) and begins_small(row.text) and not mark_of(row.text) and row.blanks <= usual_blanks
    )
    if len(wraps) >= WRAPS_TO_LEARN_FROM:
        return wraps[len(wraps) // 50] * 0.98
    widths = sorted(len(row.text) for row in rows)
    return widths[int(len(widths) * 0.9)] * WELL_FILLED if widths else 0


def _lines(rows: Sequence[SourceLine], layout: Layout) -> Iterator[Line]:
    above = None
    for row in rows:
        early = above is not None and _with_next_word(above.text, row.text) < layout.full
        yield Line(row.number, row.text, above is None or _is_gap(above, row, layout), early)
        above = row


def _with_next_word(above: str, text: str) -> int:
    return len(above) + 1 + len(text.split(maxsplit=1)[0])


def _is_gap(above: SourceLine, row: SourceLine, layout: Layout) -> bool:
    """Blank lines around a page's end part nothing where a sentence runs on."""
    has_stopped = has_ended(above.text) and not above.text.endswith(",")
    runs_on = row.new_page and not has_stopped and begins_small(row.text)
    return row.blanks > layout.usual_blanks and not runs_on


def with_lost_bullets(rows: Sequence[SourceLine], layout: Layout) -> tuple[list[SourceLine], list[Uncertainty]]:
    """Give back the bullets of a list that kept only their indentation, as text taken from a PDF often does."""
    if 2 * sum(bool(row.indent) for row in rows) > len(rows):
        return list(rows), []
    mended = list(rows[:1])
    unsure = []
    inside = False
    for above, row in pairwise(rows):
        is_item = bool(row.indent) and begins_small(row.text) and not mark_of(row.text)
        opens = is_item and above.text.endswith(":") and row.indent > above.indent
        inside = opens or (inside and row.blanks <= layout.usual_blanks and not mark_of(row.text))
        unsure += [Uncertainty(row.number, "this list has lost its bullets: told by its indentation")] * opens
        mended.append(replace(row, text=f"• {row.text}") if inside and is_item else row)
    return mended, unsure


@dataclass(frozen=True, slots=True)
class _Split:
    """A word that a line's end has split, its hyphen, and the punctuation after it."""

    head: str
    tail: str
    rest: str


def with_whole_words(rows: Sequence[SourceLine]) -> tuple[list[SourceLine], list[Uncertainty]]:
    """Put words together that a line's end has split; the hyphen goes only where the document spells the word so."""
    known = frozenset(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(row.text.lower() for row in rows)))
    mended: list[SourceLine] = []
    unsure = []
    for row in rows:
        split = _split_between(mended[-1].text, row.text) if mended else None
        if split:
            word, sure = _whole(split, known)
            unsure += [
                Uncertainty(mended[-1].number, f"“{word.strip('.,;:)')}” was split at a line's end: one word?")
            ] * (not sure)
            mended[-1] = replace(mended[-1], text=mended[-1].text[: -len(split.head) - 1] + word)
            row = replace(row, text=split.rest)
        mended += [row] * bool(row.text)
    return mended, unsure


def _split_between(above: str, text: str) -> _Split | None:
    head = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*[-\u00ad\u2010]$", above[-LONGEST_WORD:].split()[-1])
    tail, _, rest = text.partition(" ")
    if not head or not re.match(r"[^\W\d_]", tail) or not begins_small(text):
        return None
    return _Split(head[0][:-1], tail, rest)


def _whole(split: _Split, known: frozenset[str]) -> tuple[str, bool]:
    """Return the whole word, and whether the document itself shows that it is spelt so."""
    bare = re.sub(r"[^\w-]+$", "", split.tail).lower()
    hyphened, plain = f"{split.head}-{split.tail}", f"{split.head}{split.tail}"
    if f"{split.head}-{bare}".lower() in known or f"{split.head}-{bare}".lower().rstrip("s") in known:
        return hyphened, True
    if f"{split.head}{bare}".lower() in known:
        return plain, True
    return hyphened, False
