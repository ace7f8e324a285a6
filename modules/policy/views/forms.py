"""The form with which someone confirms the policy."""

from wtforms import BooleanField, HiddenField

from core.forms import Form


class AcknowledgementForm(Form):
    """The confirmation that a person has read the policy, and which words of it they were shown."""

    words = HiddenField()
    read = BooleanField()
