"""Exposure to clauses: the scenes where a person's own answers brought up a clause of the policy."""

from dataclasses import dataclass

from modules.domain.content import Content
from policies.domain.policy import Clause


@dataclass(frozen=True, slots=True)
class ClauseExposure:
    """An answer whose ruling cites a clause: where to look at it again, and what it was about."""

    attempt_id: int
    number: int
    story: str
    scene: str


def clauses_behind(content: Content, scenario: str, scene: str, choice: str) -> tuple[Clause, ...]:
    """Return the clauses that the ruling on a choice rests on, each once."""
    told = content.scenario(scenario)
    ruling = content.rulings_on(told, told.scene(scene))[choice]
    return tuple(clause for reason in content.reasons_for(ruling) for clause in reason.clauses)
