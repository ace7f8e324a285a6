"""The desk: what someone may do here beyond their own training, and why."""

from typing import Any

from flask import Blueprint, render_template, request

from core.grants.domain.grant import ROLE_WORDS
from core.schools import schools_with
from db import reading
from lti.visits.permission import EVERYBODY_HERE, IN_COURSE, LEADERS, current_visit, permit, visit_grants
from managers.desk import desk_items

blueprint = Blueprint("desk", __name__)


@blueprint.app_context_processor
def navigation() -> dict[str, Any]:
    """Give templates the items of the desk, which are looked for only where a page shows them."""
    return {"desk_items": desk_items, "desk_part": request.blueprint}


@blueprint.get("/desk")
@permit(EVERYBODY_HERE, IN_COURSE)
def index() -> str:
    """Show what the person may do, by which role, and how to confirm their address where that comes first."""
    visit, grants = current_visit(), visit_grants()
    ids = frozenset().union(*(held.school_ids for held in grants.held))
    names = {school.id: school.name for school in schools_with(reading(), visit.trust, ids)} if ids else {}
    return render_template(
        "desk/index.html",
        held=grants.held,
        has_to_confirm=grants.has_to_confirm,
        school_names=names,
        role_words=ROLE_WORDS,
        leads=visit.role in LEADERS,
        has_switched=visit.has_switched or visit.is_test,
        address=visit.person_email,
    )
