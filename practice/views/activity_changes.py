"""What trainers change: activities that the tool offers, copies of courses, and who stays anonymous."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from practice.courses.catalogue import activity_by_id, activity_in, make_by_hand_in
from practice.courses.copies import copy_course
from practice.launch.content_items import make_activities, read_items
from practice.launch.deep_linking import AnswerRefusedError, asked, check_answer, read_answer, spend_nonce
from practice.lms import current_lms, current_session
from practice.models import Activity, Course
from practice.moods import mood_of
from practice.views.blueprint import practice
from practice.views.visitor import course_at, leading_person
from practice.vocabulary import DEEP_LINKING, Json


@practice.post("/courses/<key>/deep-linking-return")
def deep_linking_return(key: str) -> str | tuple[str, int]:
    """Take the tool's answer: make the activities that it describes, and show the course with them."""
    course = course_at(key)
    try:
        claims, made = _added(course)
    except AnswerRefusedError as refused:
        current_session().rollback()
        words = f"The tool’s answer can’t be used. {refused}"
        return render_template("practice/problem.html", title="Nothing was added", words=words), 400
    return render_template(
        "practice/deep_linking_return.html",
        course=course,
        made=made,
        message=claims.get(f"{DEEP_LINKING}/msg", ""),
        problem=claims.get(f"{DEEP_LINKING}/errormsg", ""),
    )


@practice.post("/courses/<key>/copy")
def copy(key: str) -> Response:
    """Copy the course with its activities."""
    leading_person()
    made = copy_course(current_session(), course_at(key))
    current_session().commit()
    return redirect(url_for("practice.course", key=made.key), 303)


@practice.post("/courses/<key>/activities")
def make_by_hand(key: str) -> Response:
    """Make an activity without the tool's dialog, as a trainer who fills in the external tool form does."""
    leading_person()
    course, typed = course_at(key), request.form
    crossing = typed.get("crossing") == "yes"
    if crossing and activity_by_id(current_session(), course.context_id):
        abort(409, "There is already an activity with the course’s id.")
    made = make_by_hand_in(current_session(), course, typed.get("title", ""), typed.get("module", ""), crossing)
    current_session().commit()
    return redirect(url_for("practice.course", key=key, added=made.id), 303)


@practice.post("/courses/<key>/activities/<activity_id>/anonymity")
def anonymity(key: str, activity_id: str) -> Response:
    """Let the tool learn who opens the activity, or no longer."""
    leading_person()
    activity = activity_in(course_at(key), activity_id) or abort(404)
    activity.is_anonymous = not activity.is_anonymous
    current_session().commit()
    return redirect(url_for("practice.course", key=key), 303)


def _added(course: Course) -> tuple[Json, list[Activity]]:
    """What the answer claims, and the activities made of it; no transaction is open while the keys are fetched."""
    session, lms = current_session(), current_lms()
    answered = asked(session, course, request.args.get("request", ""))
    session.commit()
    claims = read_answer(lms.platform(course.tool), request.form.to_dict(flat=False))
    check_answer(claims, course, answered, lms.addresses.url, lms.seconds())
    items = read_items(claims, course.tool.target_url)
    spend_nonce(session, course, claims["nonce"])
    made = make_activities(session, mood_of(session), course, items)
    session.commit()
    return claims, made
