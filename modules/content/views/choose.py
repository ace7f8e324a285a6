"""Choosing training for a course, in the LMS's own dialog: what there is, how it shows there, and the answer."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from config import Settings
from core.domain.days import BRITAIN
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.message import Purpose
from lti.due_dates import DueDates
from lti.launch.deep_linking import choosing_of
from lti.visits.frame import let_forms_go_to
from lti.visits.permission import EVERYBODY_HERE, LEADERS, current_visit, permit
from modules.content.choose import add_nothing, add_to_course, offers, refusal_of
from modules.content.views.forms import ChoosingForm

blueprint = Blueprint("choose", __name__)

WHILE_CHOOSING = frozenset({Purpose.CHOOSING})


@blueprint.get("/choosing")
@permit(EVERYBODY_HERE, WHILE_CHOOSING)
def index() -> str | Response:
    """Show what can be added to the course; who cannot choose is told why."""
    if refusal_of(current_visit()):
        return redirect(url_for("choose.refused"))
    return _page(_form())


def _form() -> ChoosingForm:
    visit = current_visit()
    today = utcnow().astimezone(BRITAIN).date()
    return ChoosingForm(offers(reading(), visit.trust, visit.course_id), choosing_of(visit).takes_several, today)


def _due_dates(form: ChoosingForm) -> Mapping[str, date]:
    """Return the date by which everyone in this course has to do each module, where the trust's rules give one."""
    visit, modules = current_visit(), [offer.module.key for offer in form.offers if not offer.module.is_practice]
    return service(DueDates).of_course(reading(), visit.trust, visit.course_id, modules, form.today)


def _page(form: ChoosingForm) -> str:
    visit = current_visit()
    return render_template(
        "choose/index.html",
        form=form,
        choosing=choosing_of(visit),
        family=visit.lms_family,
        due_dates=_due_dates(form),
    )


@blueprint.get("/choosing/refused")
@permit(EVERYBODY_HERE, WHILE_CHOOSING)
def refused() -> tuple[str, int] | Response:
    """Say why nothing can be chosen here, with a way back into the course."""
    refusal = refusal_of(current_visit())
    if not refusal:
        return redirect(url_for("choose.index"))
    return render_template("choose/refused.html", refusal=refusal, form=FlaskForm()), 403


@blueprint.post("/choosing/add")
@permit(LEADERS, WHILE_CHOOSING)
def add() -> str | tuple[str, int] | Response:
    """Hand the LMS what was chosen; a form with something wrong in it comes back as it was sent."""
    if refusal_of(current_visit()):
        return redirect(url_for("choose.refused"), code=303)
    form = _form()
    if not form.validate():
        return _page(form), 422
    settings, visit, due_dates = service(Settings), current_visit(), _due_dates(form)
    return_url, answer = in_transaction(
        lambda session: add_to_course(session, visit, form.chosen, form.options, due_dates, settings, utcnow())
    )
    let_forms_go_to(return_url)
    return render_template("choose/add.html", return_url=return_url, answer=answer)


@blueprint.post("/choosing/cancel")
@permit(EVERYBODY_HERE, WHILE_CHOOSING)
def cancel() -> str:
    """Hand the LMS an empty answer, so that its dialog closes."""
    settings = service(Settings)
    return_url, answer = add_nothing(reading(), current_visit(), settings, utcnow())
    let_forms_go_to(return_url)
    return render_template("choose/cancel.html", return_url=return_url, answer=answer)
