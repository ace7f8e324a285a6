"""The linter: what makes a scenario unfair, guessable or pointless, though it can be played.

A rule is a small function. Those of this file look at what the policies make of the choices. Rules about words are in
``text_rules.py``, rules about the library as a whole in ``spread.py``, and rules without which a scenario cannot be
played in ``graph.py``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from core.domain.problem import Problem
from policies.domain.act import Act
from policies.domain.floor import Floor
from policies.domain.policy import Policy
from scenarios.domain import graph
from scenarios.domain import text_rules as wording
from scenarios.domain.rated import Rated, longest, rate
from scenarios.domain.rating import FULL_MARKS, MARKS
from scenarios.domain.scenario import Scenario, Scene

PASSING = 80
# One decision alone is no pattern.
FEWEST_FOR_A_PATTERN = 2


def problems_of(
    scenario: Scenario, policies: Sequence[Policy], acts: Mapping[str, Act], floor: Floor | None = None
) -> list[Problem]:
    """List what is wrong with a scenario; what the policies make of it only where it can be played and marked."""
    if unplayable := graph.problems_of(scenario, frozenset(acts)):
        return unplayable + wording.problems_of(scenario)
    rated = rate(scenario, policies, acts, floor)
    return wording.problems_of(scenario) + [problem for rule in RULES for problem in rule(rated)]


def _no_best(rated: Rated) -> Iterator[Problem]:
    for number, scene in rated.decisions:
        if without := [trust for trust in rated.trusts if not rated.best_places(trust, scene)]:
            yield Problem(
                ("scenes", number, "choices"), f"scene {scene.key} has no best choice under {_listed(without, rated)}"
            )


def _no_passing_route(rated: Rated) -> Iterator[Problem]:
    for trust in rated.trusts:
        if (reached := _best_percentage(rated, trust)) < PASSING:
            says = (
                f"no route reaches {PASSING}% of the marks under the policy of {trust}; the best reaches {reached:.0f}%"
            )
            yield Problem(("scenes",), says)


def _best_percentage(rated: Rated, trust: str) -> float:
    scenario = rated.scenario
    ahead = graph.decisions_ahead(scenario)

    def marks_from(scene: Scene) -> int:
        return max((marks_by(scene, choice.key) for choice in scene.choices), default=0)

    def marks_by(scene: Scene, key: str) -> int:
        choice = scene.choice(key)
        earned = MARKS[rated.ratings[trust][scene.key][key]] * graph.weight_of(choice, scene, ahead)
        return earned + marks_from(scenario.scene(choice.leads_to))

    return 100 * marks_from(scenario.start) / (FULL_MARKS * ahead[scenario.start.key])


def _nothing_to_tell_apart(rated: Rated) -> Iterator[Problem]:
    ratings = list(rated.ratings.values())
    if len(ratings) > 1 and all(each == ratings[0] for each in ratings):
        yield Problem(("scenes",), "no policy can be told from another here: all rate every choice the same")


def _nothing_to_choose(rated: Rated) -> Iterator[Problem]:
    for number, scene in rated.decisions:
        if alike := [trust for trust in rated.trusts if len(rated.best_places(trust, scene)) == len(scene.choices)]:
            says = (
                f"in scene {scene.key} every choice is best under {_listed(alike, rated)}: there is nothing to decide"
            )
            yield Problem(("scenes", number, "choices"), says)


def _longest_is_best(rated: Rated) -> Iterator[Problem]:
    trusts = _trusts_for_which_all(rated, lambda trust, scene: longest(scene) in rated.best_places(trust, scene))
    if _most(trusts, rated):
        yield Problem(("scenes",), f"the longest choice is a best one in every scene under {_listed(trusts, rated)}")


def _best_in_the_same_place(rated: Rated) -> Iterator[Problem]:
    most_choices = max((len(scene.choices) for _, scene in rated.decisions), default=0)
    for place in range(most_choices):
        trusts = _trusts_for_which_all(rated, partial(_is_best_at, rated, place))
        if _most(trusts, rated):
            says = f"choice {place + 1} is a best one in every scene under {_listed(trusts, rated)}: change the order"
            yield Problem(("scenes",), says)


def _is_best_at(rated: Rated, place: int, trust: str, scene: Scene) -> bool:
    return place in rated.best_places(trust, scene)


def _trusts_for_which_all(rated: Rated, holds: Callable[[str, Scene], bool]) -> list[str]:
    """Return the trusts for which something holds in every decision, where there are enough of them for a pattern."""
    if len(rated.decisions) < FEWEST_FOR_A_PATTERN:
        return []
    return [trust for trust in rated.trusts if all(holds(trust, scene) for _, scene in rated.decisions)]


def _most(trusts: list[str], rated: Rated) -> bool:
    return len(trusts) * 2 > len(rated.trusts)


def _listed(trusts: list[str], rated: Rated) -> str:
    return "every policy" if trusts == rated.trusts else "the policy of " + ", ".join(trusts)


RULES = (
    _no_best,
    _no_passing_route,
    _nothing_to_tell_apart,
    _nothing_to_choose,
    _longest_is_best,
    _best_in_the_same_place,
)
