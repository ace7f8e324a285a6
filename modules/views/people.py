"""The managers' pages of a course: who has finished the module, who has not, and where their grades are."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from db import reading, transaction, utcnow
from lti.deliveries import send_again as put_back
from lti.models import Course
from lti.permission import LEADERS, current_visit, permit
from modules.grades import MOST_TRIES, grade_page
from modules.people import Standing, people_page
from modules.publish import content_of, latest_version

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@permit(LEADERS)
def index() -> str:
    """Show one page of the course's people, with counts that act as filters."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module, visit.trust)
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
        sent=request.args.get("sent", type=int),
        form=FlaskForm(),
    )


def _standing(name: str) -> Standing | None:
    """Return the standing of that name; a name that is none shows everybody."""
    return next((standing for standing in Standing if standing.value == name), None)


@blueprint.post("/people/read-again")
@permit(LEADERS)
def read_again() -> Response:
    """Ask for the course's list of people to be read from the LMS."""
    current_app.extensions["queue"].read_roster(current_visit().course_id)
    return redirect(url_for("people.index"), code=303)


@blueprint.get("/people/<int(max=2147483647):person_id>/grade")
@permit(LEADERS)
def grade(person_id: int) -> str:
    """Show where a person's grade is, with every try to send it."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module, visit.trust)
    return render_template(
        "people/grade.html",
        content=content_of(version),
        page=grade_page(session, visit.course_id, version.module, person_id),
        most_tries=MOST_TRIES,
        sent=request.args.get("sent", type=int),
        form=FlaskForm(),
    )


@blueprint.post("/people/send-again")
@permit(LEADERS)
def send_again() -> Response:
    """Put the grades that needed attention back into the queue."""
    return redirect(url_for("people.index", sent=_sent_again()), code=303)


@blueprint.post("/people/<int(max=2147483647):person_id>/send-again")
@permit(LEADERS)
def send_grade_again(person_id: int) -> Response:
    """Put one person's grade back into the queue, whatever has become of it."""
    return redirect(url_for("people.grade", person_id=person_id, sent=_sent_again(person_id)), code=303)


def _sent_again(person_id: int | None = None) -> int:
    visit = current_visit()
    with transaction() as session:
        count = put_back(session, visit.course_id, visit.module, utcnow(), person_id)
    current_app.extensions["queue"].wake()
    return count
