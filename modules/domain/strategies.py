"""Ways to answer a module: by knowing the policy, by knowing another one, and by everything else that people try.

A way is a chance for each choice of a scene, and for each bin or answer of a rule check. What is blind looks only at
what the page shows, or at what anyone would think of an act.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from modules.domain.content import Content
from modules.domain.draw import common_sense_on
from policies.domain.fact import SILENT
from policies.domain.policy import Policy
from scenarios.domain.blind import WAYS, Score, common_sense, picked
from scenarios.domain.rating import Rating, rate_scene
from scenarios.domain.rule_check import Bin, RuleCheck, bin_of, marks_for
from scenarios.domain.scenario import Scenario, Scene

Chances = Mapping[str, float]
Choosing = Callable[[Content, Scenario, Scene], Chances]
# The number counts the acts and facts of a draw, from 0.
Putting = Callable[[Content, RuleCheck, str, int], Chances]


@dataclass(frozen=True)
class Strategy:
    """A way to answer a module, and whether it is blind: whether it could pass without knowing the policy."""

    name: str
    choose: Choosing
    put: Putting
    is_blind: bool = True


def evenly(keys: Collection[str]) -> Chances:
    """Return the same chance for each of several."""
    return {key: 1 / len(keys) for key in keys}


# Choices ------------------------------------------------------------------------------------------


def at_random(content: Content, scenario: Scenario, scene: Scene) -> Chances:
    """Choose at random, which is what the first, the last or any other place in a shuffled list comes to."""
    return evenly([choice.key for choice in scene.choices])


def by_score(score: Score) -> Choosing:
    """Choose what scores highest, at random among equals."""
    return lambda content, scenario, scene: evenly([choice.key for choice in picked(scene, score, content.act)])


def by_key_of(policy: Policy) -> Choosing:
    """Choose what is best under a policy, with the floor that this trust has."""

    def choose(content: Content, scenario: Scenario, scene: Scene) -> Chances:
        acts = {act.key: act for act in content.acts}
        rulings = rate_scene(scene, policy, acts, content.floor, content.marking)
        best = [key for key, ruling in rulings.items() if ruling.rating is Rating.BEST]
        return evenly(best or list(rulings))

    return choose


def by_key_of_own(content: Content, scenario: Scenario, scene: Scene) -> Chances:
    """Choose what is best."""
    return by_key_of(content.policy)(content, scenario, scene)


def keeping_to_the_policy(content: Content, scenario: Scenario, scene: Scene) -> Chances:
    """Choose what is acceptable where something is, and what is best elsewhere."""
    rulings = content.rulings_on(scenario, scene)
    acceptable = [key for key, ruling in rulings.items() if ruling.rating is Rating.ACCEPTABLE]
    return evenly(acceptable or [key for key, ruling in rulings.items() if ruling.rating is Rating.BEST])


def forbidden_everywhere(content: Content, scenario: Scenario, scene: Scene) -> Chances:
    """Choose what the floor forbids as critical, or what leads to such a choice, and what is best elsewhere."""
    rulings = content.rulings_on(scenario, scene)
    forbidden = [key for key, ruling in rulings.items() if ruling.breaks_floor]
    on_the_way = [
        choice.key
        for choice in scene.choices
        if _leads_to_forbidden(content, scenario, scenario.scene(choice.leads_to))
    ]
    return evenly(forbidden or on_the_way or [key for key, each in rulings.items() if each.rating is Rating.BEST])


def _leads_to_forbidden(content: Content, scenario: Scenario, scene: Scene) -> bool:
    return any(ruling.breaks_floor for ruling in content.rulings_on(scenario, scene).values()) or any(
        _leads_to_forbidden(content, scenario, scenario.scene(choice.leads_to)) for choice in scene.choices
    )


# Rule checks --------------------------------------------------------------------------------------


def everything_in(put: Bin) -> Putting:
    """Put every act into one bin, and choose answers to facts at random."""
    return lambda content, check, key, number: _any_answer(content, key) if check.fact else {put.value: 1.0}


def by_common_sense(content: Content, check: RuleCheck, key: str, number: int) -> Chances:
    """Take what protects for asked for and the rest for forbidden; choose answers to facts at random."""
    return _any_answer(content, key) if check.fact else {common_sense_on(content.act(key)).value: 1.0}


def at_random_everywhere(content: Content, check: RuleCheck, key: str, number: int) -> Chances:
    """Put acts and choose answers at random."""
    return _any_answer(content, key) if check.fact else evenly([each.value for each in Bin])


def _any_answer(content: Content, key: str) -> Chances:
    return evenly([*(answer.key for answer in content.fact(key).answers), SILENT])


def by_rules_of(policy: Policy) -> Putting:
    """Answer as a policy says; where it lacks the fact, at random."""

    def put(content: Content, check: RuleCheck, key: str, number: int) -> Chances:
        if not check.fact:
            return {bin_of(policy.position_on(key)).value: 1.0}
        return {policy.facts[key].answer: 1.0} if key in policy.facts else _any_answer(content, key)

    return put


def by_the_rules(content: Content, check: RuleCheck, key: str, number: int) -> Chances:
    """Answer as the policy says."""
    return by_rules_of(content.policy)(content, check, key, number)


def mostly_by_the_rules(content: Content, check: RuleCheck, key: str, number: int) -> Chances:
    """Answer as the policy says, but get every tenth act or fact wrong, and earn nothing for it."""
    if number % 10 != 9:
        return by_the_rules(content, check, key, number)
    if check.fact:
        own = content.policy.facts[key].answer
        return evenly([answer.key for answer in content.fact(key).answers if answer.key != own])
    position, act = content.policy.position_on(key), content.act(key)
    return evenly([put.value for put in Bin if not marks_for(act, position, put)])


# Strategies ---------------------------------------------------------------------------------------

KNOWER = Strategy("knows the policy", by_key_of_own, by_the_rules, is_blind=False)
GOOD_KNOWER = Strategy("knows it well", keeping_to_the_policy, mostly_by_the_rules, is_blind=False)
FLOOR_BREAKER = Strategy("does what is forbidden everywhere", forbidden_everywhere, by_the_rules, is_blind=False)

BLIND = (
    *(Strategy(name, by_score(score), by_common_sense) for name, score in WAYS.items()),
    Strategy("first, last or any other place", at_random, by_common_sense),
    Strategy("at random", at_random, at_random_everywhere),
    Strategy("common sense, rules at random", by_score(common_sense), at_random_everywhere),
    Strategy("common sense, all allowed", by_score(common_sense), everything_in(Bin.ALLOWS)),
    Strategy("common sense, all forbidden", by_score(common_sense), everything_in(Bin.FORBIDS)),
    Strategy("common sense, nothing mentioned", by_score(common_sense), everything_in(Bin.SILENT)),
)


def key_of(policy: Policy) -> Strategy:
    """Return how someone plays who knows another trust's policy."""
    return Strategy(f"key of {policy.key}", by_key_of(policy), by_rules_of(policy), is_blind=False)
