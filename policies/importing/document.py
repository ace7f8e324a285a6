"""A document's file to its outline."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from policies.domain.outline.parts import Line, Outline, Uncertainty
from policies.domain.outline.reader import outline_of
from policies.importing.errors import UnreadableDocument
from policies.importing.formats import WITH_LINES, text_of
from policies.importing.lines import lines_of

QUOTED = 40
"""Characters of a line that show where it is."""
MOST_CLAUSES = 3_000
"""The longest social media policy that we have seen has about 150."""


def import_document(path: Path) -> Outline:
    """Return the clauses of a policy document and all that is unsure about them; Unreadable says why it cannot."""
    lines, cleaning = lines_of(text_of(path))
    outline = outline_of(lines)
    if not outline.parts:
        raise UnreadableDocument(
            path, "no clause was found in it", "Check that this is the policy and not its cover page."
        )
    if len(outline.parts) > MOST_CLAUSES:
        raise UnreadableDocument(
            path, f"it has {len(outline.parts):,} clauses", "A policy has far fewer: import its pages alone."
        )
    unsure = sorted([*cleaning, *outline.unsure])
    if path.suffix.lower() not in WITH_LINES:
        unsure = list(_quoting(unsure, lines))
    return replace(outline, unsure=tuple(unsure))


def _quoting(unsure: Sequence[Uncertainty], lines: Sequence[Line]) -> Iterator[Uncertainty]:
    """Quote the words at each place: no one counts the lines of a PDF or of a Word document."""
    words = {line.number: line.text for line in lines}
    for one in unsure:
        quoted = words.get(one.line, "")[:QUOTED].strip()
        yield replace(one, says=f"{one.says} (at “{quoted}”)") if quoted and quoted not in one.says else one
