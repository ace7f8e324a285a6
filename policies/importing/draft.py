"""A draft of a policy's data from a document's outline, for a person to review: nothing in it is in force."""

import io
from collections.abc import Iterable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import FoldedScalarString, LiteralScalarString

from policies.domain.fact import SILENT, Fact
from policies.domain.outline.force import forces_of
from policies.domain.outline.parts import Outline

HEAD = """\
# A DRAFT, read from {source}. Before it is used, a person has to
# - say each clause in own words, short and plain: the text here is the document's,
# - check the force of each clause, which is guessed from its wording,
# - say who each clause covers, and why some cannot be trained (untrainable),
# - name who to ask in doubt, give the version a number, and take stances on acts in a file of their own,
# - answer the questions at the end, under facts, from the document.
"""
TO_ANSWER = f"""\

# What the policy names. Under a line “facts:”, answer each of these questions with one of the answers below it and its
# clauses. Write {{answer: {SILENT}}} if the document does not say. Leave a question out if it makes no sense here.
"""


def draft_of(outline: Outline, key: str, trust: str, source: str, facts: Iterable[Fact]) -> str:
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
    return HEAD.format(source=source) + unsure + "\n" + written.getvalue() + TO_ANSWER + _facts(facts)


def _facts(facts: Iterable[Fact]) -> str:
    """Return a comment for each fact: its question, and a line to fill in with the answers to choose from."""
    return "".join(
        f"#\n# {fact.question}\n#   {fact.key}: {{answer: , clauses: []}}\n"
        + "".join(f"#     {answer.key}: {answer.says}\n" for answer in fact.answers)
        for fact in facts
    )


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
