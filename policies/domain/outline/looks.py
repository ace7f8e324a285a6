"""Looking around in a document: what a block is, told by its neighbours and by how the whole is written."""

import re
from collections.abc import Iterator, Sequence

from policies.domain.outline.blocks import Block
from policies.domain.outline.marks import Mark, MarkKind
from policies.domain.outline.shapes import begins_small, in_sentence_case, is_capitals, is_title

DOCUMENT = re.compile(r"\b(policy|protocol|procedures?|guidance|guidelines|code of conduct)\b", re.IGNORECASE)
NOT_A_DOCUMENT = re.compile(
    r"(about|aims?|purpose|scope|introduction|why|what|this|the|review|who|how)\b"
    r"|policy (statement|aims?|purpose|scope|overview|introduction|principles)",
    re.IGNORECASE,
)
SIGNATURES = re.compile(
    r"(approved|signed|adopted|ratified|authorised)( by)?( the .{0,40})?:?$|(date|signature|name|review date)\s*:",
    re.IGNORECASE,
)
SIGNATURE_WORDS = 8
"""Words in a line of the sign-off at most."""
FRONT_PAGE, FAR = 10, 200
"""Blocks: among how many first ones the document's title stands, and how far we look around."""


class Looks:
    """The blocks of a document, to be asked about."""

    def __init__(self, blocks: Sequence[Block]):
        """Learn how the document is written."""
        self.blocks = blocks
        numbers = [block.mark for block in blocks if block.mark and block.kind is MarkKind.NUMBER]
        clauses = [block for block in blocks if block.kind is MarkKind.CLAUSE]
        self.numbers_restart = not clauses and sum(mark.label == "1" for mark in numbers) > 1
        self.sections_close_with_bracket = bool(numbers) and not clauses and all(m.closing == ")" for m in numbers)
        words = {word for block in blocks if not is_capitals(block.text) for word in re.findall(r"\w+", block.raw)}
        self._may_be_bare = [
            block.mark is None and is_title(block.text) and not is_capitals(block.text) for block in blocks
        ]
        self.spelt = frozenset(word for word in words if word.isupper() and word.lower() not in words)

    def heading(self, text: str) -> str:
        """Write a heading as its name: no colon, no shouting."""
        return in_sentence_case(text.removesuffix(":"), self.spelt)

    def after(self, at: int) -> Block | None:
        """Return the next block."""
        return self.blocks[at + 1] if at + 1 < len(self.blocks) else None

    def is_heading(self, at: int) -> bool:
        """Whether a block without a mark is a heading: it looks like one, stands alone, and something follows."""
        block, after = self.blocks[at], self.after(at)
        if after is None or not is_title(block.text) or (after.mark is None and begins_small(after.text)):
            return False
        return (block.apart or is_capitals(block.text)) and not self._is_in_bare_list(at)

    def _is_in_bare_list(self, at: int) -> bool:
        """Whether the block is a line of a list that has no bullets: one of several short lines after a colon."""
        for before in range(at - 1, max(0, at - FAR) - 1, -1):
            if self.blocks[before].raw.endswith(":"):
                return True
            if not self._may_be_bare[before]:
                return False
        return False

    def is_document_title(self, at: int) -> bool:
        """Whether a heading at the document's beginning names the document and not its first section."""
        block = self.blocks[at]
        if at > FRONT_PAGE or any(above.mark and above.kind is not MarkKind.HEADING for above in self.blocks[:at]):
            return False
        after = self.after(at)
        names = bool(DOCUMENT.search(block.text)) and not NOT_A_DOCUMENT.match(block.text)
        if block.mark:
            return names or [other.mark.depth for other in self.blocks if other.mark].count(block.mark.depth) == 1
        return names or (at == 0 and after is not None and after.mark is None and bool(DOCUMENT.search(after.text)))

    def is_title_of_text(self, at: int) -> bool:
        """Whether a clause's words are only the title of a paragraph that follows without a number."""
        block, after = self.blocks[at], self.after(at)
        if after is None or after.kind not in (None, MarkKind.BULLET) or not is_title(block.text):
            return False
        return after.apart and not begins_small(after.text) and not self.is_heading(at + 1)

    def has_items(self, at: int) -> bool:
        """Whether a list or deeper clauses follow a clause."""
        block, after = self.blocks[at], self.after(at)
        if after is None or after.mark is None or block.mark is None:
            return False
        return after.kind is MarkKind.LETTER or after.mark.label.startswith(f"{block.mark.label}.")

    def first_clause_follows(self, at: int, mark: Mark) -> bool:
        """Whether the next mark is the first clause of this section."""
        after = self.after(at)
        return after is not None and after.mark is not None and after.mark.label == f"{mark.label}.1"

    def following_item(self, at: int) -> Mark | None:
        """Return the next letter, roman or bracketed number before the next clause or heading."""
        return next((block.mark for block in self._rest_of_clause(at) if block.kind is MarkKind.LETTER), None)

    def is_followed_by_sibling(self, at: int, mark: Mark) -> bool:
        """Whether the next number of the same kind stands in the same clause."""
        numbers = [block.mark for block in self._rest_of_clause(at) if block.mark and block.kind is MarkKind.NUMBER]
        return any(other.numbers == (mark.numbers[0] + 1,) and other.closing == mark.closing for other in numbers)

    def _rest_of_clause(self, at: int) -> Iterator[Block]:
        for block in self.blocks[at + 1 : at + FAR]:
            if block.kind in (MarkKind.CLAUSE, MarkKind.HEADING, MarkKind.APPENDIX):
                return
            yield block

    def sign_off(self) -> int:
        """Return where the place for signatures begins, at the document's end; its length where there is none."""
        begins = len(self.blocks)
        for at in range(len(self.blocks) - 1, -1, -1):
            block = self.blocks[at]
            if block.mark or len(block.text.split()) > SIGNATURE_WORDS:
                break
            if SIGNATURES.match(block.text):
                begins = at
        return begins
