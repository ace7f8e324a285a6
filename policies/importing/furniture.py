"""What belongs to the page and not to the policy: page numbers, running headers, tables of contents."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policies.domain.outline.marks import mark_of
from policies.domain.outline.parts import Uncertainty
from policies.domain.outline.shapes import is_sentence

PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–—|\s]*\d{1,3}[-–—|\s]*(?:(?:of|/)\s*\d{1,3}|page)?", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
# After a letter, as in "OAK TRUST | Social media policy      4" and "Social media policy    Page 4 of 9".
HEADER_ENDS = (
    re.compile(r"\s\|\s.*\s\d{1,3}$"),
    re.compile(r"\s{3,}\d{1,3}$"),
    re.compile(r"\bpage\s+\d{1,3}(?:\s+of\s+\d{1,3})?$", re.IGNORECASE),
)
CONTENTS_ENDS = re.compile(r"(?:\.\s?){4,}\s*\d{1,3}$")
ELLIPSIS_ENDS = re.compile(r"…\s*\d{1,3}$")
LIGATURES: dict[int, str | None] = {ord(ligature): unicodedata.normalize("NFKC", ligature) for ligature in "ﬀﬁﬂﬃﬄﬅﬆ"}
INVISIBLE: dict[int, str | None] = {ord(mark): None for mark in "\u200b\u200c\u200d\u2060\ufeff"}
LONGEST_HEADER = 160
"""Characters; what runs along the head or foot of every page is shorter, and so is a line of a table of contents."""
MOST_HEADER_LINES = 4


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line as it stands in the file: its number from 1, text, indentation, and the blank lines above it."""

    number: int
    text: str
    raw: str
    indent: int
    blanks: int
    new_page: bool


def rows_of(text: str) -> list[SourceLine]:
    """Return the lines that hold something; a form feed begins a new page."""
    rows = []
    blanks, new_page = 0, False
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        new_page = new_page or "\f" in raw
        raw = raw.replace("\f", "").translate(LIGATURES | INVISIBLE).expandtabs(4).rstrip()
        shown = " ".join(raw.split())
        if shown:
            rows.append(SourceLine(number, shown, raw.strip(), len(raw) - len(raw.lstrip()), blanks, new_page))
            blanks, new_page = 0, False
        else:
            blanks += 1
    return rows


def without_furniture(rows: Sequence[SourceLine]) -> tuple[list[SourceLine], list[Uncertainty]]:
    """Leave page furniture out; the line after it begins a new page. What could have been text is told."""
    kept = _left(rows, [len(row.text) < 20 and bool(PAGE_NUMBER.fullmatch(row.text)) for row in rows])
    unsure: list[Uncertainty] = []
    # A header of several lines is found from the edge of the page inwards.
    for _ in range(MOST_HEADER_LINES):
        reasons = _reasons_to_leave_out(kept)
        unsure += [
            Uncertainty(row.number, f"left out as {reason}: {row.text}")
            for row, reason in zip(kept, reasons, strict=True)
            if reason
        ]
        kept = _left(kept, [bool(reason) for reason in reasons])
    return kept, list(_told_once(unsure))


def _left(rows: Sequence[SourceLine], furniture: Sequence[bool]) -> list[SourceLine]:
    """Return the other rows; the blank lines around furniture are those of the row after it."""
    kept = []
    blanks, new_page = 0, False
    for row, out in zip(rows, furniture, strict=True):
        if out:
            blanks, new_page = blanks + row.blanks, True
        else:
            kept.append(replace(row, blanks=row.blanks + blanks, new_page=row.new_page or new_page))
            blanks, new_page = 0, False
    return kept


def _reasons_to_leave_out(rows: Sequence[SourceLine]) -> list[str | None]:
    """Return for each row what it is, if not text; lines that recur at edges once there is nothing surer."""
    surely = [_reason_to_leave_out(row, frozenset()) for row in rows]
    repeated = _repeated(rows)
    return surely if any(surely) else [_reason_to_leave_out(row, repeated) for row in rows]


def _reason_to_leave_out(row: SourceLine, repeated: frozenset[str]) -> str | None:
    if len(row.raw) > LONGEST_HEADER:
        return None
    if is_contents_line(row.text):
        return "a line of the table of contents"
    is_header = is_running_header(row.raw) and not is_sentence(row.text)
    return "a running header" if is_header or _without_digits(row.text) in repeated else None


def is_running_header(line: str) -> bool:
    """Whether a line has a letter and ends as running headers do."""
    letter = LETTER.search(line)
    return letter is not None and any(form.search(line, letter.end()) for form in HEADER_ENDS)


def is_contents_line(line: str) -> bool:
    """Whether a line ends in dots and the number of a page."""
    letter = LETTER.search(line)
    dotted = letter is not None and CONTENTS_ENDS.search(line, letter.end())
    return bool(dotted or ELLIPSIS_ENDS.search(line))


def _repeated(rows: Sequence[SourceLine]) -> frozenset[str]:
    """Return the lines, digits aside, that stand at the head or foot of at least two pages."""
    edges: Counter[str] = Counter()
    for above, row in zip([None, *rows], [*rows, None], strict=True):
        if row is None or row.new_page or above is None:
            edges.update(_without_digits(edge.text) for edge in (above, row) if edge and _may_run(edge))
    return frozenset(text for text, times in edges.items() if times > 1)


def _may_run(row: SourceLine) -> bool:
    return len(row.text) <= LONGEST_HEADER and not is_sentence(row.text) and mark_of(row.text) is None


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _told_once(unsure: Sequence[Uncertainty]) -> Iterator[Uncertainty]:
    """Tell of a header once, however many pages it stands on."""
    told: set[str] = set()
    for one in unsure:
        says = _without_digits(one.says)
        if says not in told:
            yield one
        told.add(says)
