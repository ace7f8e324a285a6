"""What trainers do with a course by hand: marks and locks in the gradebook, a reset, a second activity like one."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from practice.courses.catalogue import activity_in, line_item_in
from practice.courses.copies import duplicate_activity
from practice.courses.enrolments import enrolled_by_id
from practice.courses.holds import Hold, hold, reset_course, set_by_hand
from practice.courses.people import PracticePerson
from practice.lms import current_lms, current_session
from practice.models import LineItem
from practice.views.blueprint import practice
from practice.views.visitor import course_at, leading_person


@practice.post("/courses/<key>/reset")
def reset(key: str) -> Response:
    """Reset the course: its grades are gone."""
    leading_person()
    reset_course(current_session(), course_at(key))
    current_session().commit()
    return redirect(url_for("practice.gradebook", key=key), 303)


@practice.post("/courses/<key>/activities/<activity_id>/duplicate")
def duplicate(key: str, activity_id: str) -> Response:
    """Make a second activity like this one in the same course."""
    leading_person()
    activity = activity_in(course_at(key), activity_id) or abort(404)
    made = duplicate_activity(current_session(), activity)
    current_session().commit()
    return redirect(url_for("practice.course", key=key, added=made.id), 303)


@practice.post("/courses/<key>/gradebook/<line_item_id>/<person_id>/mark")
def mark(key: str, line_item_id: str, person_id: str) -> Response:
    """Set a mark by hand."""
    item, person = _cell(key, line_item_id, person_id)
    percent = request.form.get("percent", type=float)
    if percent is None or not 0 <= percent <= 100:
        abort(400, "The mark must be a number from 0 to 100.")
    set_by_hand(current_session(), item, person, percent, current_lms().seconds())
    return _back(key)


@practice.post("/courses/<key>/gradebook/<line_item_id>/<person_id>/lock")
def lock(key: str, line_item_id: str, person_id: str) -> Response:
    """Lock a grade."""
    hold(current_session(), *_cell(key, line_item_id, person_id), Hold.LOCKED)
    return _back(key)


@practice.post("/courses/<key>/gradebook/<line_item_id>/<person_id>/free")
def free(key: str, line_item_id: str, person_id: str) -> Response:
    """Let the tool's scores through again."""
    hold(current_session(), *_cell(key, line_item_id, person_id), None)
    return _back(key)


def _cell(key: str, line_item_id: str, person_id: str) -> tuple[LineItem, PracticePerson]:
    leading_person()
    item, person = line_item_in(course_at(key), line_item_id), enrolled_by_id(current_session(), person_id)
    if not (item and person and person.is_graded):
        abort(404)
    return item, person


def _back(key: str) -> Response:
    current_session().commit()
    return redirect(url_for("practice.gradebook", key=key), 303)
