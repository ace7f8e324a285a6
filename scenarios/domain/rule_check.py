"""Rule checks: a contrast set as it is asked of a person, and the marks for their answers.

Nobody types the key: where an act belongs follows from the policy's stance, and a fact is part of the policy's data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from policies.domain.act import Act, Nature
from policies.domain.policy import Position, Stance


class Bin(Enum):
    """Where a person puts an act: what their policy says about it."""

    ALLOWS = "allows"
    FORBIDS = "forbids"
    SILENT = "silent"


BIN_OF: Mapping[Stance, Bin] = {
    Stance.REQUIRED: Bin.ALLOWS,
    Stance.PERMITTED: Bin.ALLOWS,
    Stance.ADVISED_AGAINST: Bin.FORBIDS,
    Stance.PROHIBITED: Bin.FORBIDS,
    Stance.PROHIBITED_CRITICAL: Bin.FORBIDS,
    Stance.SILENT: Bin.SILENT,
}

# An act takes some 8 seconds and a decision more than twice that, so an act is worth half as much.
ACT_MARKS = 5
# Someone who thinks that their policy asks for a harmless act which it does not mention does no harm by it.
NEAR_MARKS = 1
# A fact is one of several answers, and harder to guess than one of three bins.
FACT_MARKS = 10


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """A contrast set as drawn for a module: which of its acts are asked, or its fact, and after which scenario."""

    key: str
    after: str
    question: str
    why: str
    acts: tuple[str, ...] = ()
    fact: str | None = None

    @property
    def out_of(self) -> int:
        """Return the marks that can be earned."""
        return FACT_MARKS if self.fact else ACT_MARKS * len(self.acts)

    @property
    def rules(self) -> int:
        """Return how many rules are asked about: each act is one, and so is a fact."""
        return 1 if self.fact else len(self.acts)


def bin_of(position: Position) -> Bin:
    """Return where an act belongs under a policy that takes this position on it."""
    return BIN_OF[position.stance]


def marks_for(act: Act, position: Position, put: Bin) -> int:
    """Return the marks for putting an act into a bin."""
    if put is bin_of(position):
        return ACT_MARKS
    return NEAR_MARKS if is_near(act, position, put) else 0


def is_near(act: Act, position: Position, put: Bin) -> bool:
    """Say whether an answer is wrong and harmless: a protective act taken for asked for, which is not mentioned."""
    return act.nature is Nature.PROTECTIVE and position.stance is Stance.SILENT and put is Bin.ALLOWS
