"""Reading a policy's lines into its outline: every block of text is given its place."""

from collections.abc import Iterable, Sequence

from policies.domain.outline import list_numbers as counting
from policies.domain.outline.blocks import Block, blocks_of
from policies.domain.outline.draft import CLAUSE, SECTION, SUBHEADING, Draft, Heading, OpenPart
from policies.domain.outline.list_numbers import OpenList, steps_between
from policies.domain.outline.looks import Looks
from policies.domain.outline.marks import Mark, MarkKind, Style, readings_of
from policies.domain.outline.parts import Line, Outline
from policies.domain.outline.shapes import begins_small, has_ended, is_capitals, is_lead, is_sentence, is_title

PREAMBLE = "Preamble"


def outline_of(lines: Iterable[Line]) -> Outline:
    """Return the headings and clauses of a document, in its order, and what is unsure about them."""
    return Reader(tuple(blocks_of(lines))).read()


class Reader:
    """Goes through the blocks once, knowing what is open: headings, the part that lists belong to, and its lists."""

    def __init__(self, blocks: Sequence[Block]):
        """Take the document's blocks in order."""
        self.looks = Looks(blocks)
        self.blocks = blocks
        self.draft = Draft()
        self.base = PREAMBLE
        self.appendix = ""
        self.last: tuple[int, ...] = ()
        self.levels: list[OpenList] = []
        self.current: OpenPart | None = None

    def read(self) -> Outline:
        """Give every block its place."""
        readers = {
            MarkKind.APPENDIX: self._appendix,
            MarkKind.CLAUSE: self._clause,
            MarkKind.NUMBER: self._number,
            MarkKind.LETTER: self._item,
            MarkKind.HEADING: self._heading,
        }
        end = self.looks.sign_off()
        for at, block in enumerate(self.blocks[:end]):
            if block.mark and block.mark.doubled:
                self.draft.doubt(block.line, f"“{block.mark.label}” stands twice in a row: read as once")
            if block.mark is None or block.kind is MarkKind.BULLET:
                self._paragraph(at, block)
            elif not readers[block.mark.kind](at, block, block.mark):
                self._not_a_mark(block)
        if end < len(self.blocks):
            self.draft.doubt(self.blocks[end].line, "left out as the place for signatures and dates")
        return self.draft.finished()

    def _appendix(self, at: int, block: Block, mark: Mark) -> bool:
        if block.text and not is_title(block.text):
            return False
        name = f" {mark.label.upper()}" if mark.label else ""
        self.draft.open_heading(Heading(mark.depth or SECTION, f"Appendix{name}", numbered=True))
        if block.text:
            self.draft.open_heading(Heading(SUBHEADING, self.looks.heading(block.text)))
        self.appendix = f"App{name}"
        self._stand_at(self.appendix, ())
        return True

    def _clause(self, at: int, block: Block, mark: Mark) -> bool:
        steps = steps_between(self.last, mark.numbers)
        if steps is None and not self._insists(at, block):
            return False
        if steps != 1:
            self.draft.doubt(block.line, f"{mark.label} does not follow {_name(self.last)}: are clauses missing?")
        rank = CLAUSE + len(mark.numbers)
        self.draft.close_headings(rank)
        self._stand_at(f"{self.appendix} ({mark.label})" if self.appendix else mark.label, mark.numbers)
        title = self.looks.is_title_of_text(at)
        if title:
            self.draft.open_heading(Heading(rank, block.text))
        self.current = self.draft.open_part(self.base, block.line, "" if title else block.text)
        if not title and is_lead(block.text) and self.looks.has_items(at):
            self.draft.open_heading(Heading(rank, block.text.removesuffix(":")))
        return True

    def _insists(self, at: int, block: Block) -> bool:
        """Whether a number out of order is a mark all the same: at a paragraph's start and before a capital."""
        above = self.blocks[at - 1].raw if at else ""
        return (block.apart or is_sentence(above)) and bool(block.text) and not begins_small(block.text)

    def _number(self, at: int, block: Block, mark: Mark) -> bool:
        if self._is_stray_heading(at, block, mark):
            self.draft.open_heading(Heading(SUBHEADING, block.text))
            self.draft.doubt(block.line, f"({mark.label}) {block.text}: read as a heading, not as an item")
            self.levels = []
            return True
        if self._is_section(at, block, mark):
            return self._section(at, block, mark)
        return self._item(at, block, mark)

    def _is_stray_heading(self, at: int, block: Block, mark: Mark) -> bool:
        """A bracketed number with a title, without a second one, where no list was announced, is a heading."""
        alone = mark.closing == ")" and mark.label == "1" and not self.looks.is_followed_by_sibling(at, mark)
        announced = self.current is not None and self.current.ending.endswith(":")
        return alone and is_title(block.text) and bool(self.last) and not announced

    def _is_section(self, at: int, block: Block, mark: Mark) -> bool:
        steps = steps_between(self.last, mark.numbers)
        if self.appendix or steps is None or begins_small(block.text):
            return False
        if mark.closing == ")" and not self.looks.sections_close_with_bracket:
            return False
        if self.looks.numbers_restart and self.draft.path and not mark.depth:
            return False
        above = self.blocks[at - 1] if at else None
        in_list = any(level.style is Style.NUMBERS and level.value + 1 == int(mark.label) for level in self.levels)
        introduces = self.looks.first_clause_follows(at, mark)
        heads = is_title(block.text) or introduces
        loose = introduces or above is None or block.apart or has_ended(above.raw) or above.kind is MarkKind.NUMBER
        opens_list = mark.label == "1" and self.current is not None and self.current.ending.endswith(":")
        return loose and (heads or not (in_list or opens_list)) and (heads or mark.closing != "")

    def _section(self, at: int, block: Block, mark: Mark) -> bool:
        steps = steps_between(self.last, mark.numbers)
        if steps != 1:
            self.draft.doubt(block.line, f"section {mark.label} does not follow {_name(self.last)}: is one missing?")
        self.draft.path = [heading for heading in self.draft.path if not heading.numbered and heading.rank < CLAUSE]
        self._stand_at(mark.label, mark.numbers)
        if is_title(block.text) or (self.looks.first_clause_follows(at, mark) and not is_sentence(block.text)):
            self.draft.open_heading(Heading(mark.depth or SECTION, self.looks.heading(block.text), numbered=True))
        else:
            self.current = self.draft.open_part(self.base, block.line, block.text)
        return True

    def _item(self, at: int, block: Block, mark: Mark) -> bool:
        if not mark.closing and (begins_small(block.text) or not self._insists_on_item(at, block)):
            return False
        places = counting.places_of(mark, self.levels)
        if not places and self._insists_on_item(at, block):
            places = counting.later_places_of(mark, self.levels)
        if not places:
            return False
        opens_list = self.current is not None and self.current.ending.endswith(":")
        following = self.looks.following_item(at)
        place = counting.place_by_what_follows(places, following, opens_list)
        if place.skipped:
            self.draft.doubt(block.line, f"({mark.label}) does not follow the item before it: is one missing?")
        if len(places) > 1 and not (following and self._settles(place, following)):
            self.draft.doubt(block.line, f"({mark.label}) was read as one of the {place.style.value}, by its place")
        parent = self.levels[place.depth - 1].ref if place.depth else self.base
        ref = f"{parent}({mark.label})" if place.depth or parent[0].isdigit() else f"{parent} ({mark.label})"
        self.levels[place.depth :] = [OpenList(place.style, place.value, ref)]
        self.current = self.draft.open_part(ref, block.line, block.text)
        return True

    @staticmethod
    def _settles(place: counting.ListPosition, following: Mark) -> bool:
        return readings_of(following).get(place.style) == place.value + 1

    def _insists_on_item(self, at: int, block: Block) -> bool:
        return block.apart or has_ended(self.blocks[at - 1].raw if at else "")

    def _heading(self, at: int, block: Block, mark: Mark | None) -> bool:
        if not self.draft.parts and self.looks.is_document_title(at):
            self.draft.title = (*self.draft.title, block.text)
            return True
        rank = mark.depth if mark else SECTION if is_capitals(block.text) else SUBHEADING
        text = self.looks.heading(block.text)
        self.draft.open_heading(Heading(rank, text))
        # The titles at the head of an appendix are its own: its items are called App 1 (1).
        is_own = self.base == self.appendix and self.draft.part(self.base) is None
        self._stand_at(self.base if is_own else text, self.last)
        return True

    def _paragraph(self, at: int, block: Block) -> None:
        if block.mark is None and self.looks.is_heading(at):
            self._heading(at, block, None)
        elif block.kind is MarkKind.BULLET:
            self._open_current(block.line).paragraphs.append(f"- {block.text}")
        elif self.levels and self._is_tail(block):
            self._tail(block)
        else:
            self._plain_paragraph(block)

    def _plain_paragraph(self, block: Block) -> None:
        current = self._open_current(block.line)
        numbered = current.ref[0].isdigit() and "." in current.ref
        if numbered and current.paragraphs and block.apart and is_sentence(current.ending) and is_sentence(block.text):
            self.draft.doubt(block.line, f"a paragraph without a number was kept with {current.ref}")
        current.add(block.text)

    def _is_tail(self, block: Block) -> bool:
        """Whether the paragraph goes on with the sentence that the list stands in, and not with its last item."""
        return block.apart and self.current is not None and has_ended(self.current.ending)

    def _tail(self, block: Block) -> None:
        parent = self.draft.part(self.levels[-2].ref if len(self.levels) > 1 else self.base)
        items_are_phrases = self.current is not None and begins_small(self.current.text)
        if parent is None or not (begins_small(block.text) or (parent.text.endswith(":") and items_are_phrases)):
            parent = self.current
        if not begins_small(block.text):
            name = parent.ref if parent else self.base
            self.draft.doubt(block.line, f"a paragraph without a number after a list was kept with {name}")
        if parent:
            parent.paragraphs.append(block.text)

    def _not_a_mark(self, block: Block) -> None:
        """Take a number in the middle of a sentence for what it is."""
        if block.apart and block.mark:
            self.draft.doubt(block.line, f"“{block.raw[:30]}” was read as text: its number does not fit here")
        self._open_current(block.line).go_on(block.raw)

    def _stand_at(self, base: str, last: tuple[int, ...]) -> None:
        self.base, self.last, self.levels, self.current = base, last, [], None

    def _open_current(self, line: int) -> OpenPart:
        if self.current is None:
            self.current = self.draft.open_part(self.base, line, "")
        return self.current


def _name(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers)) or "the beginning"
