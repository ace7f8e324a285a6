"""The pages for people: courses, activities and the gradebook."""

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from practice.courses.activities import activities_as_json
from practice.courses.catalogue import all_courses
from practice.courses.enrolments import enrolled
from practice.courses.people import EVERYBODY, person_by_id
from practice.launch.messages import TOOL_NAME
from practice.lms import current_session
from practice.moods import Mood, mood_of
from practice.services.gradebook import gradebook as rows_of
from practice.services.gradebook import gradebook_as_json
from practice.storage import Host
from practice.views.blueprint import practice
from practice.views.visitor import become, course_at, current_host, current_person


@practice.get("/")
def courses() -> str:
    """The courses, and copies of them."""
    return render_template("practice/courses.html", courses=all_courses(current_session()))


@practice.get("/courses/<key>")
def course(key: str) -> str:
    """A course with its activities, and the choice of who to be."""
    return render_template(
        "practice/course.html",
        course=course_at(key),
        people=enrolled(current_session(), EVERYBODY),
        person=current_person(),
        tool_name=TOOL_NAME,
        is_canvas=mood_of(current_session()) is Mood.CANVAS,
        hosts=Host,
        host=current_host(),
        added=request.args.getlist("added"),
        message=request.args.get("message"),
        problem=request.args.get("problem"),
    )


@practice.get("/courses/<key>/activities.json")
def activities_json(key: str) -> Response:
    """The activities with their line items for programs."""
    shown = course_at(key)
    return jsonify(course=shown.key, context=shown.context_id, activities=activities_as_json(shown))


@practice.post("/courses/<key>/person")
def choose_person(key: str) -> WerkzeugResponse:
    """Become one of the practice people."""
    become(person_by_id(request.form.get("person", "")) or abort(400))
    return redirect(url_for("practice.course", key=course_at(key).key), 303)


@practice.get("/courses/<key>/return")
def return_from_tool(key: str) -> str:
    """Where the tool leads back to, with what it has to say in lti_msg or lti_errormsg."""
    return render_template(
        "practice/return_from_tool.html",
        course=course_at(key),
        message=request.args.get("lti_msg"),
        problem=request.args.get("lti_errormsg"),
    )


@practice.get("/courses/<key>/gradebook")
def gradebook(key: str) -> str:
    """Each graded person's grade, with the tool's comment, and for trainers the way to the answers behind it."""
    shown = course_at(key)
    rows = rows_of(current_session(), shown)
    return render_template("practice/gradebook.html", course=shown, rows=rows, person=current_person())


@practice.get("/courses/<key>/gradebook.json")
def gradebook_json(key: str) -> Response:
    """The gradebook for programs."""
    shown = course_at(key)
    return jsonify(course=shown.key, grades=gradebook_as_json(rows_of(current_session(), shown)))
