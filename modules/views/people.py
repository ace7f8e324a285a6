"""The managers' page of a course: who has finished the module, who has not, and where their grades are."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from db import reading, transaction, utcnow
from lti.deliveries import send_course_again
from lti.domain.message import Purpose
from lti.domain.tolerant import storable
from lti.models import Course
from lti.permission import LEADERS, current_visit, permit
from modules.people import Standing, people_page
from modules.publish import content_of, latest_version

blueprint = Blueprint("people", __name__)


# From an activity, or from the course's menu.
FROM_COURSE = frozenset({Purpose.TRAINING, Purpose.COURSE})


@blueprint.get("/people")
@permit(LEADERS, FROM_COURSE)
def index() -> str:
    """Show one page of the course's people, with counts that act as filters."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module or _chosen(), visit.trust)
    course = session.get_one(Course, visit.course_id)
    current_app.extensions["queue"].keep_roster_fresh(course)
    only = _standing(request.args.get("standing", ""))
    page = request.args.get("page", 1, type=int)
    size = current_app.extensions["settings"].people_per_page
    return render_template(
        "people/index.html",
        content=content_of(version),
        course=course,
        people=people_page(session, visit.course_id, version.module, only, page, size),
        only=only,
        standings=Standing,
        asked="asked" in request.args,
        chosen=_chosen(),
        at_activity=visit.placement_id is not None,
        form=FlaskForm(),
    )


def _chosen() -> str | None:
    """Return the module whose people somebody chose to see; in a visit from an activity there is no choice."""
    return storable(request.args.get("module", "")) or None if current_visit().module is None else None


def _standing(name: str) -> Standing | None:
    """Return the standing of that name; a name that is none shows everybody."""
    return next((standing for standing in Standing if standing.value == name), None)


@blueprint.post("/people/read-again")
@permit(LEADERS, FROM_COURSE)
def read_again() -> Response:
    """Ask for the course's list of people to be read from the LMS."""
    current_app.extensions["queue"].read_roster(current_visit().course_id)
    return redirect(url_for("people.index", asked="yes", module=_chosen()), code=303)


@blueprint.post("/people/send-again")
@permit(LEADERS, FROM_COURSE)
def send_again() -> Response:
    """Put the course's deliveries that needed attention back into the queue."""
    with transaction() as session:
        send_course_again(session, current_visit().course_id, utcnow())
    current_app.extensions["queue"].wake()
    return redirect(url_for("people.index", module=_chosen()), code=303)
