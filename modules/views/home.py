"""The front door: what this activity is, where somebody is with it, and what to do next."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from db import in_transaction, reading, utcnow
from lti.deliveries import owed_at
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.models import Delivery
from lti.permission import EVERYBODY_HERE, LEADERS, current_visit, permit
from lti.visits import CurrentVisit
from modules.attempts import open_attempt, progress_of
from modules.carry_over import carry_over, pass_to_carry
from modules.confirm import confirmation_of
from modules.models import ResultRow
from modules.passes import renewal_of
from modules.publish import content_of, latest_version
from modules.results import best_of, finished_attempts

blueprint = Blueprint("home", __name__)
DOORS = {Purpose.COURSE: "course.index", Purpose.REVIEW: "review.index"}


@blueprint.get("/")
@permit(EVERYBODY_HERE, frozenset(Purpose))
def door() -> str | Response:
    """Lead to what the visit is for: an activity's module, or for those who lead the course its people."""
    visit = current_visit()
    if visit.purpose is not Purpose.TRAINING:
        return redirect(url_for(DOORS[visit.purpose]))
    return redirect(url_for("people.index")) if visit.role in LEADERS else module()


@blueprint.get("/module")
@permit(EVERYBODY_HERE)
def module() -> str:
    """Show what the module is for, where the person is with it, and what is next."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module, visit.trust)
    attempt = open_attempt(session, visit.person_id, version.module)
    results = finished_attempts(session, visit.person_id, version.module)
    owed = owed_at(session, visit.placement_id, visit.person_id)
    renewal = renewal_of(session, visit.person_id, content_of(version).module, utcnow())
    lacking = pass_to_carry(results, owed, renewal)
    carried = _carried_over(visit, lacking) if lacking and visit.role is Role.STAFF and not visit.is_test else None
    return render_template(
        "home/module.html",
        content=content_of(version),
        confirmed=confirmation_of(session, visit.person_id, visit.trust, content_of(version).module),
        attempt=attempt,
        answered=len(progress_of(session, attempt).steps) if attempt else 0,
        results=results,
        best=best_of(results) if results else None,
        delivery=carried or owed.grade,
        leads=visit.role in LEADERS,
        is_test=visit.is_test,
        form=FlaskForm(),
    )


def _carried_over(visit: CurrentVisit, lacking: ResultRow) -> Delivery | None:
    carried = in_transaction(lambda session: carry_over(session, visit.placement_id, lacking, utcnow()))
    current_app.extensions["queue"].wake()
    return carried
