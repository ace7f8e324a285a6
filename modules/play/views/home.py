"""The front page: what this activity is, how far the person has got, and what to do next."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from config import Settings
from core.domain.days import day_of
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.due_dates import DueDates
from lti.grades.deliveries import Owed, owed_at
from lti.grades.gradebook_checks import is_stale
from lti.grades.jobs import GradeJobs
from lti.models import Delivery
from lti.visits.permission import EVERYBODY_HERE, LEADERS, activity_of, current_visit, has_desk, permit
from lti.visits.visit import CurrentVisit
from modules.models import ResultRow
from modules.passes.carry_over import as_carried, pass_to_carry
from modules.passes.jobs import PassJobs
from modules.play.front_page import front_page
from modules.play.recognition import ask_for_it, use_here

blueprint = Blueprint("home", __name__)
DOORS = {Purpose.COURSE: "course.index", Purpose.CHOOSING: "choose.index", Purpose.REVIEW: "review.index"}


@blueprint.get("/")
@permit(EVERYBODY_HERE, frozenset(Purpose))
def door() -> str | Response:
    """Lead to what the visit is for: an activity's module, or for those who lead the course its people."""
    visit = current_visit()
    if visit.purpose is not Purpose.TRAINING:
        return redirect(url_for(DOORS[visit.purpose]))
    if not visit.module:
        return redirect(url_for("assign.index" if visit.role in LEADERS else "assign.waiting"))
    return redirect(url_for("people.index")) if visit.role in LEADERS else module()


@blueprint.get("/module")
@permit(EVERYBODY_HERE)
def module() -> str:
    """Show what the module is for, where the person is with it, and what is next."""
    visit, session = current_visit(), reading()
    page = front_page(session, visit, service(Settings).match_emails, utcnow())
    owed = owed_at(session, activity_of(visit), visit.person_id)
    learns = visit.role is Role.STAFF and not visit.has_switched
    if owed.grade and is_stale(owed.grade, utcnow()):
        service(GradeJobs).compare_person(activity_of(visit), visit.person_id)
    lacking = pass_to_carry(page.results, owed, page.renewal)
    carried = _carried_over(visit, owed, lacking) if lacking and learns and not visit.is_test else None
    asked = learns and not visit.is_test and not page.is_practice
    return render_template(
        "home/module.html",
        page=page,
        content=page.content,
        delivery=carried or owed.grade,
        takes_grade=owed.takes_grade,
        shows_other=owed.of_other and not carried,
        leads=visit.role in LEADERS,
        has_desk=has_desk(),
        learns=learns,
        is_test=visit.is_test,
        just_dropped=request.args.get("dropped") == "yes",
        has_switched=visit.has_switched,
        due_on=service(DueDates).of_person(session, visit.person_id, page.content.module.key) if asked else None,
        today=day_of(utcnow()),
        form=FlaskForm(),
    )


def _carried_over(visit: CurrentVisit, owed: Owed, lacking: ResultRow) -> Delivery | None:
    """Have a pass carried over in the background, and return the delivery as it will be then."""
    service(PassJobs).carry_over(activity_of(visit), lacking.attempt_id)
    return as_carried(reading(), owed, lacking, activity_of(visit))


@blueprint.post("/module/certificate-from-elsewhere")
@permit(EVERYBODY_HERE)
def use_certificate() -> Response:
    """Let a certificate that the person holds under another id of theirs count here."""
    visit = current_visit()
    in_transaction(lambda session: use_here(session, visit, utcnow()))
    service(GradeJobs).send()
    return redirect(url_for("home.module"), code=303)


@blueprint.post("/module/certificate-from-elsewhere/request")
@permit(frozenset({Role.STAFF}))
def ask_for_certificate() -> Response:
    """Ask those who lead the course to confirm that a certificate under another id is the person's own."""
    visit, matches = current_visit(), service(Settings).match_emails
    in_transaction(lambda session: ask_for_it(session, visit, matches, utcnow()))
    return redirect(url_for("home.module"), code=303)
