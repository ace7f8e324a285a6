"""The form of a rule check: a group of radios for each of its acts, or one for its fact."""

from flask import request
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the types are older
from wtforms.validators import InputRequired

from core.forms import Form
from modules.content.publish import content_of
from modules.domain.check_step import CheckAnswer
from modules.domain.content import Content
from modules.errors import NotAskedNow
from modules.models import Attempt
from modules.play.order import acts_in_order, answers_in_order
from scenarios.domain.rule_check import Bin, RuleCheck

BINS = {
    Bin.ALLOWS: "My policy asks for this or allows it",
    Bin.FORBIDS: "My policy forbids this or advises against it",
    Bin.SILENT: "My policy does not mention this",
}
CHOOSE_BIN = "Select what your policy says about “{}”"
CHOOSE_ANSWER = "Select an answer"


class CheckForm(Form):
    """The answer to a rule check; its radios are added for each rule check, named by the keys of its acts or fact."""

    check = HiddenField()

    @property
    def groups(self) -> list[RadioField]:
        """Return the groups of radios in the order in which they are shown."""
        return [field for field in self if isinstance(field, RadioField)]

    @property
    def given(self) -> CheckAnswer:
        """Return what was sent."""
        return CheckAnswer(self.check.data or "", {group.name: group.data for group in self.groups})


def asking_check(attempt: Attempt, check: RuleCheck) -> CheckForm:
    """Return the form for a rule check, with nothing chosen."""
    return _form_for(attempt, check)(formdata=None, check=check.key)


def sent_check(attempt: Attempt) -> CheckForm:
    """Return the form that was sent; NotAskedNow if the attempt has no such rule check."""
    sent = request.form.get("check", "")
    for check in content_of(attempt.version).checks_of(attempt.draw):
        if check.key == sent:
            return _form_for(attempt, check)()
    raise NotAskedNow


def _form_for(attempt: Attempt, check: RuleCheck) -> type[CheckForm]:
    content = content_of(attempt.version)
    if check.fact:
        fact = content.fact(check.fact)
        answers = [SelectChoice(key, fact.words_of(key)) for key in answers_in_order(attempt, fact)]
        groups = {check.fact: _group(check.question, answers, CHOOSE_ANSWER)}
    else:
        groups = {key: _group_for(content, key) for key in acts_in_order(attempt, check)}
    return type("CheckForm", (CheckForm,), groups)


def _group_for(content: Content, act: str) -> RadioField:
    says = content.act(act).says
    return _group(
        says, [SelectChoice(each.value, words) for each, words in BINS.items()], CHOOSE_BIN.format(says.rstrip("."))
    )


def _group(label: str, choices: list[SelectChoice], missing: str) -> RadioField:
    # Which answers there are is checked where the answer is kept.
    return RadioField(label, choices=choices, validators=[InputRequired(missing)], validate_choice=False)
