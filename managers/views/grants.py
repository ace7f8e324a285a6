"""The administrator's page: who holds which role for the trust; roles are given and withdrawn here."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.domain.days import day_of
from core.grants.domain.grant import ROLE_SAYS, ROLE_WORDS, GrantRole
from core.grants.grants import (
    LastAdministrator,
    NoSuchGrant,
    WrongGrant,
    find_grant,
    give_as_administrator,
    is_last_administrator,
    list_grants,
    withdraw_unless_last,
)
from core.grants.models import Grant
from core.schools import schools_of
from db import in_transaction, reading, utcnow
from lti.domain.roles import Role
from lti.visits.permission import IN_COURSE, current_grants, current_visit, permit, visit_actor
from managers.views.forms import GrantForm

blueprint = Blueprint("grants", __name__)
ADMINISTRATORS = frozenset({GrantRole.ADMINISTRATOR})
NO_ROLE: frozenset[Role] = frozenset()
# The field of the form that each part of a grant comes from.
FIELDS = {"email": "address", "school": "school", "title": "title", "until": "until_day"}


@blueprint.get("/grants")
@permit(NO_ROLE, IN_COURSE, ADMINISTRATORS)
def index() -> str:
    """List who holds what, and offer to give a role."""
    return _page(GrantForm(day_of(utcnow()), formdata=None))


def _page(form: GrantForm) -> str:
    visit, session, now = current_visit(), reading(), utcnow()
    listed = list_grants(session, now, visit.trust)
    return render_template(
        "grants/index.html",
        held=[each for each in listed if each.is_in_force],
        ended=[each for each in listed if not each.is_in_force],
        schools=schools_of(session, visit.trust),
        given=request.args.get("given", type=int),
        withdrawn=request.args.get("withdrawn") == "yes",
        role_words=ROLE_WORDS,
        role_says=ROLE_SAYS,
        today=day_of(now),
        form=form,
    )


@blueprint.post("/grants")
@permit(NO_ROLE, IN_COURSE, ADMINISTRATORS)
def create() -> tuple[str, int] | Response:
    """Give a role; anything missing is asked for again."""
    form, visit, now = GrantForm(day_of(utcnow())), current_visit(), utcnow()
    if not form.validate():
        return _page(form), 422
    offer, actor = form.offer_for(visit.trust), visit_actor()
    try:
        given = in_transaction(lambda session: give_as_administrator(session, offer, actor, now).id)
    except WrongGrant as error:
        form[FIELDS[error.part]].errors = [str(error)]
        return _page(form), 422
    return redirect(url_for("grants.index", given=given, _anchor="held"), code=303)


@blueprint.get("/grants/<int(max=2147483647):number>/withdraw")
@permit(NO_ROLE, IN_COURSE, ADMINISTRATORS)
def ask(number: int) -> str:
    """Ask before a role is withdrawn, and say what that means."""
    return _question(number)


def _question(number: int) -> str:
    session = reading()
    grant = _grant(session, number)
    is_last = is_last_administrator(session, grant, utcnow())
    return render_template(
        "grants/ask.html", grant=grant, is_last=is_last, role_words=ROLE_WORDS, form=FlaskForm(formdata=None)
    )


def _grant(session: Session, number: int) -> Grant:
    grant = find_grant(session, number, utcnow(), current_visit().trust)
    if not grant:
        raise NotFound
    return grant


@blueprint.post("/grants/<int(max=2147483647):number>/withdraw")
@permit(NO_ROLE, IN_COURSE, ADMINISTRATORS)
def withdraw(number: int) -> tuple[str, int] | Response:
    """Withdraw a role, but never that of the last administrator."""
    trust, actor, now = current_visit().trust, visit_actor(), utcnow()
    try:
        in_transaction(lambda session: withdraw_unless_last(session, number, trust, actor, now))
    except LastAdministrator:
        return _question(number), 409
    except NoSuchGrant as error:
        raise NotFound from error
    others = {held.number for held in current_grants() if held.role is GrantRole.ADMINISTRATOR} - {number}
    # Someone who withdraws their own role cannot open this page any more.
    return redirect(url_for("grants.index", withdrawn="yes") if others else url_for("desk.index"), code=303)
