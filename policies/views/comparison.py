"""The page on which those who lead a course compare what the policies make of each act."""

from flask import Blueprint, render_template, request

from lti.permission import IN_COURSE, LEADERS, current_visit, permit
from policies.domain.comparison import compare_acts, families_of
from policies.domain.policy import Policy
from policies.library import acts, policies

blueprint = Blueprint("policies", __name__)


@blueprint.get("/policies")
@permit(LEADERS, IN_COURSE)
def comparison() -> str:
    """Show every act with the stance of each policy, or the acts of one family."""
    own = current_visit().trust
    families, side_by_side = families_of(acts().values()), own_first(own)
    asked = request.args.get("family", "")
    only = asked if asked in families else None
    return render_template(
        "policies/comparison.html",
        policies=side_by_side,
        own=own,
        families=families,
        only=only,
        compared=compare_acts(acts().values(), side_by_side, only),
    )


def own_first(own: str) -> list[Policy]:
    """Return all policies, that of this trust before the others."""
    return sorted(policies().values(), key=lambda policy: policy.key != own)
