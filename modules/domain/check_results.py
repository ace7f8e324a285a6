"""Which rules of the policy someone knew in an attempt, clause by clause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modules.domain.check_step import ActOutcome, CheckStep, FactOutcome
from modules.domain.content import Content
from policies.domain.policy import Clause


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """How many of the rules that rest on a clause were right; the clause is None for what the policy does not say."""

    clause: Clause | None
    right: int
    asked: int


@dataclass(frozen=True, slots=True)
class RulesResult:
    """What the rule checks of an attempt came to, and the clauses behind the rules that were missed, each once."""

    right: int
    asked: int
    marks: int
    out_of: int
    missed: tuple[ClauseScore, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Return the clauses to read again."""
        return tuple(score.clause for score in self.missed if score.clause)


def rules_result(content: Content, checks: Sequence[CheckStep]) -> RulesResult | None:
    """Add up the rule checks of an attempt, the most missed clause first; None if it has none."""
    if not checks:
        return None
    outcomes = [outcome for check in checks for outcome in check.outcomes]
    scores = (_score(content, ref, own) for ref, own in _by_clause(outcomes).items())
    missed = sorted((each for each in scores if each.right < each.asked), key=lambda each: each.right - each.asked)
    marks, out_of = sum(check.marks for check in checks), sum(check.out_of for check in checks)
    return RulesResult(sum(check.right for check in checks), len(outcomes), marks, out_of, tuple(missed))


def _by_clause(outcomes: Iterable[ActOutcome | FactOutcome]) -> dict[str | None, list[ActOutcome | FactOutcome]]:
    """Return the outcomes that rest on each clause, in their order, and under None those that rest on none."""
    found: dict[str | None, list[ActOutcome | FactOutcome]] = {}
    for outcome in outcomes:
        for ref in dict.fromkeys(outcome.clauses or (None,)):
            found.setdefault(ref, []).append(outcome)
    return found


def _score(content: Content, ref: str | None, own: Sequence[ActOutcome | FactOutcome]) -> ClauseScore:
    clause = None if ref is None else content.policy.clause(ref)
    return ClauseScore(clause, sum(outcome.is_right for outcome in own), len(own))
