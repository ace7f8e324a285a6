"""An activity that was added by hand: its trainer chooses the training; until then staff see it is not ready."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from core.domain.tolerant import storable
from db import in_transaction, reading, utcnow
from lti.models import Activity
from lti.visits.permission import EVERYBODY_HERE, LEADERS, activity_of, current_visit, has_desk, permit
from modules.content.assign import assign, may_assign
from modules.content.choose import offers

blueprint = Blueprint("assign", __name__)


@blueprint.get("/activity/training")
@permit(LEADERS)
def index() -> str:
    """Show the training that the trust has, each with a button that lets this activity open it."""
    visit, session = current_visit(), reading()
    return render_template(
        "assign/index.html",
        offers=offers(session, visit.trust, visit.course_id),
        module=visit.module,
        may_choose=may_assign(session, session.get_one(Activity, activity_of(visit))),
        form=FlaskForm(),
    )


@blueprint.post("/activity/training")
@permit(LEADERS)
def choose() -> Response:
    """Let the activity open the training that was chosen, and lead to its people."""
    visit, module = current_visit(), storable(request.form.get("module", ""))
    in_transaction(lambda session: assign(session, activity_of(visit), module, visit.trust, utcnow()))
    return redirect(url_for("people.index"), code=303)


@blueprint.get("/activity/not-ready")
@permit(EVERYBODY_HERE)
def waiting() -> str | Response:
    """Say that no one has chosen the training yet, and who to tell."""
    if current_visit().module:
        return redirect(url_for("home.door"))
    return render_template("assign/waiting.html", has_desk=has_desk())
