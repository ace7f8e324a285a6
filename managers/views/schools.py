"""The schools of a trust: added and renamed, and which course belongs to which."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.domain.tolerant import storable
from core.grants.domain.grant import GrantRole
from core.schools import School, WrongSchool, add_school, rename_school, schools_with
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.roles import Role
from lti.visits.permission import IN_COURSE, current_visit, permit, visit_actor
from managers.course_schools import list_courses, list_schools, set_course_schools
from managers.staff.stale import StaffJobs, is_under_way

blueprint = Blueprint("schools", __name__)
NO_ROLE: frozenset[Role] = frozenset()
WHO_MAY = frozenset({GrantRole.ADMINISTRATOR, GrantRole.TRUST_LEAD})
COURSES_A_PAGE = 50
LARGEST_NUMBER = 2_147_483_647
LONGEST_TYPED = 500
DONE = frozenset({"added", "renamed", "courses"})


@blueprint.get("/schools")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def index() -> str:
    """List the schools and the courses of the trust."""
    return _page()


def _page(error: str | None = None, typed: str = "") -> str:
    session, trust = reading(), current_visit().trust
    page = max(1, min(request.args.get("page", 1, type=int), LARGEST_NUMBER // COURSES_A_PAGE))
    courses, count = list_courses(session, trust, (page - 1) * COURSES_A_PAGE, COURSES_A_PAGE)
    done = request.args.get("done", "")
    return render_template(
        "schools/index.html",
        schools=list_schools(session, trust),
        courses=courses,
        page=page,
        pages=max(1, -(-count // COURSES_A_PAGE)),
        is_under_way=is_under_way(session, trust),
        done=done if done in DONE else None,
        error=error,
        typed=typed,
        form=FlaskForm(formdata=None),
    )


@blueprint.post("/schools")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def create() -> tuple[str, int] | Response:
    """Add a school; a name that cannot be used is asked for again."""
    name, trust, actor, now = _name(), current_visit().trust, visit_actor(), utcnow()
    try:
        in_transaction(lambda session: add_school(session, trust, name, actor, now).id)
    except WrongSchool as error:
        return _page(str(error), name), 422
    return redirect(url_for("schools.index", done="added"), code=303)


def _name() -> str:
    return storable(request.form.get("name", ""))[:LONGEST_TYPED]


@blueprint.get("/schools/<int(max=2147483647):number>")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def edit(number: int) -> str:
    """Ask for another name of a school."""
    school = _school(reading(), number)
    return _question(school, school.name)


def _question(school: School, typed: str, error: str | None = None) -> str:
    return render_template("schools/edit.html", school=school, typed=typed, error=error, form=FlaskForm(formdata=None))


def _school(session: Session, number: int) -> School:
    found = schools_with(session, current_visit().trust, {number})
    if not found:
        raise NotFound
    return found[0]


@blueprint.post("/schools/<int(max=2147483647):number>")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def rename(number: int) -> tuple[str, int] | Response:
    """Give a school another name."""
    name, actor, now = _name(), visit_actor(), utcnow()
    try:
        in_transaction(lambda session: rename_school(session, _school(session, number), name, actor, now))
    except WrongSchool as error:
        return _question(_school(reading(), number), name, str(error)), 422
    return redirect(url_for("schools.index", done="renamed"), code=303)


@blueprint.post("/schools/courses")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def place_courses() -> Response:
    """Let courses belong to the schools that were selected."""
    trust, actor, now = current_visit().trust, visit_actor(), utcnow()
    wanted = {
        _number(name.removeprefix("course-")): _number(value) or None
        for name, value in request.form.items()
        if name.startswith("course-")
    }
    if in_transaction(lambda session: set_course_schools(session, trust, wanted, actor, now)):
        # People of large courses follow in the background.
        service(StaffJobs).bring_up_to_date()
    page = request.args.get("page", 1, type=int)
    return redirect(url_for("schools.index", done="courses", page=page, _anchor="courses"), code=303)


def _number(given: str) -> int:
    """Return the number of a row, or 0, which no row has, for anything else."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 9 else 0
