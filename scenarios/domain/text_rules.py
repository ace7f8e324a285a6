"""What is wrong with the words of a scenario, whatever the policies say: too many, too hard, or still to write."""

from collections.abc import Iterator

from core.domain.problem import Place, Problem
from scenarios.domain.reading_age import reading_age
from scenarios.domain.scenario import Choice, Scenario, Scene

MOST_WORDS = {"scene": 90, "choice": 30, "consequence": 60, "because": 45}
OLDEST_READING_AGE = 14
UNWRITTEN = "TO WRITE"

Text = tuple[Place, str, str]


def problems_of(scenario: Scenario) -> list[Problem]:
    """List what is wrong with the words of a scenario, whatever the policies say."""
    return [*_unwritten(scenario), *_unseen(scenario), *_too_long(scenario), *_too_hard(scenario)]


def _texts_of(scenario: Scenario) -> Iterator[Text]:
    """Give each text of a scenario with its place and what to call it."""
    for field in ("title", "topic", "summary"):
        yield (field,), f"the {field}", getattr(scenario, field)
    for number, scene in enumerate(scenario.scenes):
        yield from _texts_of_scene(("scenes", number), scene)


def _texts_of_scene(place: Place, scene: Scene) -> Iterator[Text]:
    yield (*place, "heading"), f"scene {scene.key}: its heading", scene.heading
    yield (*place, "says"), f"scene {scene.key}", told_in(scene)
    yield (*place, "question"), f"scene {scene.key}: its question", scene.question or ""
    for position, choice in enumerate(scene.choices):
        yield from _texts_of_choice((*place, "choices", position), f"scene {scene.key}, choice {choice.key}", choice)


def _texts_of_choice(place: Place, name: str, choice: Choice) -> Iterator[Text]:
    yield (*place, "says"), name, choice.says
    yield (*place, "consequence"), f"{name}: its consequence", choice.consequence
    yield (*place, "because"), f"{name}: its because", choice.because


def told_in(scene: Scene) -> str:
    """Return what a person reads before they choose: the scene's text and the message in it."""
    return f"{scene.says}\n\n{scene.message.says}" if scene.message else scene.says


def _unwritten(scenario: Scenario) -> Iterator[Problem]:
    for place, name, text in _texts_of(scenario):
        if UNWRITTEN in text:
            yield Problem(place, f"{name} is still to write")


def _unseen(scenario: Scenario) -> Iterator[Problem]:
    """Find pictures that say nothing to those who cannot see them (WCAG 2.2, criterion 1.1.1)."""
    for number, scene in enumerate(scenario.scenes):
        if scene.picture and not scene.picture.alternative.strip():
            yield Problem(("scenes", number, "picture"), f"scene {scene.key}: its picture has no alternative text")


def _too_long(scenario: Scenario) -> Iterator[Problem]:
    for place, name, text in _texts_of(scenario):
        words, most = len(text.split()), _most_words(place)
        if words > most:
            yield Problem(place, f"{name} has {words} words; at most {most} fit a phone")


def _most_words(place: Place) -> int:
    kind = {"consequence": "consequence", "because": "because"}.get(str(place[-1]))
    return MOST_WORDS[kind or ("choice" if "choices" in place else "scene")]


def _too_hard(scenario: Scenario) -> Iterator[Problem]:
    """Find scenes that are hard to read; a scene is judged as a whole, since one sentence alone says little."""
    for number, scene in enumerate(scenario.scenes):
        age = reading_age(_all_of(scene))
        if age > OLDEST_READING_AGE:
            says = (
                f"scene {scene.key} has a reading age of {age:.0f}; at most {OLDEST_READING_AGE}: shorten its sentences"
            )
            yield Problem(("scenes", number), says)


def _all_of(scene: Scene) -> str:
    parts = [text for choice in scene.choices for text in (choice.says, choice.consequence, choice.because)]
    return "\n\n".join([told_in(scene), *parts])
