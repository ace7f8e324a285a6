"""Exposure to clauses: the scenes and rule checks where a person's own answers brought up a clause of the policy."""

from dataclasses import dataclass

from modules.domain.content import Content
from policies.domain.policy import Clause
from scenarios.domain.rule_check import RuleCheck


@dataclass(frozen=True, slots=True)
class ClauseExposure:
    """An answer that was judged by a clause: where to look at it again, and what it was about.

    ``asked`` is the heading of its scene or the question of its rule check.
    """

    attempt_id: int
    number: int
    story: str
    asked: str
    is_check: bool = False


def clauses_behind(content: Content, scenario: str, scene: str, choice: str) -> tuple[Clause, ...]:
    """Return the clauses that the ruling on a choice rests on, each once."""
    told = content.scenario(scenario)
    ruling = content.rulings_on(told, told.scene(scene))[choice]
    return tuple(clause for reason in content.reasons_for(ruling) for clause in reason.clauses)


def clauses_asked_in(content: Content, check: RuleCheck) -> tuple[Clause, ...]:
    """Return the clauses that a rule check is about, each once."""
    policy = content.policy
    if check.fact:
        return tuple(map(policy.clause, policy.facts[check.fact].clauses))
    refs = (ref for act in check.acts for ref in policy.position_on(act).clauses)
    return tuple(map(policy.clause, dict.fromkeys(refs)))
