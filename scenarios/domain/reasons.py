"""Why a choice is rated as it is: what the policy says about each act, and apart from it the national guidance."""

from dataclasses import dataclass
from enum import Enum

from policies.domain.floor import Floor, FloorClause, Status
from policies.domain.policy import SILENCE, Clause, Policy, Position, Stance
from scenarios.domain.rating import OF_STANCE, SEVERITY, Finding, Ruling


class Relation(Enum):
    """How what national guidance says about an act compares with what the policy says about it.

    It speaks *alone* where the policy says nothing, and *everywhere* where it forbids as critical. Otherwise the policy
    counts, and the guidance *agrees*, is *stricter*, or is *milder*: it allows what the policy forbids.
    """

    ALONE = "alone"
    EVERYWHERE = "everywhere"
    AGREES = "agrees"
    STRICTER = "stricter"
    MILDER = "milder"


@dataclass(frozen=True, slots=True)
class Guidance:
    """What national guidance says about one act; ``above`` are clauses that an earlier reason has already given.

    It ``counts`` unless the trust only shows every clause that it rests on.
    """

    stance: Stance
    relation: Relation
    clauses: tuple[FloorClause, ...]
    above: tuple[FloorClause, ...] = ()
    counts: bool = True

    @property
    def is_law(self) -> bool:
        """Say whether it may be called the law."""
        return any(clause.status is Status.LAW for clause in (*self.clauses, *self.above))


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a ruling: a finding, or, if that is None, the advice for cases of doubt; with its clauses.

    ``above`` are those that an earlier reason in the same ruling has already given.
    """

    finding: Finding | None
    clauses: tuple[Clause, ...]
    above: tuple[Clause, ...]
    guidance: Guidance | None = None


def reasons_for(ruling: Ruling, policy: Policy, floor: Floor | None = None) -> tuple[Reason, ...]:
    """Return why a choice is rated this way, with each clause only at the first reason that is based on it."""
    found: list[Reason] = []
    shown: set[str] = set()
    told: set[str] = set()
    for finding in ruling.findings:
        fresh, again = _divided(finding.position.clauses, shown)
        guidance = guidance_on(finding.act.key, policy, floor, told)
        found.append(Reason(finding, _clauses(policy, fresh), _clauses(policy, again), guidance))
    if ruling.turns_to_doubt:
        fresh, again = _divided(policy.doubt.clauses, shown)
        found.append(Reason(None, _clauses(policy, fresh), _clauses(policy, again)))
    return tuple(found)


def guidance_on(act: str, policy: Policy, floor: Floor | None, told: set[str] | None = None) -> Guidance | None:
    """Return what national guidance says about an act, or None if nothing; clauses that are quoted go into ``told``.

    Where it agrees with the policy, its clauses are only named, so a later act can still quote them.
    """
    position = floor.position_on(act) if floor else SILENCE
    if not floor or position.stance is Stance.SILENT:
        return None
    relation = relation_of(policy.position_on(act), position)
    quoted = set[str]() if told is None or relation is Relation.AGREES else told
    fresh, again = (tuple(map(floor.clause, refs)) for refs in _divided(position.clauses, quoted))
    return Guidance(position.stance, relation, fresh, again, floor.marks(act).stance is not Stance.SILENT)


def relation_of(policy: Position, floor: Position) -> Relation:
    """Compare what a policy and the floor, which speaks, say about the same act."""
    if floor.stance is Stance.PROHIBITED_CRITICAL:
        return Relation.EVERYWHERE
    if policy.stance is Stance.SILENT:
        return Relation.ALONE
    own, national = (SEVERITY[OF_STANCE[position.stance]] for position in (policy, floor))
    if national > own:
        return Relation.STRICTER
    is_allowed = floor.stance in {Stance.REQUIRED, Stance.PERMITTED}
    return Relation.MILDER if is_allowed and own > national else Relation.AGREES


def is_about_a_child(ruling: Ruling, policy: Policy, floor: Floor | None) -> bool:
    """Say whether the worst that a choice does is about a child: the policy or the guidance says so there."""
    worst = [finding for finding in ruling.findings if finding.rating is ruling.rating]
    headings = (word for each in worst for ref in each.position.clauses for word in policy.clause(ref).heading)
    rules = (floor.clause(ref).says for each in worst for ref in each.floor.clauses) if floor else ()
    words = " ".join([*headings, *rules, *(each.act.says for each in worst)]).casefold()
    return any(word in words for word in ("child", "pupil", "safeguarding"))


def _divided(refs: tuple[str, ...], shown: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the references that have not been shown, and those that have; all of them are shown from now on."""
    once = tuple(dict.fromkeys(refs))
    fresh, again = tuple(ref for ref in once if ref not in shown), tuple(ref for ref in once if ref in shown)
    shown.update(once)
    return fresh, again


def _clauses(policy: Policy, refs: tuple[str, ...]) -> tuple[Clause, ...]:
    return tuple(map(policy.clause, refs))
