"""The front door: what this activity is, where somebody is with it, and what to do next."""

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from db import reading
from lti.deliveries import delivery_for
from lti.domain.message import Purpose
from lti.permission import AT_ACTIVITY, EVERYBODY_HERE, LEADERS, current_visit, permit
from modules.attempts import best_of, finished_attempts, open_attempt, progress_of
from modules.publish import content_of, latest_version

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@permit(EVERYBODY_HERE, AT_ACTIVITY | {Purpose.CHOOSING})
def door() -> str | Response:
    """Show the module; those who lead the course get its people instead, or what they can add to it."""
    if current_visit().purpose is Purpose.CHOOSING:
        return redirect(url_for("choosing.index"))
    return redirect(url_for("people.index")) if current_visit().role in LEADERS else module()


@blueprint.get("/module")
@permit(EVERYBODY_HERE)
def module() -> str:
    """Show what the module is for, where the person is with it, and what is next."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module, visit.trust)
    attempt = open_attempt(session, visit.person_id, version.module)
    results = finished_attempts(session, visit.person_id, version.module)
    return render_template(
        "home/module.html",
        content=content_of(version),
        attempt=attempt,
        answered=len(progress_of(session, attempt).steps) if attempt else 0,
        results=results,
        best=best_of(results) if results else None,
        delivery=delivery_for(session, visit.placement_id, visit.person_id),
        leads=visit.role in LEADERS,
        form=FlaskForm(),
    )
