"""How a policy rates the choices of a scene: computed from acts and stances, never typed.

The rule, in one place:

1. Each act of a choice weighs as the policy's stance on it says. Where the policy is silent, a protective act is in
   keeping with it, and a risky one means: ask first. Silence is never a breach.
2. A choice is as good as its worst act.
3. Among the choices that keep to the policy, those are best that do what it calls for: an act that it requires, or, if
   the scene is one of doubt, what it advises in doubt. It is one of doubt if the policy's silence is the worst that
   speaks against some choice; a choice that the policy forbids anyway leaves no one in doubt. It advises to ask
   someone; if it names no one and leaves staff to their own judgement, any protective act follows that advice.
4. Where no choice of the scene does what the policy calls for, every choice that keeps to the policy is best.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from policies.domain.act import Act
from policies.domain.policy import Clause, Policy, Position, Stance
from scenarios.domain.scenario import Choice, Scene


class Rating(Enum):
    """What a policy makes of a choice, from best to worst."""

    BEST = "best"
    ACCEPTABLE = "acceptable"
    ASK_FIRST = "ask-first"
    UNWISE = "unwise"
    BREACH = "breach"
    SERIOUS_BREACH = "serious-breach"


FULL_MARKS = 10

# Anyone who keeps to the policy throughout reaches 80 % even if never with the best choice; one breach has to be made
# good by best choices elsewhere. Silence costs half: not a breach, but the question was there to be asked.
MARKS: Mapping[Rating, int] = {
    Rating.BEST: FULL_MARKS,
    Rating.ACCEPTABLE: 8,
    Rating.ASK_FIRST: 5,
    Rating.UNWISE: 3,
    Rating.BREACH: 0,
    Rating.SERIOUS_BREACH: 0,
}

SEVERITY: Mapping[Rating, int] = {rating: place for place, rating in enumerate(Rating)}

OF_STANCE: Mapping[Stance, Rating] = {
    Stance.REQUIRED: Rating.ACCEPTABLE,
    Stance.PERMITTED: Rating.ACCEPTABLE,
    Stance.ADVISED_AGAINST: Rating.UNWISE,
    Stance.PROHIBITED: Rating.BREACH,
    Stance.PROHIBITED_CRITICAL: Rating.SERIOUS_BREACH,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a policy makes of one act that a choice commits."""

    act: Act
    position: Position
    rating: Rating


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a ruling: a finding, or, if that is None, the advice for cases of doubt; with its clauses.

    ``above`` are those that an earlier reason in the same ruling has already given.
    """

    finding: Finding | None
    clauses: tuple[Clause, ...]
    above: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rating of a choice under a policy, and the findings that it rests on, the decisive ones first."""

    rating: Rating
    findings: tuple[Finding, ...]
    follows_doubt: bool = False

    @property
    def marks(self) -> int:
        """Return the marks for one decision, out of FULL_MARKS."""
        return MARKS[self.rating]

    @property
    def turns_to_doubt(self) -> bool:
        """Say whether the policy's advice for cases of doubt belongs to the reasons."""
        return self.follows_doubt or self.rating is Rating.ASK_FIRST

    def reasons(self, policy: Policy) -> tuple[Reason, ...]:
        """Return why the policy rules this way, with each clause only at the first reason that is based on it."""
        cited: list[tuple[Finding | None, tuple[str, ...]]] = [(each, each.position.clauses) for each in self.findings]
        if self.turns_to_doubt:
            cited.append((None, policy.doubt.clauses))
        found: list[Reason] = []
        shown: set[str] = set()
        for finding, refs in cited:
            once = dict.fromkeys(refs)
            fresh, again = [ref for ref in once if ref not in shown], [ref for ref in once if ref in shown]
            found.append(Reason(finding, *(tuple(map(policy.clause, refs)) for refs in (fresh, again))))
            shown.update(once)
        return tuple(found)


def rate_scene(scene: Scene, policy: Policy, acts: Mapping[str, Act]) -> dict[str, Ruling]:
    """Rate every choice of a scene under a policy; keys are those of the choices."""
    findings = {choice.key: _findings(choice, policy, acts) for choice in scene.choices}
    in_doubt = any(_worst(found) is Rating.ASK_FIRST for found in findings.values())
    keeping = {key: found for key, found in findings.items() if _worst(found) is Rating.ACCEPTABLE}
    best = {key for key, found in keeping.items() if _calls_for(found, policy, in_doubt)} or set(keeping)
    return {
        key: Ruling(
            Rating.BEST if key in best else _worst(found),
            found,
            in_doubt and any(_follows_doubt(finding, policy) for finding in found),
        )
        for key, found in findings.items()
    }


def _findings(choice: Choice, policy: Policy, acts: Mapping[str, Act]) -> tuple[Finding, ...]:
    found = [_finding(acts[key], policy.position_on(key)) for key in choice.acts]
    return tuple(sorted(found, key=lambda finding: -SEVERITY[finding.rating]))


def _finding(act: Act, position: Position) -> Finding:
    if position.stance is Stance.SILENT:
        return Finding(act, position, Rating.ACCEPTABLE if act.protective else Rating.ASK_FIRST)
    return Finding(act, position, OF_STANCE[position.stance])


def _worst(findings: tuple[Finding, ...]) -> Rating:
    return max((finding.rating for finding in findings), key=SEVERITY.__getitem__)


def _calls_for(findings: tuple[Finding, ...], policy: Policy, in_doubt: bool) -> bool:
    """Say whether a choice does what the policy calls for: what it requires, or what it advises in doubt."""
    if any(finding.position.stance is Stance.REQUIRED for finding in findings):
        return True
    return in_doubt and any(_follows_doubt(finding, policy) for finding in findings)


def _follows_doubt(finding: Finding, policy: Policy) -> bool:
    return finding.act.asks if policy.doubt.ask else finding.act.protective
