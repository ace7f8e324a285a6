"""Confirming an e-mail address, where the LMS does not: a code is asked for, mailed and entered."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from core.mail.jobs import SEND_MAIL
from core.queue.queue import Queue
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.address_code import GOOD_FOR, MOST_FOR_PERSON, MOST_TRIES, CodeAnswer
from lti.visits.address_codes import TooManyCodes, has_open_code, send_code, take_code
from lti.visits.permission import EVERYBODY_HERE, IN_COURSE, current_visit, permit, visit_actor, visit_grants
from lti.visits.visit import CurrentVisit
from managers.views.forms import CodeForm

blueprint = Blueprint("address", __name__)
WORDS = {
    CodeAnswer.WRONG: "This is not the code that we sent. Check it and enter it again",
    CodeAnswer.NEEDS_NEW: "This code cannot be used any more. Ask for a new one",
}
TOO_MANY = "We have sent as many codes as we can in a day. Ask for another one tomorrow"


@blueprint.get("/desk/address")
@permit(EVERYBODY_HERE, IN_COURSE)
def index() -> str | Response:
    """Offer to mail a code, and ask for the one that was mailed."""
    if not visit_grants().has_to_confirm:
        return redirect(url_for("desk.index"))
    return _page(CodeForm(formdata=None))


def _page(form: CodeForm, trouble: str | None = None) -> str:
    visit = _visit_to_confirm()
    return render_template(
        "address/index.html",
        address=visit.person_email,
        was_sent=has_open_code(reading(), visit, utcnow()),
        form=form,
        plain_form=FlaskForm(formdata=None),
        trouble=trouble,
        minutes=int(GOOD_FOR.total_seconds()) // 60,
        most_tries=MOST_TRIES,
        most_codes=MOST_FOR_PERSON,
    )


def _visit_to_confirm() -> CurrentVisit:
    """Return the visit of someone who has an address to confirm; Forbidden if there is nothing to confirm."""
    if not visit_grants().has_to_confirm:
        raise Forbidden
    return current_visit()


@blueprint.post("/desk/address/code")
@permit(EVERYBODY_HERE, IN_COURSE)
def send() -> tuple[str, int] | Response:
    """Mail a new code."""
    visit, secret = _visit_to_confirm(), str(current_app.secret_key)
    try:
        in_transaction(lambda session: send_code(session, visit, current_app.jinja_env, secret, utcnow()))
    except TooManyCodes:
        return _page(CodeForm(formdata=None), TOO_MANY), 429
    service(Queue).put(SEND_MAIL)
    return redirect(url_for("address.index"), code=303)


@blueprint.post("/desk/address")
@permit(EVERYBODY_HERE, IN_COURSE)
def confirm() -> tuple[str, int] | Response:
    """Take a code: the right one opens the desk."""
    form, visit, secret = CodeForm(), _visit_to_confirm(), str(current_app.secret_key)
    if not form.validate():
        return _page(form), 422
    actor, given = visit_actor(), form.code.data or ""
    answer = in_transaction(lambda session: take_code(session, visit, given, secret, actor, utcnow()))
    if answer is CodeAnswer.CONFIRMED:
        return redirect(url_for("desk.index"), code=303)
    form.code.errors = [WORDS[answer]]
    return _page(form), 422
