"""What the outline of a policy is made of: the lines that go in, the parts and uncertainties that come out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the document without page numbers, running headers and blanks around it.

    ``number`` counts the lines of the file from 1. ``gap`` says that blank lines (more than the usual spacing) stand
    before it; ``early`` that the line before ended with room to spare for this one's first word, so that no wrap can
    have parted them.
    """

    number: int
    text: str
    gap: bool = False
    early: bool = False

    @property
    def apart(self) -> bool:
        """Whether the layout says that a new paragraph begins here."""
        return self.gap or self.early


@dataclass(frozen=True, slots=True)
class Part:
    """A clause as the document gives it: what it is called, the headings above it, and its own words.

    Bullets and further paragraphs of a clause stand in its text, each on a line of its own.
    """

    ref: str
    heading: tuple[str, ...]
    text: str
    line: int


@dataclass(frozen=True, slots=True, order=True)
class Uncertainty:
    """Something that a person has to look at: the line of the file, from 1, and what is unsure about it."""

    line: int
    says: str


@dataclass(frozen=True, slots=True)
class Outline:
    """All that was found in a document, in its order."""

    parts: tuple[Part, ...]
    headings: tuple[str, ...]
    unsure: tuple[Uncertainty, ...]
