"""Playing a module: one scene a page, an answer, what happens next, and the result."""

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from db import in_transaction, reading, utcnow
from lti.domain.roles import Role
from lti.grades.deliveries import delivery_for
from lti.visits.permission import EVERYBODY_HERE, LEADERS, activity_of, current_visit, permit
from modules.certificates.certificates import certificates_of
from modules.certificates.confirm import confirmation_of
from modules.content.publish import content_of
from modules.domain.certificate import CertificateState
from modules.domain.check_results import rules_result
from modules.domain.missed import missed_in
from modules.domain.progress import Answer, CheckPoint, DecisionPoint, Progress, how_far
from modules.domain.result import by_scenario, by_topic, result_of
from modules.errors import NoSuchAnswer, NotAskedNow
from modules.models import Attempt, Certificate
from modules.passes.attempts import find_attempt, progress_of, require_kept, take_attempt
from modules.play.answer_key import may_see_key, still_explains
from modules.play.answers import start_attempt
from modules.play.practice import take_back as practise_again
from modules.play.views.forms import AnswerForm, asking
from modules.play.views.keeping import NOT_KEPT, keep

blueprint = Blueprint("play", __name__)


@blueprint.post("/attempts")
@permit(EVERYBODY_HERE)
def start() -> Response:
    """Start an attempt, or go on with the one that is open."""
    visit = current_visit()
    who = visit.person_id, activity_of(visit), visit.module, visit.trust
    attempt = in_transaction(lambda session: start_attempt(session, *who, utcnow()))
    return redirect(url_for("play.scene", attempt_id=attempt.id), code=303)


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>")
@permit(EVERYBODY_HERE)
def scene(attempt_id: int) -> str | Response:
    """Show the scene in which the person has to decide next, or send them to where they are."""
    attempt = find_attempt(reading(), attempt_id, current_visit().person_id)
    require_kept(attempt)
    progress = progress_of(reading(), attempt)
    if not progress.place:
        return redirect(url_for("play.result", attempt_id=attempt_id))
    if isinstance(progress.place, CheckPoint):
        return redirect(url_for("checks.check", attempt_id=attempt_id))
    return _scene_page(attempt, progress, progress.place, asking(attempt, progress.place))


def _scene_page(attempt: Attempt, progress: Progress, place: DecisionPoint, form: AnswerForm) -> str:
    content = content_of(attempt.version)
    return render_template(
        "play/scene.html",
        attempt=attempt,
        content=content,
        place=place,
        form=form,
        far=how_far(content, progress),
        story_number=content.scenarios.index(place.scenario) + 1,
        is_practice=content.module.is_practice,
    )


@blueprint.post("/attempts/<int(max=2147483647):attempt_id>/answers")
@permit(EVERYBODY_HERE)
def answer(attempt_id: int) -> tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Keep an answer and show what happens next; one without a choice gets the question again."""
    form = AnswerForm()
    if not form.choice.data:
        return _ask_again(attempt_id, form, CHOOSE), 422
    number = keep(attempt_id, _answer_in(form))
    if number is None:
        return _ask_again(attempt_id, form, NOT_KEPT), 503, {"Retry-After": "5"}
    return redirect(url_for("play.consequence", attempt_id=attempt_id, number=number), code=303)


def _ask_again(attempt_id: int, form: AnswerForm, why: str) -> str:
    """Show the question again with what was chosen, and say why."""
    attempt = find_attempt(reading(), attempt_id, current_visit().person_id)
    require_kept(attempt)
    progress = progress_of(reading(), attempt)
    place = progress.place
    if not isinstance(place, DecisionPoint) or not place.asks(_answer_in(form)):
        raise NotAskedNow
    asked = asking(attempt, place)
    asked.choice.data, asked.choice.errors = form.choice.data, [why]
    return _scene_page(attempt, progress, place, asked)


def _answer_in(form: AnswerForm) -> Answer:
    return Answer(form.scenario.data or "", form.scene.data or "", form.choice.data or "")


CHOOSE = "Select what you would do"


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>/answers/<int(max=10000):number>")
@permit(EVERYBODY_HERE)
def consequence(attempt_id: int, number: int) -> str:
    """Show what happened after an answer, what the policy says about it, and the way on."""
    attempt = find_attempt(reading(), attempt_id, current_visit().person_id)
    progress = progress_of(reading(), attempt)
    step = next((step for step in progress.steps if step.number == number), None)
    if not step:
        require_kept(attempt)
        raise NoSuchAnswer
    content, latest = content_of(attempt.version), number == progress.answered
    rulings = content.rulings_on(step.scenario, step.scene)
    return render_template(
        "play/consequence.html",
        attempt=attempt,
        content=content,
        step=step,
        far=how_far(content, progress),
        story_number=content.scenarios.index(step.scenario) + 1,
        best=[choice for choice in step.scene.choices if rulings[choice.key].rating.value == "best"],
        shows_best=latest or still_explains(reading(), attempt, utcnow()),
        rulings=rulings,
        latest=latest,
        place=progress.place,
        is_practice=content.module.is_practice,
        form=FlaskForm(),
    )


@blueprint.post("/attempts/<int(max=2147483647):attempt_id>/answers/<int(max=10000):number>/take-back")
@permit(EVERYBODY_HERE)
def take_back(attempt_id: int, number: int) -> Response:
    """Take back a decision of a practice, and ask for it again."""
    person_id = current_visit().person_id
    in_transaction(lambda session: practise_again(session, take_attempt(session, attempt_id, person_id), number))
    return redirect(url_for("play.scene", attempt_id=attempt_id), code=303)


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>/result")
@permit(EVERYBODY_HERE)
def result(attempt_id: int) -> str | Response:
    """Show what a finished attempt came to, decision by decision; an open one goes on."""
    visit = current_visit()
    attempt = find_attempt(reading(), attempt_id, visit.person_id)
    if not attempt.finished_at:
        return redirect(url_for("play.scene", attempt_id=attempt_id))
    content, progress = content_of(attempt.version), progress_of(reading(), attempt)
    confirmed = confirmation_of(reading(), visit.person_id, visit.trust, content.module)
    failed_on = [step for step in progress.steps if step.fails]
    return render_template(
        "play/result.html",
        attempt=attempt,
        content=content,
        result=result_of(content, progress),
        is_practice=content.module.is_practice,
        topics=sorted(by_topic(progress.steps), key=lambda topic: topic.missed, reverse=True),
        missed=missed_in(content, progress.steps),
        shows_best=may_see_key(reading(), visit.person_id, content.module, utcnow()),
        failed_on=failed_on,
        about_a_child=any(content.is_about_a_child(step.ruling) for step in failed_on),
        rules=rules_result(content, progress.checks),
        checks=progress.checks,
        stories=list(by_scenario(content, progress.steps)),
        delivery=delivery_for(reading(), visit.activity_id or attempt.activity_id, visit.person_id, attempt.module),
        certificate=_certificate_of(attempt),
        graded=visit.role is Role.STAFF and not visit.has_switched,
        leads=visit.role in LEADERS or visit.has_switched,
        to_confirm=confirmed and not confirmed.given,
        form=FlaskForm(),
    )


def _certificate_of(attempt: Attempt) -> Certificate | None:
    """Return the certificate of the module that the person holds now."""
    now, theirs = utcnow(), certificates_of(reading(), attempt.person_id)
    return next(
        (held for held in theirs if held.module == attempt.module and held.state_at(now) is CertificateState.VALID),
        None,
    )
