"""Ways to answer a module: by knowing the policy, by knowing another one, and by everything else that people try.

A way is a chance for each choice of a scene, and for each bin or answer of a rule check. What is blind looks only at
what the page shows, or at what anyone would think of an act.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from modules.domain.content import Content
from modules.domain.draw import common_sense_on
from policies.domain.act import Nature
from policies.domain.fact import SILENT
from policies.domain.policy import Policy
from scenarios.domain.rating import Rating, rate_scene
from scenarios.domain.rule_check import Bin, RuleCheck, bin_of, marks_for
from scenarios.domain.scenario import Choice, Scenario, Scene

Chances = Mapping[str, float]
Choosing = Callable[[Content, Scenario, Scene], Chances]
# The number counts the acts and facts of a draw, from 0.
Putting = Callable[[Content, RuleCheck, str, int], Chances]

ASKING = re.compile(r"\b(ask|asks|asking|check with|find out|advice|permission)\b", re.IGNORECASE)
CAREFUL = re.compile(
    r"\b(ask|tell|check|report|wait|hold|keep|leave|first|before|until|not|no|nothing|no one|decline|turn down|refuse|"
    r"school|head|manager|lead|policy|rules?|private|written|writing|permission|safe|careful|remove|delete|take "
    r"down)\b",
    re.IGNORECASE,
)


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


def highest(score: Callable[[Content, Choice], float]) -> Choosing:
    """Choose what scores highest, at random among equals."""

    def choose(content: Content, scenario: Scenario, scene: Scene) -> Chances:
        scores = {choice.key: score(content, choice) for choice in scene.choices}
        return evenly([key for key, own in scores.items() if own == max(scores.values())])

    return choose


def _asks(content: Content, choice: Choice) -> float:
    """Score what is about asking in its words, and then what is about nothing but caution."""
    return 2 * bool(ASKING.search(choice.says)) + _share_of(content, choice, Nature.PROTECTIVE)


def _careful_words(content: Content, choice: Choice) -> float:
    return len(CAREFUL.findall(choice.says))


def _length(content: Content, choice: Choice) -> float:
    return len(choice.says)


def _protects(content: Content, choice: Choice) -> float:
    """Score what common sense takes for right: only acts that protect."""
    return float(_share_of(content, choice, Nature.PROTECTIVE) == 1)


def _most_cautious(content: Content, choice: Choice) -> float:
    """Score what takes no risk at all, and most of all what goes further than anyone asks."""
    return float(_share_of(content, choice, Nature.RISKY) == 0) + _share_of(content, choice, Nature.NEEDLESS)


def _acts_without_asking(content: Content, choice: Choice) -> float:
    """Score what protects and asks no one: the other safe choice."""
    asks = any(content.act(key).asks for key in choice.acts)
    return _protects(content, choice) - 0.5 * asks


def _share_of(content: Content, choice: Choice, nature: Nature) -> float:
    return sum(content.act(key).nature is nature for key in choice.acts) / len(choice.acts)


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
    """Choose what the floor forbids as critical wherever there is such a choice, and what is best elsewhere."""
    rulings = content.rulings_on(scenario, scene)
    forbidden = [key for key, ruling in rulings.items() if ruling.breaks_floor]
    return evenly(forbidden or [key for key, ruling in rulings.items() if ruling.rating is Rating.BEST])


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
    Strategy("always asks", highest(_asks), by_common_sense),
    Strategy("most careful words", highest(_careful_words), by_common_sense),
    Strategy("most cautious acts", highest(_most_cautious), by_common_sense),
    Strategy("common sense", highest(_protects), by_common_sense),
    Strategy("common sense, asks no one", highest(_acts_without_asking), by_common_sense),
    Strategy("longest choice", highest(_length), by_common_sense),
    Strategy("shortest choice", highest(lambda content, choice: -_length(content, choice)), by_common_sense),
    Strategy("first, last or any other place", at_random, by_common_sense),
    Strategy("at random", at_random, at_random_everywhere),
    Strategy("common sense, rules at random", highest(_protects), at_random_everywhere),
    Strategy("common sense, all allowed", highest(_protects), everything_in(Bin.ALLOWS)),
    Strategy("common sense, all forbidden", highest(_protects), everything_in(Bin.FORBIDS)),
    Strategy("common sense, nothing mentioned", highest(_protects), everything_in(Bin.SILENT)),
)


def key_of(policy: Policy) -> Strategy:
    """Return how someone plays who knows another trust's policy."""
    return Strategy(f"key of {policy.key}", by_key_of(policy), by_rules_of(policy), is_blind=False)
