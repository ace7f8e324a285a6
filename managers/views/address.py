"""Confirming an e-mail address, where the LMS does not: a code is asked for, mailed and entered."""

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from core.mail.jobs import SEND_MAIL
from core.queue.queue import Queue
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.address_code import GOOD_FOR, MOST_FOR_PERSON, MOST_TRIES, CodeAnswer
from lti.visits.address_codes import (
    AddressToConfirm,
    TooManyCodes,
    address_to_confirm,
    fate_of_code,
    send_code,
    take_code,
)
from lti.visits.permission import EVERYBODY_HERE, IN_COURSE, current_visit, permit, visit_actor, visit_grants
from managers.views.forms import CodeForm

blueprint = Blueprint("address", __name__)
WORDS = {
    CodeAnswer.WRONG: "This is not the code that we sent. Check it and enter it again",
    CodeAnswer.NEEDS_NEW: "This code is no longer valid. Ask for a new one",
}
TOO_MANY = "We have sent as many codes as we can in a day. Ask for another one tomorrow"


@blueprint.get("/desk/address")
@permit(EVERYBODY_HERE, IN_COURSE)
def index() -> str | Response:
    """Offer to mail a code, and ask for the one that was mailed."""
    whose = _whose()
    return _page(whose, CodeForm(formdata=None)) if whose else redirect(url_for("desk.index"))


def _page(whose: AddressToConfirm, form: CodeForm, trouble: str | None = None) -> str:
    return render_template(
        "address/index.html",
        address=whose.address,
        fate=fate_of_code(reading(), whose, utcnow()),
        form=form,
        plain_form=FlaskForm(formdata=None),
        trouble=trouble,
        minutes=int(GOOD_FOR.total_seconds()) // 60,
        most_tries=MOST_TRIES,
        most_codes=MOST_FOR_PERSON,
    )


def _whose() -> AddressToConfirm | None:
    """Return the address that the person of this visit has to confirm; None if there is nothing to confirm."""
    return address_to_confirm(current_visit()) if visit_grants().has_to_confirm else None


@blueprint.post("/desk/address/code")
@permit(EVERYBODY_HERE, IN_COURSE)
def send() -> tuple[str, int] | Response:
    """Mail a new code."""
    whose, trust, templates = _whose(), current_visit().trust_name, current_app.jinja_env
    if not whose:
        return redirect(url_for("desk.index"), code=303)
    secret = str(current_app.secret_key)
    try:
        in_transaction(lambda session: send_code(session, whose, trust, templates, secret, utcnow()))
    except TooManyCodes:
        return _page(whose, CodeForm(formdata=None), TOO_MANY), 429
    service(Queue).put(SEND_MAIL)
    return redirect(url_for("address.index"), code=303)


@blueprint.post("/desk/address")
@permit(EVERYBODY_HERE, IN_COURSE)
def confirm() -> tuple[str, int] | Response:
    """Take a code: the right one opens the desk."""
    form, whose, actor = CodeForm(), _whose(), visit_actor()
    if not whose:
        return redirect(url_for("desk.index"), code=303)
    if not form.validate():
        return _page(whose, form), 422
    given, secret = form.code.data or "", str(current_app.secret_key)
    answer = in_transaction(lambda session: take_code(session, whose, given, secret, actor, utcnow()))
    if answer is CodeAnswer.CONFIRMED:
        return redirect(url_for("desk.index"), code=303)
    form.code.errors = [WORDS[answer]]
    return _page(whose, form), 422
