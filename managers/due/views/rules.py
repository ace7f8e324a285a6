"""Pages of rules for due dates: listed in words, looked at before they are added, and ended."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.domain.days import day_of
from core.domain.tolerant import storable
from core.grants.domain.grant import GrantRole, roles_in, schools_led
from core.schools import schools_of
from core.services import service
from db import in_transaction, reading, utcnow
from lti.domain.roles import Role
from lti.visits.permission import IN_COURSE, current_grants, current_visit, permit, visit_actor
from managers.due.exceptions import MOST_FOUND, staff_like
from managers.due.preview import preview
from managers.due.refresh import DueJobs, is_under_way
from managers.due.rules import NoSuchRule, add_rule, end_rule, job_groups, may_decide, rules_in_force
from managers.due.views.forms import Choices, RuleForm
from modules.content.publish import contents_of_trust

blueprint = Blueprint("due", __name__)
LONGEST_SOUGHT = 100
NO_ROLE: frozenset[Role] = frozenset()
FOR_TRUST = frozenset({GrantRole.TRUST_LEAD, GrantRole.ADMINISTRATOR})
RULE_MAKERS = FOR_TRUST | {GrantRole.SCHOOL_LEAD}


def decides_for() -> Collection[int] | None:
    """Return the schools for which the person of this visit decides; None for all of the trust."""
    held = current_grants()
    return None if roles_in(held) & FOR_TRUST else schools_led(held)


@blueprint.get("/due")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def index() -> str:
    """List the rules of the trust in words, and find people who are away."""
    session, trust, schools = reading(), current_visit().trust, decides_for()
    sought = storable(request.args.get("q", ""))[:LONGEST_SOUGHT].strip()
    return render_template(
        "due/index.html",
        rules=rules_in_force(session, trust),
        may_end=lambda rule: may_decide(rule.school_id, schools),
        is_under_way=is_under_way(session, trust),
        done=request.args.get("done"),
        sought=sought,
        found=staff_like(session, trust, schools, sought) if sought else [],
        most_found=MOST_FOUND,
        form=FlaskForm(formdata=None),
        **_names(),
    )


def _names() -> dict[str, Any]:
    """Return what rules call modules and schools."""
    session, trust = reading(), current_visit().trust
    contents = contents_of_trust(session, trust)
    return {
        "titles": {key: content.module.title for key, content in contents.items() if not content.module.is_practice},
        "school_names": {school.id: school.name for school in schools_of(session, trust)},
    }


@blueprint.get("/due/new")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def new() -> str:
    """Ask for a rule."""
    return _page(_form(formdata=None))


def _form(**given: Any) -> RuleForm:
    names, schools = _names(), decides_for()
    open_to = [number for number in names["school_names"] if may_decide(number, schools)]
    groups = job_groups(reading(), current_visit().trust)
    choices = Choices(names["titles"].keys(), open_to, groups, needs_school=schools is not None)
    return RuleForm(day_of(utcnow()), choices, **given)


def _page(form: RuleForm) -> str:
    return render_template("due/new.html", form=form, **_names())


@blueprint.post("/due/preview")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def look() -> str | tuple[str, int]:
    """Say what a rule would do, before it is added; anything missing is asked for again."""
    form, trust = _form(), current_visit().trust
    if not form.validate():
        return _page(form), 422
    seen = preview(reading(), trust, form.audience, form.terms, form.today)
    return render_template("due/look.html", form=form, seen=seen, **_names())


@blueprint.post("/due")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def create() -> tuple[str, int] | Response:
    """Add a rule; due dates are worked out anew in the background."""
    form, trust = _form(), current_visit().trust
    if request.form.get("change") or not form.validate():
        return _page(form), 200 if request.form.get("change") else 422
    audience, terms, actor = form.audience, form.terms, visit_actor()
    in_transaction(lambda session: add_rule(session, trust, audience, terms, actor, utcnow()))
    return _worked_out("added")


@blueprint.post("/due/<int(max=2147483647):number>/end")
@permit(NO_ROLE, IN_COURSE, RULE_MAKERS)
def end(number: int) -> Response:
    """End a rule; due dates are worked out anew in the background."""
    trust, schools, actor = current_visit().trust, decides_for(), visit_actor()
    try:
        in_transaction(lambda session: end_rule(session, number, trust, schools, actor, utcnow()))
    except NoSuchRule as error:
        raise NotFound from error
    return _worked_out("ended")


def _worked_out(done: str) -> Response:
    """Have a worker begin, and show the rules."""
    service(DueJobs).work_out()
    return redirect(url_for("due.index", done=done), code=303)
