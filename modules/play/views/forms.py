"""The form of an answer."""

from wtforms import HiddenField, RadioField

from core.forms import Form
from modules.domain.progress import DecisionPoint


class AnswerForm(Form):
    """An answer: what a person chose, and the scene that they saw when they chose it."""

    scenario = HiddenField()
    scene = HiddenField()
    # Which choices there are is checked where the answer is kept, against the scene that is asked then.
    choice = RadioField(choices=[], validate_choice=False)

    @classmethod
    def asking(cls, place: DecisionPoint) -> "AnswerForm":
        """Return the form for the scene that a person sees."""
        form = cls(formdata=None, scenario=place.scenario.key, scene=place.scene.key)
        form.choice.choices = [(choice.key, choice.says) for choice in place.scene.choices]
        return form
