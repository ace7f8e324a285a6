"""Items: what statistics are about. A decision, a rule check with its acts, a fact, a story, and a clause.

The same item can be in several versions of a module. It is the same if it has the same key, the same words and the same
worth of each answer, so that marks and answers from different versions of the training are only ever added up where
they mean the same.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

from scenarios.domain.rating import Rating

# Marks of all items are compared as shares, in ten-thousandths: whole numbers add up to the same in any order.
WHOLE = 10_000
DIGEST_LENGTH = 12


class ItemKind(Enum):
    """What an item is."""

    DECISION = "decision"
    RULE_CHECK = "rule-check"
    ACT = "act"
    FACT = "fact"
    STORY = "story"
    CLAUSE = "clause"


class Knowledge(Enum):
    """Whether someone answered a question about a clause in keeping with it."""

    RIGHT = "right"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class ItemOption:
    """A way to answer: what it says, and what it is worth; ``wrong_on`` are the items of the clauses that it misses.

    A choice has a rating, an answer to a rule check has none. A *serious* one would be a serious breach.
    """

    key: str
    says: str
    marks: int
    out_of: int
    is_right: bool
    rating: Rating | None = None
    is_serious: bool = False
    wrong_on: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class InsightItem:
    """Something that statistics are about, known by its ``id``: the same in all versions in which it is the same.

    ``place`` is what it is called where it is: a scenario and its scene, a rule check and its act, the reference of a
    clause. ``story`` is the scenario that it belongs to; a clause belongs to none. ``within`` are the items whose parts
    it is, and ``about`` those of the clauses that it tests.
    """

    id: str
    kind: ItemKind
    place: tuple[str, ...]
    says: str
    story: str | None = None
    options: Mapping[str, ItemOption] = field(default_factory=dict)
    within: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


def item_id(kind: ItemKind, place: tuple[str, ...], *content: object) -> str:
    """Return what an item of this content is known by in every version."""
    digest = sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{kind.value}/{'/'.join(place)}#{digest}"
