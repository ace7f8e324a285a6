"""The outline while it is being written: headings open above, parts so far, and what is unsure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from policies.domain.outline.parts import Outline, Part, Uncertainty
from policies.domain.outline.shapes import begins_small, has_ended, is_open

SECTION, SUBHEADING, CLAUSE = 10, 20, 30
"""Ranks of headings: a section's or one in capitals, one inside it, and the title of a clause (with its depth)."""
BRACKETED = re.compile(r"\[[^\[\]]{0,401}\]")
LONGEST_OPTION = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that is open, with its rank; headings of Markdown have the rank of their depth, 1 to 6."""

    rank: int
    text: str
    numbered: bool = False


@dataclass(slots=True)
class OpenPart:
    """A part whose text may still grow, in paragraphs."""

    ref: str
    heading: tuple[str, ...]
    line: int
    paragraphs: list[str]

    @property
    def text(self) -> str:
        """The text so far."""
        return "\n".join(self.paragraphs)

    @property
    def ending(self) -> str:
        """The last paragraph so far."""
        return self.paragraphs[-1] if self.paragraphs else ""

    def go_on(self, text: str) -> None:
        """Add words to the last paragraph."""
        self.paragraphs[-1:] = [f"{''.join(self.paragraphs[-1:])} {text}".strip()]

    def add(self, text: str) -> None:
        """Add a paragraph, or go on with a sentence that has not ended."""
        ended = has_ended(self.ending) and not self.ending.endswith(",")
        if is_open(self.ending) or (self.ending and begins_small(text) and not ended):
            self.go_on(text)
        else:
            self.paragraphs.append(text)


@dataclass(slots=True)
class Draft:
    """What has been found so far."""

    title: tuple[str, ...] = ()
    path: list[Heading] = field(default_factory=list)
    parts: list[OpenPart] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    unsure: list[Uncertainty] = field(default_factory=list)
    last: dict[str, OpenPart] = field(default_factory=dict)

    def doubt(self, line: int, says: str) -> None:
        """Note what a person has to look at."""
        self.unsure.append(Uncertainty(line, says))

    def close_headings(self, rank: int) -> None:
        """End the headings of this rank and below."""
        self.path = [heading for heading in self.path if heading.rank < rank]

    def open_heading(self, heading: Heading) -> None:
        """Begin a heading in place of those of its rank and below."""
        self.close_headings(heading.rank)
        self.path.append(heading)
        self.headings.append(heading.text)

    def open_part(self, ref: str, line: int, text: str) -> OpenPart:
        """Begin a part under the headings that are open."""
        heading = tuple(heading.text for heading in self.path) or (self.title if ref == "Preamble" else ())
        self.parts.append(OpenPart(ref, heading, line, [text] if text else []))
        self.last[ref] = self.parts[-1]
        return self.parts[-1]

    def part(self, ref: str) -> OpenPart | None:
        """Return the last part of this name."""
        return self.last.get(ref)

    def finished(self) -> Outline:
        """Return the outline; names that stand twice are told apart by a number in square brackets."""
        unsure = [*self.unsure, *self._optional_wordings(), *self._repetitions()]
        times: dict[str, int] = {}
        parts = []
        for part in self.parts:
            times[part.ref] = times.get(part.ref, 0) + 1
            ref = part.ref if times[part.ref] == 1 else f"{part.ref} [{times[part.ref]}]"
            parts.append(Part(ref, part.heading, part.text, part.line))
        return Outline(tuple(parts), tuple(self.headings), tuple(sorted(unsure)))

    def _optional_wordings(self) -> Iterator[Uncertainty]:
        for part in self.parts:
            for wording in filter(_is_optional, BRACKETED.findall(part.text)):
                yield Uncertainty(part.line, f"{part.ref} leaves a wording open: {wording}")

    def _repetitions(self) -> Iterator[Uncertainty]:
        seen: set[str] = set()
        for part in self.parts:
            if part.ref in seen:
                yield Uncertainty(part.line, f"{part.ref} stands twice")
            seen.add(part.ref)


def _is_optional(wording: str) -> bool:
    """Whether a wording in square brackets is a choice between two, neither longer than a sentence: "[may/must]"."""
    inside = wording[1:-1]
    return "/" in inside[max(0, len(inside) - 1 - LONGEST_OPTION) : LONGEST_OPTION + 1]
