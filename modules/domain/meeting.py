"""Meetings: the scenes in which somebody's own answers brought a clause of the policy before them."""

from collections.abc import Iterator
from dataclasses import dataclass

from modules.domain.content import Content
from policies.domain.policy import Clause, Policy
from scenarios.domain.rating import Rating, Ruling


@dataclass(frozen=True, slots=True)
class Meeting:
    """An answer whose ruling cites a clause: where to look at it again, and what it was about."""

    attempt_id: int
    number: int
    story: str
    scene: str


def clauses_behind(content: Content, scenario: str, scene: str, choice: str) -> tuple[Clause, ...]:
    """Return the clauses that the ruling on a choice rests on, each once."""
    told = content.scenario(scenario)
    ruling = content.rulings_on(told, told.scene(scene))[choice]
    refs = dict.fromkeys(_refs_behind(ruling, content.policy))
    return tuple(content.policy.clause(ref) for ref in refs)


def _refs_behind(ruling: Ruling, policy: Policy) -> Iterator[str]:
    for finding in ruling.findings:
        yield from finding.position.clauses
    if ruling.follows_doubt or ruling.rating is Rating.ASK_FIRST:
        yield from policy.doubt.clauses
