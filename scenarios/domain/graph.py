"""The shape of a scenario: which routes it has, how long they are, and what is wrong with it.

A decision weighs as much as it decides: itself, and the decisions that it makes unnecessary. Weights along any route
therefore add up to the same sum, the length of the longest route, so that two people's scores always compare.
"""

from collections.abc import Iterator, Mapping

from core.domain.problem import Place, Problem, repeated
from core.domain.suggestion import suggestion
from scenarios.domain.scenario import Choice, Scenario, Scene

FEWEST_CHOICES = 3


def decisions_ahead(scenario: Scenario) -> Mapping[str, int]:
    """Return, for each scene, the number of decisions on the longest route from it to an ending, itself included."""
    ahead: dict[str, int] = {}
    for scene in _backwards(scenario):
        ahead[scene.key] = 1 + max(ahead[choice.leads_to] for choice in scene.choices) if scene.choices else 0
    return ahead


def fewest_decisions_ahead(scenario: Scenario) -> Mapping[str, int]:
    """Return, for each scene, the number of decisions on the shortest route from it to an ending, itself included."""
    ahead: dict[str, int] = {}
    for scene in _backwards(scenario):
        ahead[scene.key] = 1 + min(ahead[choice.leads_to] for choice in scene.choices) if scene.choices else 0
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


def problems_of(scenario: Scenario, acts: frozenset[str]) -> list[Problem]:
    """List what keeps a scenario from being played and marked fairly, in plain words."""
    if not scenario.scenes:
        return [Problem(("scenes",), "a scenario needs scenes")]
    astray = _astray(scenario)
    # Where a choice leads to no scene, the routes cannot be followed.
    routes = [] if astray else _loops(scenario) + _unreachable(scenario)
    return _repeated(scenario) + _wrong_in_scenes(scenario) + _wrong_in_acts(scenario, acts) + astray + routes


def _repeated(scenario: Scenario) -> list[Problem]:
    keys = [scene.key for scene in scenario.scenes]
    problems = [Problem(("scenes", number), f"scene {keys[number]} is listed twice") for number in repeated(keys)]
    for number, scene in enumerate(scenario.scenes):
        keys = [choice.key for choice in scene.choices]
        problems += [
            Problem(("scenes", number, "choices", again), f"scene {scene.key}: choice {keys[again]} is listed twice")
            for again in repeated(keys)
        ]
    return problems


def _wrong_in_scenes(scenario: Scenario) -> list[Problem]:
    problems = [
        Problem(("scenes", number), f"scene {scene.key} {wrong}")
        for number, scene in enumerate(scenario.scenes)
        if not scene.is_ending
        for wrong in _wrong_in_decision(scene)
    ]
    if scenario.start.is_ending:
        problems.append(Problem(("scenes", 0), f"scene {scenario.start.key} ends the story before it starts"))
    return problems + [
        Problem(("scenes", number, "question"), f"scene {scene.key} asks a question and offers no choices")
        for number, scene in enumerate(scenario.scenes)
        if scene.is_ending and scene.question is not None
    ]


def _wrong_in_decision(scene: Scene) -> Iterator[str]:
    if len(scene.choices) < FEWEST_CHOICES:
        yield f"has fewer than {FEWEST_CHOICES} choices"
    if not scene.question:
        yield "asks no question"


def _choices(scenario: Scenario) -> Iterator[tuple[Place, str, Choice]]:
    """Give each choice with its place in the data and what to call it."""
    for number, scene in enumerate(scenario.scenes):
        for position, choice in enumerate(scene.choices):
            yield ("scenes", number, "choices", position), f"scene {scene.key}, choice {choice.key}", choice


def _wrong_in_acts(scenario: Scenario, acts: frozenset[str]) -> list[Problem]:
    problems = [
        Problem((*place, "acts"), f"{name} commits no act")
        for place, name, choice in _choices(scenario)
        if not choice.acts
    ]
    return problems + [
        Problem((*place, "acts", position), f"{name}: {act} is not an act in the vocabulary{suggestion(act, acts)}")
        for place, name, choice in _choices(scenario)
        for position, act in enumerate(choice.acts)
        if act not in acts
    ]


def _astray(scenario: Scenario) -> list[Problem]:
    scenes = {scene.key for scene in scenario.scenes}
    return [
        Problem((*place, "leads_to"), _leads_nowhere(name, choice.leads_to, scenes))
        for place, name, choice in _choices(scenario)
        if choice.leads_to not in scenes
    ]


def _leads_nowhere(name: str, key: str, scenes: set[str]) -> str:
    return f"{name} leads to {key}, which is not a scene{suggestion(key, scenes)}"


def _loops(scenario: Scenario) -> list[Problem]:
    """Find each choice that leads back to a scene on the way to it."""
    cleared: set[str] = set()

    def ways_back(scene: Scene, path: tuple[str, ...]) -> Iterator[Place]:
        for position, choice in enumerate(scene.choices):
            if choice.leads_to in path:
                yield "scenes", scenario.scenes.index(scene), "choices", position, "leads_to"
            elif choice.leads_to not in cleared:
                yield from ways_back(scenario.scene(choice.leads_to), (*path, choice.leads_to))
        cleared.add(scene.key)

    start = scenario.start
    return [Problem(place, "the story can go round in a loop") for place in ways_back(start, (start.key,))]


def _unreachable(scenario: Scenario) -> list[Problem]:
    reached: set[str] = set()
    ahead = [scenario.start]
    while ahead:
        scene = ahead.pop()
        if scene.key not in reached:
            reached.add(scene.key)
            ahead += [scenario.scene(choice.leads_to) for choice in scene.choices]
    return [
        Problem(("scenes", number), f"no choice leads to scene {scene.key}")
        for number, scene in enumerate(scenario.scenes)
        if scene.key not in reached
    ]
