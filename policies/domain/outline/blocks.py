"""Lines to blocks: what a wrap has parted is put together again, up to the next mark or paragraph."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from policies.domain.outline.marks import DASHES, Mark, MarkKind, mark_of
from policies.domain.outline.parts import Line
from policies.domain.outline.shapes import (
    begins_small,
    ends_in_reference,
    has_ended,
    is_capitals,
    is_sentence,
    is_title,
    leads_on,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A marked item, a heading or a paragraph, whole: its first line, mark, words after the mark, and all its words.

    ``apart`` says that the layout parts it from what stands before.
    """

    line: int
    mark: Mark | None
    text: str
    raw: str
    apart: bool

    @property
    def kind(self) -> MarkKind | None:
        """The kind of its mark, None for a paragraph without one."""
        return self.mark.kind if self.mark else None

    def joined(self, text: str) -> "Block":
        """Return the block with another line of its paragraph."""
        return replace(self, text=f"{self.text} {text}".strip(), raw=f"{self.raw} {text}")


def blocks_of(lines: Iterable[Line]) -> Iterator[Block]:
    """Give the document's blocks in order."""
    block = None
    lines = tuple(lines)
    for line, after in zip_longest(lines, lines[1:]):
        mark = _mark_at(line, block)
        if block and mark is None and is_sentence(block.raw) and _stands_out(line, after):
            line = replace(line, early=True)
        if block is not None and mark is None and _goes_on(block, line):
            block = block.joined(line.text)
            continue
        if block is not None:
            yield block
        block = Block(line.number, mark, mark.rest if mark else line.text, line.text, line.apart)
    if block is not None:
        yield block


def _mark_at(line: Line, above: Block | None) -> Mark | None:
    """Return the line's mark, unless the line goes on with a sentence that was cut before a number or a dash."""
    mark = mark_of(line.text)
    if mark is None or above is None or mark.depth:
        return mark
    if not line.apart and above.text and leads_on(above.raw):
        return None
    if mark.kind is MarkKind.LETTER and not line.gap and ends_in_reference(above.raw):
        return None
    is_dash = mark.kind is MarkKind.BULLET and mark.closing in DASHES
    in_list = above.mark is not None and above.mark.closing == mark.closing
    if is_dash and not (line.apart or has_ended(above.raw) or in_list):
        return None
    if mark.kind is MarkKind.APPENDIX and not (line.apart or is_sentence(above.raw)):
        return None
    return mark


def _stands_out(line: Line, after: Line | None) -> bool:
    """Whether a title fills its line alone: the next line's first word would have fitted."""
    return is_title(line.text) and after is not None and after.early and not begins_small(after.text)


def _goes_on(block: Block, line: Line) -> bool:
    """Whether the line is of the block's paragraph."""
    if not block.text:
        return block.kind is not MarkKind.APPENDIX
    if block.mark and block.mark.depth:
        return False
    if is_capitals(block.text) != is_capitals(line.text) and block.kind is not MarkKind.BULLET:
        return not (line.apart or is_capitals(block.text) or is_sentence(block.raw))
    if not line.apart:
        return True
    # Blank lines fall inside sentences too, most of all where a page ends.
    return begins_small(line.text) and not has_ended(block.raw)
