"""Guess-resistance: the exact chance that a strategy passes a module, and the marks that it gets.

The chances of all sums of marks are followed through the graph of each story and through the rule checks, so that
nothing is played or sampled.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from modules.domain.check_step import asked_in, marks_of
from modules.domain.content import Content
from modules.domain.strategies import BLIND, FLOOR_BREAKER, GOOD_KNOWER, KNOWER, Strategy, key_of
from policies.domain.policy import Policy
from scenarios.domain.scenario import Scenario, Scene

# Marks so far, and whether a step has failed the attempt, with the chance of both.
Outcomes = Mapping[tuple[int, bool], float]
NOTHING_YET: Outcomes = {(0, False): 1.0}


@dataclass(frozen=True, slots=True)
class Chance:
    """What a strategy comes to in a module under a trust's policy: its chance of passing and its share of the marks.

    Of several draws of rule checks, ``passes`` is for the one in which the strategy does best.
    """

    module: str
    trust: str
    strategy: str
    is_blind: bool
    passes: float
    share: float


def chances_in(content: Content, others: Sequence[Policy]) -> Iterator[Chance]:
    """Give the chance of every strategy in a module, also of those who know the policy of another trust."""
    keys = [key_of(other) for other in others if other.key != content.policy.key]
    for strategy in (KNOWER, GOOD_KNOWER, *BLIND, *keys):
        yield chance_of(content, strategy)
    if can_break_the_floor(content):
        yield chance_of(content, FLOOR_BREAKER)


def chance_of(content: Content, strategy: Strategy) -> Chance:
    """Return the chance of one strategy."""
    decided = combined(in_story(content, scenario, strategy) for scenario in content.scenarios)
    draws = [combined([decided, in_checks(content, draw, strategy)]) for draw in range(max(1, len(content.draws)))]
    passes = max(_passing(content, outcomes) for outcomes in draws)
    share = sum(map(mean_of, draws)) / len(draws) / content.out_of
    return Chance(content.module.key, content.policy.key, strategy.name, strategy.is_blind, passes, share)


def can_break_the_floor(content: Content) -> bool:
    """Say whether some choice of the module does what is forbidden everywhere."""
    scenes = ((scenario, scene) for scenario in content.scenarios for scene in scenario.scenes)
    return any(ruling.breaks_floor for each in scenes for ruling in content.rulings_on(*each).values())


def mean_of(outcomes: Outcomes) -> float:
    """Return the marks that outcomes come to on average."""
    return sum(marks * chance for (marks, _), chance in outcomes.items())


def in_story(content: Content, scenario: Scenario, strategy: Strategy) -> Outcomes:
    """Return what a strategy comes to in one story."""
    known: dict[str, Outcomes] = {}

    def from_scene(scene: Scene) -> Outcomes:
        if scene.key not in known:
            ways = strategy.choose(content, scenario, scene) if scene.choices else {}
            known[scene.key] = _mixed((chance, by_choice(scene, key)) for key, chance in ways.items()) or NOTHING_YET
        return known[scene.key]

    def by_choice(scene: Scene, key: str) -> Outcomes:
        choice, ruling = scene.choice(key), content.rulings_on(scenario, scene)[key]
        marks = ruling.marks * content.weight_of(scenario, scene, choice)
        own: Outcomes = {(marks, content.fails_on(scenario, scene, ruling)): 1.0}
        return combined([own, from_scene(scenario.scene(choice.leads_to))])

    return from_scene(scenario.start)


def in_checks(content: Content, draw: int, strategy: Strategy) -> Outcomes:
    """Return what a strategy comes to in the rule checks of a draw."""
    asked = [(check, key) for check in content.checks_of(draw) for key in asked_in(check)]
    return combined(
        _mixed(
            (chance, {(marks_of(content, check, key, given), False): 1.0})
            for given, chance in strategy.put(content, check, key, number).items()
        )
        for number, (check, key) in enumerate(asked)
    )


def combined(parts: Iterable[Outcomes]) -> Outcomes:
    """Return what comes of several parts, one after the other."""
    whole = dict(NOTHING_YET)
    for part in parts:
        added: dict[tuple[int, bool], float] = {}
        for (marks, failed), chance in whole.items():
            for (more, fails), next_chance in part.items():
                outcome = marks + more, failed or fails
                added[outcome] = added.get(outcome, 0.0) + chance * next_chance
        whole = added
    return whole


def _mixed(ways: Iterable[tuple[float, Outcomes]]) -> Outcomes:
    """Return what comes of one of several ways, each with its chance."""
    mixed: dict[tuple[int, bool], float] = {}
    for share, outcomes in ways:
        for outcome, chance in outcomes.items():
            mixed[outcome] = mixed.get(outcome, 0.0) + share * chance
    return mixed


def _passing(content: Content, outcomes: Outcomes) -> float:
    enough = content.module.pass_mark * content.out_of
    return sum(chance for (marks, failed), chance in outcomes.items() if marks * 100 >= enough and not failed)
