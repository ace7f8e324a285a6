"""How long a module takes: the decisions, rule checks and words on its usual route, and how many are left of them.

The usual route is that of someone who knows the policy: a best choice in each scene, on the longest such route.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from policies.domain.policy import Policy
from scenarios.domain.graph import decisions_ahead, fewest_decisions_ahead
from scenarios.domain.rating import Rating, Ruling
from scenarios.domain.rule_check import RuleCheck
from scenarios.domain.scenario import Choice, Scenario, Scene

WORDS_A_MINUTE = 200
# Of a slow reader, and of anyone who reads things twice.
FEWER_WORDS_A_MINUTE = 130
SECONDS_A_DECISION = 12
SECONDS_AN_ACT = 8


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of the usual route; ``is_certain`` if every other route has the same number of decisions.

    ``acts`` are those that the rule checks ask about, a fact being one of them.
    """

    decisions: int
    words: int
    is_certain: bool = True
    checks: int = 0
    acts: int = 0

    @property
    def questions(self) -> int:
        """Return how many pages ask for an answer."""
        return self.decisions + self.checks

    @property
    def minutes(self) -> int:
        """Return how many minutes it takes to read and answer, rounded up."""
        return self._minutes_at(WORDS_A_MINUTE)

    @property
    def minutes_at_most(self) -> int:
        """Return how many minutes a slow reader takes, rounded up."""
        return self._minutes_at(FEWER_WORDS_A_MINUTE)

    def _minutes_at(self, words_a_minute: int) -> int:
        answering = self.decisions * SECONDS_A_DECISION + self.acts * SECONDS_AN_ACT
        return -(-(self.words * 60 // words_a_minute + answering) // 60)


def joined(stretches: Iterable[Stretch]) -> Stretch:
    """Combine stretches, one after the other, into one."""
    each = list(stretches)
    return Stretch(
        decisions=sum(one.decisions for one in each),
        words=sum(one.words for one in each),
        is_certain=all(one.is_certain for one in each),
        checks=sum(one.checks for one in each),
        acts=sum(one.acts for one in each),
    )


def stretch_of_checks(checks: Sequence[RuleCheck]) -> Stretch:
    """Return what rule checks add; the words of an act are part of the seconds that it takes."""
    return Stretch(0, 0, checks=len(checks), acts=sum(len(check.acts) or 1 for check in checks))


Rulings = Mapping[tuple[str, str], Mapping[str, Ruling]]


def stretches_of(scenario: Scenario, rulings: Rulings, policy: Policy) -> Mapping[str, Stretch]:
    """Return what is left of the usual route from each scene in a scenario to its ending, including that scene."""
    most, fewest = decisions_ahead(scenario), fewest_decisions_ahead(scenario)
    found: dict[str, Stretch] = {}
    # Scenes with fewer decisions ahead come first, so that what lies ahead of a scene is always known.
    for scene in sorted(scenario.scenes, key=lambda scene: most[scene.key]):
        ways = _ways_on(scene, rulings[scenario.key, scene.key], found, policy)
        decisions, words = max(ways, default=(0, 0))
        certain = most[scene.key] == fewest[scene.key]
        found[scene.key] = Stretch(decisions, _words_in(scene) + words, certain)
    return found


def _ways_on(
    scene: Scene, rulings: Mapping[str, Ruling], ahead: Mapping[str, Stretch], policy: Policy
) -> Iterator[tuple[int, int]]:
    """Give the decisions and words from a scene on, without its own words, for each best choice, or each if none is."""
    best = [choice for choice in scene.choices if rulings[choice.key].rating is Rating.BEST]
    for choice in best or scene.choices:
        onwards = ahead[choice.leads_to]
        yield 1 + onwards.decisions, _words_after(choice, rulings[choice.key], policy) + onwards.words


def _words_in(scene: Scene) -> int:
    said = scene.message.says if scene.message else ""
    return _count(scene.heading, scene.says, said, scene.question or "", *(choice.says for choice in scene.choices))


def _words_after(choice: Choice, ruling: Ruling, policy: Policy) -> int:
    """Return the number of words on the page that follows a choice: what happened, why, and the policy's own words."""
    acts = [finding.act.says for finding in ruling.findings]
    clauses = [policy.clause(ref).says for finding in ruling.findings for ref in finding.position.clauses]
    return _count(choice.consequence, choice.because, *acts, *clauses)


def _count(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)
