"""In which order an attempt shows choices: shuffled, so that no place in the list says anything about a choice."""

from modules.content.publish import content_of
from modules.domain.shuffle import shuffled
from modules.models import Attempt
from scenarios.domain.rating import Marking
from scenarios.domain.scenario import Choice, Scenario, Scene


def choices_in_order(attempt: Attempt, scenario: Scenario, scene: Scene) -> tuple[Choice, ...]:
    """Return the choices of a scene as an attempt shows them; versions of the first marking show them as listed."""
    if content_of(attempt.version).marking is Marking.FIRST:
        return scene.choices
    return shuffled(scene.choices, attempt.id, scenario.key, scene.key)
