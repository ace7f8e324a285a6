"""A scenario with what every policy makes of its choices, worked out once for all the rules that look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from policies.domain.act import Act
from policies.domain.floor import Floor
from policies.domain.policy import Policy
from scenarios.domain.rating import Rating, rate_scene
from scenarios.domain.scenario import Scenario, Scene


@dataclass(frozen=True)
class Rated:
    """A scenario with the rating of each choice under each policy: ``ratings[trust][scene][choice]``."""

    scenario: Scenario
    ratings: Mapping[str, Mapping[str, Mapping[str, Rating]]]

    @property
    def decisions(self) -> list[tuple[int, Scene]]:
        """Return the scenes that ask for a decision, each with its position."""
        return [(number, scene) for number, scene in enumerate(self.scenario.scenes) if scene.choices]

    @property
    def trusts(self) -> list[str]:
        """Return the names of the trusts whose policies have rated it."""
        return list(self.ratings)

    def best_places(self, trust: str, scene: Scene) -> set[int]:
        """Return the positions, from 0, of the best choices of a scene under a policy."""
        ratings = self.ratings[trust][scene.key]
        return {place for place, choice in enumerate(scene.choices) if ratings[choice.key] is Rating.BEST}


def rate(scenario: Scenario, policies: Sequence[Policy], acts: Mapping[str, Act], floor: Floor | None = None) -> Rated:
    """Rate each choice of a scenario that can be played, under each policy and the floor."""
    return Rated(scenario, {policy.trust: _ratings_under(policy, floor, scenario, acts) for policy in policies})


def _ratings_under(
    policy: Policy, floor: Floor | None, scenario: Scenario, acts: Mapping[str, Act]
) -> Mapping[str, Mapping[str, Rating]]:
    return {
        scene.key: {key: ruling.rating for key, ruling in rate_scene(scene, policy, acts, floor).items()}
        for scene in scenario.scenes
    }


def longest(scene: Scene) -> int:
    """Return the position, from 0, of the longest choice of a scene; the first of them where several are."""
    return max(range(len(scene.choices)), key=lambda place: len(scene.choices[place].says))
