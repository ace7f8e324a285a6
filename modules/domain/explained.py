"""How an answered rule check is explained: each act or fact with its clauses, and what would change the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from modules.domain.check_step import ActOutcome, CheckAnswer, CheckStep, FactOutcome, check_step
from modules.domain.content import Content
from policies.domain.policy import Clause
from scenarios.domain.reasons import Guidance, guidance_on
from scenarios.domain.rule_check import RuleCheck, bin_of


@dataclass(frozen=True, slots=True)
class Explained:
    """One outcome of a rule check with its clauses, those shown above, what guidance says, and its neighbour.

    The neighbour is the nearest act of the set about which the policy says something else; None if there is none.
    """

    outcome: ActOutcome | FactOutcome
    clauses: tuple[Clause, ...]
    above: tuple[Clause, ...]
    guidance: Guidance | None = None
    neighbour: ActOutcome | None = None


def explained(step: CheckStep, content: Content, order: Sequence[str] = ()) -> Iterator[Explained]:
    """Explain an answered rule check act by act, in this order; a clause, also of the guidance, is shown once."""
    shown: list[Clause] = []
    told: set[str] = set()
    for outcome in _in_order(step, order):
        clauses = [content.policy.clause(ref) for ref in outcome.clauses]
        new = tuple(clause for clause in clauses if clause not in shown)
        above = tuple(clause for clause in clauses if clause in shown)
        shown += new
        if isinstance(outcome, FactOutcome):
            yield Explained(outcome, new, above)
        else:
            guidance = guidance_on(outcome.act.key, content.policy, content.floor, told)
            yield Explained(outcome, new, above, guidance, _neighbour(step, outcome))


def key_to(check: RuleCheck, content: Content) -> tuple[Explained, ...]:
    """Explain a rule check that no one has answered: where each of its acts belongs, or what its fact is."""
    policy = content.policy
    if check.fact:
        right = {check.fact: policy.facts[check.fact].answer}
    else:
        right = {act: bin_of(policy.position_on(act)).value for act in check.acts}
    return tuple(explained(check_step(content, check, CheckAnswer(check.key, right), number=0), content))


def _in_order(step: CheckStep, order: Sequence[str]) -> list[ActOutcome | FactOutcome]:
    place = {key: number for number, key in enumerate(order)}
    return sorted(step.outcomes, key=lambda each: place.get(each.act.key, 0) if isinstance(each, ActOutcome) else 0)


def _neighbour(step: CheckStep, outcome: ActOutcome) -> ActOutcome | None:
    acts = [each for each in step.outcomes if isinstance(each, ActOutcome)]
    others = [each for each in acts if each.belongs is not outcome.belongs]
    place = acts.index(outcome)
    return min(others, key=lambda other: abs(acts.index(other) - place), default=None)
