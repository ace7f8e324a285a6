"""The pages that show the tool in a frame: an activity, the course's menu, a person's answers, the dialog."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from practice.courses.catalogue import activity_in, line_item_in
from practice.courses.people import person_by_id
from practice.launch.messages import TOOL_NAME, manner_of
from practice.lms import current_session
from practice.moods import Mood, mood_of
from practice.storage import FORWARDER, Host
from practice.views.blueprint import practice
from practice.views.visitor import choose_host, course_at, current_host, current_person, leading_person


@practice.get("/courses/<key>/activities/<activity_id>")
def activity(key: str, activity_id: str) -> str:
    """An activity: the tool in a frame, or on a phone a way to open it in the whole window."""
    course = course_at(key)
    opened = activity_in(course, activity_id) or abort(404)
    return _framed("activity", course=course, activity=opened)


@practice.get("/courses/<key>/fit-to-post")
def navigation(key: str) -> str:
    """The tool as it opens from the course's menu, which is Canvas's way."""
    if mood_of(current_session()) is not Mood.CANVAS:
        abort(404, "The tool stands in the course’s menu in Canvas’s mood alone.")
    return _framed("navigation", course=course_at(key), tool_name=TOOL_NAME)


@practice.get("/courses/<key>/add-activity")
def add_activity(key: str) -> str:
    """The dialog in which the tool offers what may be added, as large as the LMS makes it."""
    leading_person()
    width, height = manner_of(mood_of(current_session())).DIALOG
    return _framed("add_activity", course=course_at(key), tool_name=TOOL_NAME, width=width, height=height)


@practice.get("/courses/<key>/answers/<line_item_id>/<person_id>")
def review(key: str, line_item_id: str, person_id: str) -> str:
    """The answers behind a grade, as the tool shows them to anyone who may look."""
    leading_person()
    course, subject = course_at(key), person_by_id(person_id)
    item = line_item_in(course, line_item_id)
    if not (item and item.activity and subject):
        abort(404)
    return _framed("review", course=course, item=item, subject=subject)


@practice.post("/courses/<key>/host")
def host(key: str) -> Response:
    """Choose who answers the tool's messages."""
    chosen = request.form.get("host", "")
    if chosen not in list(Host):
        abort(400)
    choose_host(Host(chosen))
    return redirect(url_for("practice.course", key=course_at(key).key), 303)


def _framed(page: str, **shown: object) -> str:
    """The page, with the frames that Canvas keeps beside the tool's."""
    is_canvas = mood_of(current_session()) is Mood.CANVAS
    listens = is_canvas and current_host() is not Host.NOBODY
    forwarder = FORWARDER if listens and current_host() is Host.FRAME else ""
    person = current_person()
    return render_template(f"practice/{page}.html", person=person, listens=listens, forwarder=forwarder, **shown)
