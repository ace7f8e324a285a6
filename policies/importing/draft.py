"""A draft of a policy's data from a document's outline, for a person to review: nothing in it is in force."""

import io
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from policies.domain.outline.force import forces_of
from policies.domain.outline.parts import Outline

HEAD = """\
# A DRAFT, read from {source}. Before it is used, a person has to
# - say each clause in own words, short and plain: the text here is the document's,
# - check the force of each clause, which is guessed from its wording,
# - say who each clause covers, and why some cannot be trained (untrainable),
# - name who to ask in doubt, give the version a number, and take stances on acts in a file of their own.
"""


def draft_of(outline: Outline, key: str, trust: str, source: str) -> str:
    """Return the draft as YAML in the format of the policies' data."""
    draft = CommentedMap(
        key=key,
        trust=trust,
        title="Social media policy",
        version="draft",
        doubt={"says": "To be written: what the policy tells staff to do in doubt.", "clauses": [], "ask": None},
        clauses=_clauses(outline),
    )
    yaml = YAML()
    yaml.width = 120
    # Keeps `ask: null` visible instead of an empty value.
    yaml.representer.add_representer(type(None), lambda r, _none: r.represent_scalar("tag:yaml.org,2002:null", "null"))
    written = io.StringIO()
    yaml.dump(draft, written)
    unsure = "".join(f"# UNSURE, line {one.line}: {one.says}\n" for one in outline.unsure)
    return HEAD.format(source=source) + unsure + "\n" + written.getvalue()


def _clauses(outline: Outline) -> CommentedSeq:
    clauses = CommentedSeq()
    for part, force in zip(outline.parts, forces_of(outline.parts), strict=True):
        heading = CommentedSeq(part.heading)
        heading.fa.set_flow_style()
        clause = CommentedMap(ref=part.ref, heading=heading, force=force.value, says=_folded(part.text))
        clause.yaml_add_eol_comment("guessed: review", "force")
        clauses.append(clause)
    return clauses


def _folded(text: str) -> Any:
    return LiteralScalarString(text) if "\n" in text else FoldedScalarString(text)
