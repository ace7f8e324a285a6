"""The launch over HTTP: a form to the tool's login, and the answer to the tool's authorisation request."""

from typing import Any

from flask import abort, render_template, request

from practice.courses.catalogue import activity_by_id, line_item_in
from practice.courses.people import PracticePerson, person_by_id
from practice.launch.deep_linking import ask_for_activities
from practice.launch.launches import (
    Kind,
    Launch,
    LaunchRefusedError,
    UntrustedRequestError,
    begin_launch,
    check_request,
    check_sender,
    continue_launch,
)
from practice.launch.messages import launch_message
from practice.lms import current_lms, current_session
from practice.models import Client, Course
from practice.moods import mood_of
from practice.views.blueprint import practice
from practice.views.visitor import course_at, current_host, current_person, leading_person


@practice.get("/launch/<activity_id>")
def launch(activity_id: str) -> str:
    """Open an activity as the person that the visitor acts as, in the frame or (?target=window) in the whole window."""
    activity = activity_by_id(current_session(), activity_id) or abort(404)
    return _begin(Kind.ACTIVITY, activity.course, current_person(), activity=activity)


@practice.get("/courses/<key>/launch-navigation")
def launch_navigation(key: str) -> str:
    """Open the tool from the course's menu."""
    return _begin(Kind.NAVIGATION, course_at(key), current_person())


@practice.get("/courses/<key>/launch-deep-linking")
def launch_deep_linking(key: str) -> str:
    """Let the tool offer what may be added to the course."""
    course, person = course_at(key), leading_person()
    asked = ask_for_activities(current_session(), mood_of(current_session()), course)
    return _begin(Kind.DEEP_LINKING, course, person, request=asked)


@practice.get("/courses/<key>/launch-review/<line_item_id>/<person_id>")
def launch_review(key: str, line_item_id: str, person_id: str) -> str:
    """Look at the answers of one person, whose grade in this column the visitor has seen."""
    course, person = course_at(key), leading_person()
    item, subject = line_item_in(course, line_item_id), person_by_id(person_id)
    if not (item and item.activity and subject):
        abort(404)
    return _begin(Kind.REVIEW, course, person, activity=item.activity, line_item=item, subject=subject)


@practice.route("/auth", methods=["GET", "POST"])
def authorise() -> str | tuple[str, int]:
    """Answer the tool's authorisation request with an id token, or with an error that the tool can explain."""
    query = request.values.to_dict()
    try:
        client = check_sender(current_session(), query)
    except UntrustedRequestError as untrusted:
        return render_template("practice/problem.html", title="This launch can't go on", words=str(untrusted)), 400
    fields = _answer(client, query)
    return render_template("practice/authorise.html", action=query["redirect_uri"], fields=fields)


def _begin(kind: Kind, course: Course, person: PracticePerson, **more: Any) -> str:
    """Send the person to the tool's login."""
    session, addresses = current_session(), current_lms().addresses
    if course.client is None:
        abort(409, "No tool is connected to this course yet. Connect one under “Tools”.")
    target = "window" if request.args.get("target") == "window" else "iframe"
    switched = kind is Kind.ACTIVITY and request.args.get("role") == "student"
    begun = Launch(kind, course, person, target, switched=switched, **more)
    fields = begin_launch(session, addresses, mood_of(session), begun, current_host().target, current_lms().seconds())
    session.commit()
    return render_template("practice/launch.html", action=course.client.login_url, fields=fields)


def _answer(client: Client, query: dict[str, str]) -> dict[str, str]:
    session = current_session()
    try:
        check_request(query)
        opened = continue_launch(session, client.client_id, query, current_lms().seconds())
    except LaunchRefusedError as refused:
        return {"error": refused.error, "error_description": refused.description, "state": query.get("state", "")}
    lms = current_lms()
    fields = launch_message(lms.platform(client), lms.addresses, mood_of(session), query, opened)
    session.commit()
    return fields
