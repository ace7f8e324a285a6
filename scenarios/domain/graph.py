"""The shape of a scenario: which routes it has, how long they are, and what is wrong with it.

A decision weighs as much as it decides: itself, and the decisions that it makes unnecessary. Weights along any route
therefore add up to the same sum, the length of the longest route, so that two people's scores always compare.
"""

from collections.abc import Mapping

from scenarios.domain.scenario import Choice, Scenario, Scene

FEWEST_CHOICES = 3


def decisions_ahead(scenario: Scenario) -> Mapping[str, int]:
    """Return, for each scene, the number of decisions on the longest route from it to an ending, itself included."""
    ahead: dict[str, int] = {}
    for scene in _backwards(scenario):
        ahead[scene.key] = 1 + max(ahead[choice.leads_to] for choice in scene.choices) if scene.choices else 0
    return ahead


def weight_of(choice: Choice, scene: Scene, ahead: Mapping[str, int]) -> int:
    """Return how many decisions a choice stands for: this one, and those that it makes unnecessary."""
    return ahead[scene.key] - ahead[choice.leads_to]


def _backwards(scenario: Scenario) -> list[Scene]:
    """Order the scenes so that each comes after all those it leads to; the scenario must have no loop."""
    ordered: dict[str, Scene] = {}

    def visit(scene: Scene) -> None:
        if scene.key not in ordered:
            for choice in scene.choices:
                visit(scenario.scene(choice.leads_to))
            ordered[scene.key] = scene

    for scene in scenario.scenes:
        visit(scene)
    return list(ordered.values())


def problems_of(scenario: Scenario, acts: frozenset[str]) -> list[str]:
    """List what keeps a scenario from being played and marked fairly, in plain words."""
    problems = _repeated(scenario) + _wrong_in_scenes(scenario, acts)
    if any("leads to" in problem for problem in problems):
        return problems
    return problems + _loops(scenario) + _unreachable(scenario)


def _repeated(scenario: Scenario) -> list[str]:
    keys = [scene.key for scene in scenario.scenes]
    problems = [f"scene {key} stands twice" for key in sorted({key for key in keys if keys.count(key) > 1})]
    for scene in scenario.scenes:
        keys = [choice.key for choice in scene.choices]
        problems += [
            f"scene {scene.key}: choice {key} stands twice" for key in sorted(set(keys)) if keys.count(key) > 1
        ]
    return problems


def _wrong_in_scenes(scenario: Scenario, acts: frozenset[str]) -> list[str]:
    keys = {scene.key for scene in scenario.scenes}
    problems = []
    for scene in scenario.scenes:
        if scene.choices and len(scene.choices) < FEWEST_CHOICES:
            problems.append(f"scene {scene.key} has fewer than {FEWEST_CHOICES} choices")
        if scene.choices and not scene.question:
            problems.append(f"scene {scene.key} asks no question")
        for choice in scene.choices:
            problems += _wrong_in_choice(f"scene {scene.key}, choice {choice.key}", choice, keys, acts)
    return problems


def _wrong_in_choice(place: str, choice: Choice, scenes: set[str], acts: frozenset[str]) -> list[str]:
    problems = [] if choice.acts else [f"{place} commits no act"]
    problems += [f"{place}: {act} is no act of the vocabulary" for act in choice.acts if act not in acts]
    if choice.leads_to not in scenes:
        problems.append(f"{place} leads to {choice.leads_to}, which is no scene")
    return problems


def _loops(scenario: Scenario) -> list[str]:
    cleared: set[str] = set()

    def goes_round(scene: Scene, path: tuple[str, ...]) -> bool:
        if scene.key in path:
            return True
        if scene.key in cleared:
            return False
        found = any(goes_round(scenario.scene(c.leads_to), (*path, scene.key)) for c in scene.choices)
        cleared.add(scene.key)
        return found

    return ["the story can go round in a loop"] if goes_round(scenario.start, ()) else []


def _unreachable(scenario: Scenario) -> list[str]:
    reached: set[str] = set()
    ahead = [scenario.start]
    while ahead:
        scene = ahead.pop()
        if scene.key not in reached:
            reached.add(scene.key)
            ahead += [scenario.scene(choice.leads_to) for choice in scene.choices]
    return [f"no choice leads to scene {scene.key}" for scene in scenario.scenes if scene.key not in reached]
