"""How an answered rule check is explained: each act or fact with its clauses, and what would change the answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from modules.domain.check_step import ActOutcome, CheckStep, FactOutcome
from modules.domain.content import Content
from policies.domain.policy import Clause
from scenarios.domain.reasons import Guidance, guidance_on


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


def explained(step: CheckStep, content: Content) -> Iterator[Explained]:
    """Explain an answered rule check act by act; a clause, of the policy or of the guidance, is shown once."""
    shown: list[Clause] = []
    told: set[str] = set()
    for outcome in step.outcomes:
        clauses = [content.policy.clause(ref) for ref in _clauses_of(outcome)]
        new = tuple(clause for clause in clauses if clause not in shown)
        above = tuple(clause for clause in clauses if clause in shown)
        shown += new
        if isinstance(outcome, FactOutcome):
            yield Explained(outcome, new, above)
        else:
            guidance = guidance_on(outcome.act.key, content.policy, content.floor, told)
            yield Explained(outcome, new, above, guidance, _neighbour(step, outcome))


def _clauses_of(outcome: ActOutcome | FactOutcome) -> tuple[str, ...]:
    return outcome.own.clauses if isinstance(outcome, FactOutcome) else outcome.position.clauses


def _neighbour(step: CheckStep, outcome: ActOutcome) -> ActOutcome | None:
    acts = [each for each in step.outcomes if isinstance(each, ActOutcome)]
    others = [each for each in acts if each.belongs is not outcome.belongs]
    place = acts.index(outcome)
    return min(others, key=lambda other: abs(acts.index(other) - place), default=None)
