"""A document's file to its outline."""

from dataclasses import replace
from pathlib import Path

from policies.domain.outline.parts import Outline
from policies.domain.outline.reading import outline_of
from policies.importing.errors import Unreadable
from policies.importing.formats import text_of
from policies.importing.lines import lines_of


def import_document(path: Path) -> Outline:
    """Return the clauses of a policy document and all that is unsure about them; Unreadable says why it cannot."""
    lines, unsure = lines_of(text_of(path))
    outline = outline_of(lines)
    if not outline.parts:
        raise Unreadable(path, "no clause was found in it", "Check that this is the policy and not its cover page.")
    return replace(outline, unsure=tuple(sorted([*unsure, *outline.unsure])))
