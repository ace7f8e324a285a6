"""How the choices of a scene are rated: computed from acts and stances, never typed.

The rule, in one place:

1. Each act of a choice weighs as the policy's stance on it says. Where the policy is silent, a protective act is in
   keeping with it, a risky one means: ask first, and a needless one is more than the policy asks. Silence is never a
   breach.
2. Where the policy is silent, the floor of national texts speaks in its place, and never makes an act weigh less.
   Where the policy speaks, its mark stands, unless the floor forbids the act as critical: that is a serious breach
   everywhere.
3. A choice is as good as its worst act.
4. Among the choices in keeping, those are best that do what is called for: an act that the policy requires, or the
   floor in its place, or, if the scene is one of doubt, what the policy advises in doubt. A scene is one of doubt if
   silence is the worst that speaks against some choice; a choice that is forbidden anyway leaves no one in doubt. The
   advice is to ask someone; if the policy names no one and leaves staff to judge, any protective act follows it.
5. A choice that asks, and does nothing else that is called for, is worth half if the scene is not one of doubt: the
   question is already answered. If waiting does harm in the scene, it is unwise.
6. Where no choice does what is called for, every choice in keeping is best, and one that asks only if there is no
   other.

Content that was published under the first marking keeps to it: there asking was always in keeping, and a stance on
asking in general could call for it (rules 4 and 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from policies.domain.act import Act, Nature
from policies.domain.floor import Floor
from policies.domain.policy import SILENCE, Policy, Position, Stance
from scenarios.domain.scenario import Choice, Scene


class Marking(Enum):
    """The edition of the rules by which content is marked; what was published under one stays under it."""

    FIRST = 1
    SECOND = 2


class Rating(Enum):
    """What a choice is rated, from best to worst."""

    BEST = "best"
    ACCEPTABLE = "acceptable"
    ALREADY_ANSWERED = "already-answered"
    ASK_FIRST = "ask-first"
    NEEDLESS = "needless"
    UNWISE = "unwise"
    BREACH = "breach"
    SERIOUS_BREACH = "serious-breach"


FULL_MARKS = 10

# Anyone who keeps to the policy throughout reaches 80 % even if never with the best choice; one breach has to be made
# good by best choices elsewhere. Silence costs half: not a breach, but the question was there to be asked. Asking what
# the policy answers costs half too, or asking everywhere would pass without knowing the policy.
MARKS: Mapping[Rating, int] = {
    Rating.BEST: FULL_MARKS,
    Rating.ACCEPTABLE: 8,
    Rating.ALREADY_ANSWERED: 5,
    Rating.ASK_FIRST: 5,
    Rating.NEEDLESS: 3,
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

IN_SILENCE: Mapping[Nature, Rating] = {
    Nature.PROTECTIVE: Rating.ACCEPTABLE,
    Nature.RISKY: Rating.ASK_FIRST,
    Nature.NEEDLESS: Rating.NEEDLESS,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What the policy and the floor make of one act that a choice commits.

    ``floor`` is the floor's position, also where the policy's mark stands, so that both can be shown.
    """

    act: Act
    position: Position
    rating: Rating
    floor: Position = SILENCE

    @property
    def breaks_floor(self) -> bool:
        """Say whether the act is forbidden everywhere, in every trust."""
        return self.floor.stance is Stance.PROHIBITED_CRITICAL

    @property
    def is_required(self) -> bool:
        """Say whether the policy requires the act, or the floor in its place."""
        policy_is_silent = self.position.stance is Stance.SILENT
        return (self.floor if policy_is_silent else self.position).stance is Stance.REQUIRED


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rating of a choice, and the findings that it rests on, the decisive ones first.

    ``urgent`` says why waiting does harm, if that is what makes the choice unwise.
    """

    rating: Rating
    findings: tuple[Finding, ...]
    follows_doubt: bool = False
    urgent: str | None = None

    @property
    def marks(self) -> int:
        """Return the marks for one decision, out of FULL_MARKS."""
        return MARKS[self.rating]

    @property
    def breaks_floor(self) -> bool:
        """Say whether the choice does what safeguarding forbids everywhere."""
        return any(finding.breaks_floor for finding in self.findings)

    @property
    def turns_to_doubt(self) -> bool:
        """Say whether the policy's advice for cases of doubt belongs to the reasons."""
        return self.follows_doubt or self.rating is Rating.ASK_FIRST


def rate_scene(
    scene: Scene,
    policy: Policy,
    acts: Mapping[str, Act],
    floor: Floor | None = None,
    marking: Marking = Marking.SECOND,
) -> dict[str, Ruling]:
    """Rate every choice of a scene under a policy and, where there is one, the floor; keys are those of the choices."""
    findings = {choice.key: _findings(choice, policy, acts, floor) for choice in scene.choices}
    in_doubt = any(_worst(found) is Rating.ASK_FIRST for found in findings.values())
    ratings = _ratings(scene, policy, findings, in_doubt, marking)
    return {
        key: Ruling(
            ratings[key],
            found,
            in_doubt and not scene.urgent and any(_follows_doubt(finding, policy) for finding in found),
            scene.urgent if ratings[key] is Rating.UNWISE and _only_asks(found, marking) else None,
        )
        for key, found in findings.items()
    }


Found = Mapping[str, tuple[Finding, ...]]


def _ratings(scene: Scene, policy: Policy, findings: Found, in_doubt: bool, marking: Marking) -> dict[str, Rating]:
    keeping = {key for key, found in findings.items() if _worst(found) is Rating.ACCEPTABLE}
    is_open = in_doubt and not scene.urgent
    called_for = {key for key in keeping if _calls_for(findings[key], policy, is_open, marking)}
    asking = {key for key in keeping - called_for if not is_open and _only_asks(findings[key], marking)}
    best = called_for or keeping - asking or (set() if scene.urgent else asking)
    waiting = Rating.UNWISE if scene.urgent else Rating.ALREADY_ANSWERED
    return {
        key: Rating.BEST if key in best else waiting if key in asking else _worst(found)
        for key, found in findings.items()
    }


def _findings(choice: Choice, policy: Policy, acts: Mapping[str, Act], floor: Floor | None) -> tuple[Finding, ...]:
    found = [
        _finding(acts[key], policy.position_on(key), floor.marks(key) if floor else SILENCE) for key in choice.acts
    ]
    return tuple(sorted(found, key=lambda finding: -SEVERITY[finding.rating]))


def _finding(act: Act, position: Position, floor: Position) -> Finding:
    silent = position.stance is Stance.SILENT
    own = IN_SILENCE[act.nature] if silent else OF_STANCE[position.stance]
    speaks = silent or floor.stance is Stance.PROHIBITED_CRITICAL
    rating = max(own, OF_STANCE.get(floor.stance, own), key=SEVERITY.__getitem__) if speaks else own
    return Finding(act, position, rating, floor)


def _worst(findings: tuple[Finding, ...]) -> Rating:
    return max((finding.rating for finding in findings), key=SEVERITY.__getitem__)


def _calls_for(findings: tuple[Finding, ...], policy: Policy, is_open: bool, marking: Marking) -> bool:
    """Say whether a choice does what is called for: what is required, or what the policy advises in doubt."""
    if any(finding.is_required and not _only_doubt_calls_for(finding.act, marking) for finding in findings):
        return True
    return is_open and any(_follows_doubt(finding, policy) for finding in findings)


def _only_doubt_calls_for(act: Act, marking: Marking) -> bool:
    """Say whether an act asks in general, which a policy wants in doubt and not before every step."""
    return marking is not Marking.FIRST and act.asks_in_general


def _only_asks(findings: tuple[Finding, ...], marking: Marking) -> bool:
    return marking is not Marking.FIRST and any(finding.act.asks for finding in findings)


def _follows_doubt(finding: Finding, policy: Policy) -> bool:
    return finding.act.asks if policy.doubt.ask else finding.act.protective
