"""The managers' pages of a course: who has finished the module, who has not, and where their grades are."""

from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from config import Settings
from core.domain.tolerant import storable
from core.services import service
from db import in_transaction, reading, transaction, utcnow
from lti.grades.deliveries import send_again as put_back
from lti.grades.jobs import GradeJobs
from lti.services.roster_jobs import RosterJobs
from lti.visits.permission import IN_COURSE, LEADERS, activity_of, current_visit, permit
from lti.visits.visit import CurrentVisit
from managers.grade_history import MOST_TRIES, grade_page
from managers.people import course_of_page, people_page
from managers.role_differences import role_differences
from modules.content.publish import content_of, latest_and_in_force, latest_version
from modules.domain.content import TrainingModule
from modules.passes.carry_over import carry_over_all
from modules.passes.course_progress import Standing

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@permit(LEADERS, IN_COURSE)
def index() -> str:
    """Show one page of the course's people, with counts that act as filters."""
    visit, session = current_visit(), reading()
    version, in_force = latest_and_in_force(session, visit.module or _chosen(), visit.trust)
    module, policy = content_of(version).module, content_of(in_force).policy
    here = course_of_page(session, visit.course_id, module.key, utcnow())
    service(RosterJobs).ask(here.course)
    if here.stale_activity:
        service(GradeJobs).compare_module(here.stale_activity)
    only = _standing(request.args.get("standing", ""))
    page = request.args.get("page", 1, type=int)
    size = service(Settings).people_per_page
    is_restricted = here.course.restricted_count > 0
    return render_template(
        "people/index.html",
        content=content_of(version),
        course=here.course,
        has_activity=here.has_activity,
        role_differences=role_differences(session, here.course),
        family=visit.lms_family,
        people=people_page(session, visit.course_id, module, only, page, size, utcnow(), policy, is_restricted),
        only=only,
        standings=[each for each in Standing if module.acknowledges or each is not Standing.UNCONFIRMED],
        now=utcnow(),
        requests=here.requests,
        asked=request.args.get("asked"),
        sent=request.args.get("sent", type=int),
        chosen=_chosen(),
        chosen_here=visit.chosen_here,
        at_activity=visit.activity_id,
        carried=request.args.get("carried", type=int),
        form=FlaskForm(),
    )


def _chosen() -> str | None:
    """Return the module whose people the leader chose to see; in a visit from an activity there is no choice."""
    return storable(request.args.get("module", "")) or None if current_visit().module is None else None


def _standing(name: str) -> Standing | None:
    """Return the standing of that name; a name that is none shows everybody."""
    return next((standing for standing in Standing if standing.value == name), None)


@blueprint.post("/people/read-again")
@permit(LEADERS, IN_COURSE)
def read_again() -> Response:
    """Ask for the course's list of people to be read from the LMS, unless that was done a moment ago."""
    asked = service(RosterJobs).read_again(current_visit().course_id)
    return redirect(url_for("people.index", asked="yes" if asked else "before", module=_chosen()), code=303)


@blueprint.get("/people/<int(max=2147483647):person_id>/grade")
@permit(LEADERS, IN_COURSE)
def grade(person_id: int) -> str:
    """Show where a person's grade is, with every try to send it."""
    visit, session = current_visit(), reading()
    version = latest_version(session, visit.module or _chosen(), visit.trust)
    return render_template(
        "people/grade.html",
        content=content_of(version),
        page=grade_page(session, visit.course_id, version.module, person_id),
        most_tries=MOST_TRIES,
        chosen=_chosen(),
        sent=request.args.get("sent", type=int),
        form=FlaskForm(),
    )


@blueprint.post("/people/send-again")
@permit(LEADERS, IN_COURSE)
def send_again() -> Response:
    """Put the grades that needed attention back into the queue."""
    return redirect(url_for("people.index", sent=_sent_again(), module=_chosen()), code=303)


@blueprint.post("/people/<int(max=2147483647):person_id>/send-again")
@permit(LEADERS, IN_COURSE)
def send_grade_again(person_id: int) -> Response:
    """Put one person's grade back into the queue, whatever has become of it."""
    sent = _sent_again(person_id)
    return redirect(url_for("people.grade", person_id=person_id, sent=sent, module=_chosen()), code=303)


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
        count = put_back(session, visit.course_id, visit.module or _chosen(), utcnow(), person_id)
    service(GradeJobs).send()
    return count
