"""The marks that a line can begin with: numbers, letters, romans, bullets, appendices and Markdown headings."""

import re
from dataclasses import dataclass, replace
from enum import Enum


class MarkKind(Enum):
    """What sort of mark it is."""

    APPENDIX = "appendix"
    CLAUSE = "clause"  # 7.4.1
    NUMBER = "number"  # 7. or 7) or (7): a section or an item, as its place decides
    LETTER = "letter"  # (a) or a. or (i): a letter or a roman, as its place decides
    HEADING = "heading"  # of Markdown, without a number
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a line begins with: its kind, its label without dots and brackets, how it is closed, and what follows it.

    ``depth`` is the level of a Markdown heading, 0 where the line is none; ``doubled`` says that the label stood twice.
    """

    kind: MarkKind
    label: str
    closing: str
    rest: str
    depth: int = 0
    doubled: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """The label of a clause or a number as numbers: 7.4.1 is (7, 4, 1)."""
        return tuple(int(part) for part in self.label.split("."))


# The last ones are what is left of bullets in symbol fonts and in PDFs.
BULLETS = "•·▪▫◦●○■□‣⁃➢➤✓\uf0b7\uf0a7\uf02d\uf0d8\uf0fc\x7f\x95"
DASHES = "-–—*+"
BULLET = re.compile(rf"(?P<closing>[{BULLETS}]\s*|[{DASHES}]\s+)(?P<rest>.*)")
MARKDOWN = re.compile(r"(#{1,6})\s+(.*)$")
APPENDIX = r"(?i:appendix|annex|schedule)(?P<label>(?:\s+(?:\d{1,2}|[A-Z]))?)(?P<closing>\s*[:.–-]?)"
LETTER = r"(?P<label>[a-z]|[ivx]{2,6})"
# After a number the words may be glued on: "2Who is covered?", "1.1Staff must …".
GLUED = r"(?:\s+|(?=[A-Z])|$)(?P<rest>.*)"
FORMS = (
    (MarkKind.APPENDIX, re.compile(rf"{APPENDIX}(?:\s+(?P<rest>[A-Z].*))?$")),
    (MarkKind.CLAUSE, re.compile(rf"(?P<label>\d{{1,2}}(?:\.\d{{1,2}})+)(?P<closing>[.):]?){GLUED}")),
    (MarkKind.NUMBER, re.compile(rf"(?:(?i:section)\s+)?(?P<label>\d{{1,2}})(?P<closing>[.):]?){GLUED}")),
    (MarkKind.NUMBER, re.compile(r"\((?P<label>\d{1,2})(?P<closing>\))\s*(?P<rest>.*)")),
    (MarkKind.LETTER, re.compile(rf"\({LETTER}(?P<closing>\))\s*(?P<rest>.*)")),
    (MarkKind.LETTER, re.compile(rf"{LETTER}(?P<closing>[.)])(?:\s+|$)(?P<rest>.*)")),
)


def mark_of(text: str) -> Mark | None:
    """Return the mark that the line begins with, if any. Whether it is meant as one is for its place to decide."""
    if heading := MARKDOWN.match(text):
        words = _plain(heading[2].rstrip("#"))
        inner = _form_of(words) or Mark(MarkKind.HEADING, "", "#", words)
        return replace(inner, depth=len(heading[1]))
    if bullet := BULLET.match(text):
        # In "- 7.4 Staff must …" the bullet is dress: the number is the mark.
        return _form_of(bullet["rest"]) or Mark(MarkKind.BULLET, "", bullet["closing"].strip(), bullet["rest"])
    return _form_of(text)


def _form_of(text: str) -> Mark | None:
    """Return the mark in front of a text; a label that is written twice, as in "(ii) (ii) any successor", is one."""
    mark = _first_form_of(text)
    again = _first_form_of(mark.rest) if mark and mark.kind in (MarkKind.CLAUSE, MarkKind.LETTER) else None
    if mark and again and (again.kind, again.label) == (mark.kind, mark.label):
        return replace(mark, rest=again.rest, doubled=True)
    return mark


def _first_form_of(text: str) -> Mark | None:
    for kind, form in FORMS:
        if found := form.match(text):
            return Mark(kind, found["label"].strip().lower(), found["closing"].strip(), (found["rest"] or "").strip())
    return None


def _plain(heading: str) -> str:
    return heading.strip("*_ ").replace("\\", "")


ROMANS = {
    tens + ones: ten + one
    for ten, tens in ((0, ""), (10, "x"))
    for one, ones in enumerate(["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"])
    if ten + one
}


class Style(Enum):
    """How the items of a list are counted."""

    NUMBERS = "numbers"
    LETTERS = "letters"
    ROMANS = "romans"


def readings_of(mark: Mark) -> dict[Style, int]:
    """Return what the label can mean: (i) is the ninth letter and the first roman."""
    if mark.kind is MarkKind.NUMBER:
        return {Style.NUMBERS: int(mark.label)}
    readings = {Style.ROMANS: ROMANS[mark.label]} if mark.label in ROMANS else {}
    if len(mark.label) == 1:
        readings[Style.LETTERS] = ord(mark.label) - ord("a") + 1
    return readings
