"""Dropping an attempt: a page that says what that means, and the button that does it."""

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from db import in_transaction, reading, utcnow
from lti.visits.permission import EVERYBODY_HERE, current_visit, permit
from modules.content.publish import content_of
from modules.domain.progress import how_far
from modules.errors import Finished, HasToBeFinished
from modules.passes.attempts import find_attempt, progress_of
from modules.play.drop import drop_attempt, may_drop

blueprint = Blueprint("drop", __name__)


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>/drop")
@permit(EVERYBODY_HERE)
def ask(attempt_id: int) -> str | Response:
    """Ask whether to drop an attempt, and say what stays."""
    attempt = find_attempt(reading(), attempt_id, current_visit().person_id)
    if attempt.dropped_at:
        return redirect(url_for("home.module"))
    if attempt.finished_at:
        raise Finished
    content, progress = content_of(attempt.version), progress_of(reading(), attempt)
    if not may_drop(attempt, progress):
        raise HasToBeFinished
    return render_template(
        "drop/ask.html", attempt=attempt, content=content, far=how_far(content, progress), form=FlaskForm()
    )


@blueprint.post("/attempts/<int(max=2147483647):attempt_id>/drop")
@permit(EVERYBODY_HERE)
def drop(attempt_id: int) -> Response:
    """Drop an attempt, and lead back to the module, which says so."""
    person_id = current_visit().person_id

    def drop_own(session: Session) -> None:
        drop_attempt(session, find_attempt(session, attempt_id, person_id), utcnow())

    in_transaction(drop_own)
    return redirect(url_for("home.module", dropped="yes"), code=303)
