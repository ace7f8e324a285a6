"""In which order an attempt shows choices and acts: shuffled, so that no place in the list says anything about them."""

from modules.content.publish import content_of
from modules.domain.shuffle import shuffled
from modules.models import Attempt
from policies.domain.fact import SILENT, Fact
from scenarios.domain.rating import Marking
from scenarios.domain.rule_check import RuleCheck
from scenarios.domain.scenario import Choice, Scenario, Scene


def choices_in_order(attempt: Attempt, scenario: Scenario, scene: Scene) -> tuple[Choice, ...]:
    """Return the choices of a scene as an attempt shows them; versions of the first marking show them as listed."""
    if content_of(attempt.version).marking is Marking.FIRST:
        return scene.choices
    return shuffled(scene.choices, attempt.id, scenario.key, scene.key)


def acts_in_order(attempt: Attempt, check: RuleCheck) -> tuple[str, ...]:
    """Return the keys of the acts of a rule check as an attempt shows them."""
    return shuffled(check.acts, attempt.id, check.key)


def answers_in_order(attempt: Attempt, fact: Fact) -> tuple[str, ...]:
    """Return the keys of the answers to a fact's question as an attempt shows them; that it is not said comes last."""
    return (*shuffled([answer.key for answer in fact.answers], attempt.id, fact.key), SILENT)
