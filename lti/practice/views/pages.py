"""The pages for people: courses, activities and the gradebook."""

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from lti.practice.catalogue import activity_in, all_courses, course_by_key
from lti.practice.courses import PEOPLE, person_by_id
from lti.practice.gradebook import gradebook as rows_of
from lti.practice.gradebook import gradebook_as_json
from lti.practice.lms import current_session
from lti.practice.models import Course
from lti.practice.views.blueprint import practice
from lti.practice.views.visitor import become, current_person


@practice.get("/")
def courses() -> str:
    """The five courses."""
    return render_template("practice/courses.html", courses=all_courses(current_session()))


@practice.get("/courses/<key>")
def course(key: str) -> str:
    """A course with its activities, and the choice of who to be."""
    return render_template("practice/course.html", course=_course(key), people=PEOPLE, person=current_person())


@practice.post("/courses/<key>/person")
def choose_person(key: str) -> WerkzeugResponse:
    """Become one of the practice people."""
    become(person_by_id(request.form.get("person", "")) or abort(400))
    return redirect(url_for("practice.course", key=_course(key).key), 303)


@practice.get("/courses/<key>/return")
def return_from_tool(key: str) -> str:
    """Where the tool leads back to, with what it has to say in lti_msg or lti_errormsg."""
    return render_template(
        "practice/return_from_tool.html",
        course=_course(key),
        message=request.args.get("lti_msg"),
        problem=request.args.get("lti_errormsg"),
    )


@practice.get("/courses/<key>/activities/<activity_id>")
def activity(key: str, activity_id: str) -> str:
    """An activity: the tool in a frame, or on a phone a way to open it in the whole window."""
    shown = _course(key)
    opened = activity_in(shown, activity_id) or abort(404)
    return render_template("practice/activity.html", course=shown, activity=opened, person=current_person())


@practice.get("/courses/<key>/gradebook")
def gradebook(key: str) -> str:
    """Each graded person's grade, with the tool's comment."""
    shown = _course(key)
    return render_template("practice/gradebook.html", course=shown, rows=rows_of(current_session(), shown))


@practice.get("/courses/<key>/gradebook.json")
def gradebook_json(key: str) -> Response:
    """The gradebook for programs."""
    shown = _course(key)
    return jsonify(course=shown.key, grades=gradebook_as_json(rows_of(current_session(), shown)))


def _course(key: str) -> Course:
    return course_by_key(current_session(), key) or abort(404)
