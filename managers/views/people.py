"""The managers' pages of people: who has finished, who has not, and where their grades are."""

from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.domain.days import day_of
from core.services import service
from db import in_transaction, reading, transaction, utcnow
from lti.grades.deliveries import send_again as put_back
from lti.grades.jobs import GradeJobs
from lti.services.roster_jobs import RosterJobs
from lti.visits.permission import IN_COURSE, LEADERS, activity_of, current_visit, may_use, permit
from lti.visits.visit import CurrentVisit
from managers.grade_history import MOST_TRIES, grade_page
from managers.listing.views.staff import staff_file, staff_page
from managers.person_page import staff_page_of
from managers.scope import SEES_STAFF, ScopeKind, StaffScope, member_in_sight, scope_here, scopes_here
from managers.views.course_people import chosen_module, course_file, course_page
from modules.content.publish import content_of, contents_of_trust, latest_version
from modules.domain.content import TrainingModule
from modules.passes.carry_over import carry_over_all

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@permit(LEADERS, IN_COURSE, SEES_STAFF)
def index() -> Response | str:
    """Show one page of the people whom someone asked for, with counts that act as filters."""
    scope = _scope()
    if scope.kind is not ScopeKind.COURSE:
        return staff_page(scope)
    if not (current_visit().module or chosen_module()):
        return redirect(url_for("course.index"))
    return course_page(scope)


def _scope() -> StaffScope:
    """Return the scope that was asked for; from a course's menu without a module, one beyond the course comes first."""
    word = request.args.get("scope", "")
    has_module = current_visit().module or chosen_module()
    beyond = [scope for scope in scopes_here() if scope.kind is not ScopeKind.COURSE]
    return beyond[0] if not word and not has_module and beyond else scope_here(word)


@blueprint.get("/people.csv")
@permit(LEADERS, IN_COURSE, SEES_STAFF)
def csv() -> Response:
    """Answer with the same people as a CSV file, all of them."""
    return _file("csv")


@blueprint.get("/people.xlsx")
@permit(LEADERS, IN_COURSE, SEES_STAFF)
def xlsx() -> Response:
    """Answer with the same people as a workbook, all of them."""
    return _file("xlsx")


def _file(ending: str) -> Response:
    scope = _scope()
    return course_file(scope, ending) if scope.kind is ScopeKind.COURSE else staff_file(scope, ending)


@blueprint.get("/people/<int(max=2147483647):staff_id>")
@permit(LEADERS, IN_COURSE, SEES_STAFF)
def person(staff_id: int) -> str:
    """Show one staff member: their training, and what is on record of them; NotFound for anyone out of sight."""
    session, today, trust = reading(), day_of(utcnow()), current_visit().trust
    found = member_in_sight(session, staff_id, scopes_here())
    if not found:
        raise NotFound
    contents = contents_of_trust(session, trust)
    return render_template(
        "people/person.html",
        page=staff_page_of(session, *found, today),
        scope=found[1],
        scopes=scopes_here(),
        titles={key: content.module.title for key, content in contents.items()},
        today=today,
        decides=may_use("same_people.index"),
        sets_dates=may_use("exceptions.index"),
    )


@blueprint.post("/people/read-again")
@permit(LEADERS, IN_COURSE)
def read_again() -> Response:
    """Ask for the course's list of people to be read from the LMS, unless that was done a moment ago."""
    asked = service(RosterJobs).read_again(current_visit().course_id)
    return redirect(url_for("people.index", asked="yes" if asked else "before", module=chosen_module()), code=303)


@blueprint.get("/people/<int(max=2147483647):person_id>/grade")
@permit(LEADERS, IN_COURSE)
def grade(person_id: int) -> str:
    """Show where a person's grade is, with every try to send it."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module or chosen_module(), visit.trust)
    return render_template(
        "people/grade.html",
        content=content_of(version),
        page=grade_page(session, visit.course_id, version.module, person_id),
        most_tries=MOST_TRIES,
        chosen=chosen_module(),
        sent=request.args.get("sent", type=int),
        form=FlaskForm(),
    )


@blueprint.post("/people/send-again")
@permit(LEADERS, IN_COURSE)
def send_again() -> Response:
    """Put the grades that needed attention back into the queue."""
    return redirect(url_for("people.index", sent=_sent_again(), module=chosen_module()), code=303)


@blueprint.post("/people/<int(max=2147483647):person_id>/send-again")
@permit(LEADERS, IN_COURSE)
def send_grade_again(person_id: int) -> Response:
    """Put one person's grade back into the queue, whatever has become of it."""
    sent = _sent_again(person_id)
    return redirect(url_for("people.grade", person_id=person_id, sent=sent, module=chosen_module()), code=303)


@blueprint.post("/people/carry-over")
@permit(LEADERS)
def carry_over() -> Response:
    """Send this activity the grades of those who passed its module in another one."""
    visit = current_visit()
    module = content_of(latest_version(reading(), visit.module, visit.trust)).module
    pieces = iter(lambda: in_transaction(lambda session: _carried(session, visit, module)), 0)
    count = sum(islice(pieces, MOST_PIECES))
    service(GradeJobs).send()
    return redirect(url_for("people.index", carried=count), code=303)


# Each is a separate transaction, so that people's answers get their turn.
MOST_PIECES = 10


def _carried(session: Session, visit: CurrentVisit, module: TrainingModule) -> int:
    return carry_over_all(session, activity_of(visit), module, utcnow())


def _sent_again(person_id: int | None = None) -> int:
    visit = current_visit()
    with transaction() as session:
        count = put_back(session, visit.course_id, visit.module or chosen_module(), utcnow(), person_id)
    service(GradeJobs).send()
    return count
