"""Rule checks: what a policy says about several acts, asked on one page, and all of it explained on the next."""

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from db import reading, utcnow
from lti.visits.permission import EVERYBODY_HERE, current_visit, permit
from modules.content.publish import content_of
from modules.domain.explained import explained as explain
from modules.domain.progress import CheckPoint, Progress, how_far
from modules.errors import NoSuchAnswer, NotAskedNow
from modules.models import Attempt
from modules.passes.attempts import find_attempt, progress_of, require_kept
from modules.play.answer_key import still_explains
from modules.play.order import acts_in_order
from modules.play.views.check_form import BINS, CheckForm, asking_check, sent_check
from modules.play.views.keeping import NOT_KEPT, keep

blueprint = Blueprint("checks", __name__)


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>/check")
@permit(EVERYBODY_HERE)
def check(attempt_id: int) -> str | Response:
    """Ask the rule check that is next, or send the person to where they are."""
    attempt = _own(attempt_id)
    progress = progress_of(reading(), attempt)
    if not isinstance(progress.place, CheckPoint):
        return redirect(url_for("play.scene", attempt_id=attempt_id))
    return _check_page(attempt, progress, progress.place, asking_check(attempt, progress.place.check))


@blueprint.post("/attempts/<int(max=2147483647):attempt_id>/check")
@permit(EVERYBODY_HERE)
def answer(attempt_id: int) -> tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Keep the answer to a rule check and explain it; one that leaves out an act gets the question again."""
    attempt = _own(attempt_id)
    form = sent_check(attempt)
    if not form.validate():
        return _ask_again(attempt, form), 422
    number = keep(attempt_id, form.given)
    if number is None:
        return _ask_again(attempt, form, NOT_KEPT), 503, {"Retry-After": "5"}
    return redirect(url_for("checks.explained", attempt_id=attempt_id, number=number), code=303)


def _own(attempt_id: int) -> Attempt:
    attempt = find_attempt(reading(), attempt_id, current_visit().person_id)
    require_kept(attempt)
    return attempt


def _ask_again(attempt: Attempt, form: CheckForm, problem: str | None = None) -> str:
    """Show the question again with all that was chosen, and say why."""
    progress = progress_of(reading(), attempt)
    place = progress.place
    if not isinstance(place, CheckPoint) or not place.asks(form.given):
        raise NotAskedNow
    return _check_page(attempt, progress, place, form, problem)


def _check_page(
    attempt: Attempt, progress: Progress, place: CheckPoint, form: CheckForm, problem: str | None = None
) -> str:
    content = content_of(attempt.version)
    return render_template(
        "checks/check.html",
        attempt=attempt,
        content=content,
        place=place,
        form=form,
        problem=problem,
        far=how_far(content, progress),
        story_number=content.scenarios.index(place.scenario) + 1,
        is_practice=content.module.is_practice,
    )


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>/checks/<int(max=10000):number>")
@permit(EVERYBODY_HERE)
def explained(attempt_id: int, number: int) -> str:
    """Explain an answered rule check act by act, and show the way on."""
    attempt = find_attempt(reading(), attempt_id, current_visit().person_id)
    progress = progress_of(reading(), attempt)
    step = next((step for step in progress.checks if step.number == number), None)
    if not step:
        require_kept(attempt)
        raise NoSuchAnswer
    content, latest = content_of(attempt.version), number == progress.answered
    story = content.scenario(step.check.after)
    return render_template(
        "checks/explained.html",
        attempt=attempt,
        content=content,
        step=step,
        explained=list(explain(step, content, acts_in_order(attempt, step.check))),
        shows_key=latest or still_explains(reading(), attempt, utcnow()),
        bins={each.value: words for each, words in BINS.items()},
        far=how_far(content, progress),
        story=story,
        story_number=content.scenarios.index(story) + 1,
        latest=latest,
        place=progress.place,
        is_practice=content.module.is_practice,
        form=FlaskForm(),
    )
