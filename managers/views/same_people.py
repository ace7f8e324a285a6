"""People who may be the same: someone who knows them says whether they are one person or two."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from core.grants.domain.grant import GrantRole
from core.schools import schools_of
from db import in_transaction, reading, utcnow
from lti.domain.roles import Role
from lti.visits.permission import IN_COURSE, current_visit, permit, visit_actor
from managers.staff.same_people import NotToDecide, decide, decisions_of, pairs_of, take_back

blueprint = Blueprint("same_people", __name__)
NO_ROLE: frozenset[Role] = frozenset()
WHO_MAY = frozenset({GrantRole.ADMINISTRATOR, GrantRole.TRUST_LEAD})
MOST_SHOWN = 20
STAFF = "int(max=2147483647)"


@blueprint.get("/same-people")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def index() -> str:
    """Show who may be the same, and what was decided."""
    session, trust = reading(), current_visit().trust
    return render_template(
        "same_people/index.html",
        pairs=pairs_of(session, trust, MOST_SHOWN),
        decisions=decisions_of(session, trust),
        most=MOST_SHOWN,
        schools={school.id: school.name for school in schools_of(session, trust)},
        done=request.args.get("done") == "yes",
        form=FlaskForm(formdata=None),
    )


@blueprint.post(f"/same-people/<{STAFF}:one>/<{STAFF}:other>/same")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def same(one: int, other: int) -> Response:
    """Note that two are one person."""
    return _decided(one, other, is_same=True)


@blueprint.post(f"/same-people/<{STAFF}:one>/<{STAFF}:other>/apart")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def apart(one: int, other: int) -> Response:
    """Note that two are two people."""
    return _decided(one, other, is_same=False)


def _decided(one: int, other: int, is_same: bool) -> Response:
    trust, actor, now = current_visit().trust, visit_actor(), utcnow()
    try:
        in_transaction(lambda session: decide(session, trust, (one, other), is_same, actor, now))
    except NotToDecide as error:
        raise NotFound from error
    return redirect(url_for("same_people.index", done="yes"), code=303)


@blueprint.post(f"/same-people/decisions/<{STAFF}:number>/undo")
@permit(NO_ROLE, IN_COURSE, WHO_MAY)
def undo(number: int) -> Response:
    """Take a decision back."""
    trust, actor, now = current_visit().trust, visit_actor(), utcnow()
    try:
        in_transaction(lambda session: take_back(session, trust, number, actor, now))
    except NotToDecide as error:
        raise NotFound from error
    return redirect(url_for("same_people.index", done="yes"), code=303)
