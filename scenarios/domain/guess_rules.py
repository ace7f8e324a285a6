"""Rules of the linter about guessing: what lets someone do well in a story who knows no policy."""

from collections.abc import Iterator, Mapping

from core.domain.problem import Problem
from policies.domain.act import Act, Nature
from scenarios.domain import graph
from scenarios.domain.blind import WAYS, Score, picked
from scenarios.domain.rated import Rated
from scenarios.domain.rating import FULL_MARKS, MARKS
from scenarios.domain.scenario import Scene

# Asking is offered in at most two scenes of five, and something needless in at least a third.
MOST_THAT_ASK = 2 / 5
FEWEST_NEEDLESS = 1 / 3
# Rule checks are half of a module's marks, and someone who knows no policy gets some two fifths of those. So no one
# passes with this share of the marks of the stories.
MOST_BY_GUESSING = 0.9


def problems_of(rated: Rated, acts: Mapping[str, Act]) -> Iterator[Problem]:
    """List what makes a scenario guessable."""
    yield from _asks_too_often(rated, acts)
    yield from _is_too_seldom_needless(rated, acts)
    yield from _can_be_guessed(rated, acts)


def _asks_too_often(rated: Rated, acts: Mapping[str, Act]) -> Iterator[Problem]:
    asking = [number for number, scene in rated.decisions if any(acts[key].asks for key in _acts_in(scene))]
    if len(asking) > MOST_THAT_ASK * len(rated.decisions) and len(asking) > 1:
        says = f"{len(asking)} of {len(rated.decisions)} scenes offer to ask someone: at most two in five may"
        yield Problem(("scenes", asking[-1], "choices"), says)


def _is_too_seldom_needless(rated: Rated, acts: Mapping[str, Act]) -> Iterator[Problem]:
    needless = [
        scene for _, scene in rated.decisions if any(acts[key].nature is Nature.NEEDLESS for key in _acts_in(scene))
    ]
    if len(needless) < FEWEST_NEEDLESS * len(rated.decisions):
        says = (
            f"{len(needless)} of {len(rated.decisions)} scenes tempt with something needless: at least a third have to"
        )
        yield Problem(("scenes",), says)


def _can_be_guessed(rated: Rated, acts: Mapping[str, Act]) -> Iterator[Problem]:
    urgent = [scene for _, scene in rated.decisions if scene.urgent]
    if 2 * len(urgent) >= len(rated.decisions):
        return  # What a child in danger needs is the same everywhere, and everyone should know it.
    for name, score in WAYS.items():
        shares = [share_of_marks(rated, trust, score, acts) for trust in rated.trusts]
        got = sum(shares) / max(len(shares), 1)
        if got > MOST_BY_GUESSING:
            says = (
                f"“{name}” gets {got:.0%} of the marks without any policy: at most {MOST_BY_GUESSING:.0%} may be had so"
            )
            yield Problem(("scenes",), says)


def share_of_marks(rated: Rated, trust: str, score: Score, acts: Mapping[str, Act]) -> float:
    """Return the share of a scenario's marks under a policy that a way of choosing comes to on average."""
    scenario = rated.scenario
    ahead = graph.decisions_ahead(scenario)

    def marks_from(scene: Scene) -> float:
        chosen = picked(scene, score, acts.__getitem__) if scene.choices else ()
        return sum(marks_by(scene, choice.key) for choice in chosen) / max(len(chosen), 1)

    def marks_by(scene: Scene, key: str) -> float:
        choice = scene.choice(key)
        earned = MARKS[rated.ratings[trust][scene.key][key]] * graph.weight_of(choice, scene, ahead)
        return earned + marks_from(scenario.scene(choice.leads_to))

    return marks_from(scenario.start) / (FULL_MARKS * ahead[scenario.start.key])


def share_in_scene(rated: Rated, scene: Scene, score: Score, acts: Mapping[str, Act]) -> float:
    """Return the share of one scene's marks that a way of choosing comes to, on average over all policies."""
    chosen = picked(scene, score, acts.__getitem__)
    marks = [MARKS[ratings[scene.key][choice.key]] for ratings in rated.ratings.values() for choice in chosen]
    return sum(marks) / (FULL_MARKS * len(marks))


def _acts_in(scene: Scene) -> list[str]:
    return [key for choice in scene.choices for key in choice.acts]
