"""The launch over HTTP: a form to the tool's login, and the answer to the tool's authorisation request."""

from flask import abort, render_template, request

from lti.practice.catalogue import activity_by_id
from lti.practice.launches import (
    Launch,
    LaunchRefusedError,
    UntrustedRequestError,
    begin_launch,
    check_request,
    check_sender,
    continue_launch,
)
from lti.practice.lms import current_lms, current_session
from lti.practice.messages import launch_message
from lti.practice.models import Course
from lti.practice.views.blueprint import practice
from lti.practice.views.visitor import current_person


@practice.get("/launch/<activity_id>")
def launch(activity_id: str) -> str:
    """Send whoever the visitor is being to the tool's login, in the frame or (?target=window) in the whole window."""
    activity = activity_by_id(current_session(), activity_id) or abort(404)
    target = "window" if request.args.get("target") == "window" else "iframe"
    opened = Launch(activity.course, activity, current_person(), target)
    addresses = current_lms().addresses
    fields = begin_launch(current_session(), addresses, opened)
    current_session().commit()
    return render_template("practice/launch.html", action=addresses.tool_login, fields=fields)


@practice.route("/auth", methods=["GET", "POST"])
def authorise() -> str | tuple[str, int]:
    """Answer the tool's authorisation request with an id token, or with an error that the tool can explain."""
    query = request.values.to_dict()
    try:
        course = check_sender(current_session(), current_lms().addresses, query)
    except UntrustedRequestError as untrusted:
        return render_template("practice/problem.html", title="This launch can't go on", words=str(untrusted)), 400
    fields = _answer(course, query)
    return render_template("practice/authorise.html", action=query["redirect_uri"], fields=fields)


def _answer(course: Course, query: dict[str, str]) -> dict[str, str]:
    try:
        check_request(query)
        opened = continue_launch(current_session(), course.client_id, query)
    except LaunchRefusedError as refused:
        return {"error": refused.error, "error_description": refused.description, "state": query.get("state", "")}
    current_session().commit()
    lms = current_lms()
    return launch_message(lms.platform(opened.course.client), lms.addresses, query, opened)
