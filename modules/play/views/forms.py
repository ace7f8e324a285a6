"""The form of an answer."""

from wtforms import HiddenField, RadioField

from core.forms import Form
from modules.domain.progress import DecisionPoint
from modules.models import Attempt
from modules.play.order import choices_in_order


class AnswerForm(Form):
    """An answer: what a person chose, and the scene that they saw when they chose it."""

    scenario = HiddenField()
    scene = HiddenField()
    # Which choices there are is checked where the answer is kept, against the scene that is asked then.
    choice = RadioField(choices=[], validate_choice=False)


def asking(attempt: Attempt, place: DecisionPoint) -> AnswerForm:
    """Return the form for the scene that a person sees, with its choices in the order of their attempt."""
    form = AnswerForm(formdata=None, scenario=place.scenario.key, scene=place.scene.key)
    choices = choices_in_order(attempt, place.scenario, place.scene)
    form.choice.choices = [(choice.key, choice.says) for choice in choices]
    return form
