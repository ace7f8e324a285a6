"""Guessing how strongly a clause speaks from its wording, for a person to check."""

import re
from collections.abc import Sequence

from policies.domain.outline.parts import Part
from policies.domain.policy import Force

OPEN_TO_ALL = r"(allowed|permitted)"
WORDINGS = (
    (Force.MUST_NOT, r"(must|may|shall|will|can) (not|never)|cannot|(should )?never|do not"),
    (Force.MUST_NOT, rf"(is|are|be) (not {OPEN_TO_ALL}|prohibited|forbidden)"),
    (Force.SHOULD_NOT, r"should (not|avoid)|avoid|advised (not|against)|not advisable"),
    (Force.MUST, r"must|shall|(is|are|be) required to|have to"),
    (Force.SHOULD, r"should|(is|are) (strongly )?(advised|recommended|advisable|expected|encouraged)"),
    (Force.MAY, rf"may|(is|are|be) {OPEN_TO_ALL}"),
)
PATTERNS = [(force, re.compile(rf"\b({wording})\b", re.IGNORECASE)) for force, wording in WORDINGS]


def force_of(text: str) -> Force:
    """Return the force of the first wording that has one; a text without any states."""
    found = [
        (match.start(), rank, force) for rank, (force, form) in enumerate(PATTERNS) if (match := form.search(text))
    ]
    return min(found, key=lambda one: one[:2])[2] if found else Force.STATES


def forces_of(parts: Sequence[Part]) -> list[Force]:
    """Return the force of each part; an item without a verb of its own takes that of the clause it completes."""
    by_ref: dict[str, Force] = {}
    for part in parts:
        force = force_of(part.text)
        lead = lead_of(part.ref)
        if force is Force.STATES and lead in by_ref and part.text[:1].islower():
            force = by_ref[lead]
        by_ref[part.ref] = force
    return [by_ref[part.ref] for part in parts]


def lead_of(ref: str) -> str:
    """Return the reference of the clause that an item belongs to: 10.4(a)(i) to 10.4(a), 3.1.2 to 3.1."""
    return re.sub(r"(\s?\([^()]*\)|\.\d+)$", "", ref)
