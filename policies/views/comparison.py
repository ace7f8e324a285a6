"""The page where people who lead a course read what their trust's policy says about each act, topic by topic."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from config import Settings
from core.services import service
from db import reading
from lti.visits.permission import IN_COURSE, LEADERS, current_visit, permit
from policies.domain.comparison import compare_acts, families_of, topic_of
from policies.domain.policy import Policy
from policies.published import NoPolicy, acts_in_force, floor_in_force, policies_in_force

blueprint = Blueprint("comparison", __name__)
EVERY_TRUST = "all"


@blueprint.get("/policies")
@permit(LEADERS, IN_COURSE)
def moved() -> Response:
    """Lead from the page's old address to the new one, with the same topic and trust."""
    family, trust = request.args.get("family"), request.args.get("trust")
    return redirect(url_for("comparison.index", family=family, trust=trust), 308)


@blueprint.get("/compare")
@permit(LEADERS, IN_COURSE)
def index() -> tuple[str, int]:
    """Show what the trust's own policy says about the acts in one topic, next to other policies if that is allowed."""
    vocabulary, policies = acts_in_force(reading()).values(), policies_in_force(reading())
    own, families = own_policy(policies, current_visit().trust), families_of(vocabulary)
    others = others_of(policies, own.key) if service(Settings).compare_trusts else {}
    family, beside = request.args.get("family") or families[0], request.args.get("trust", "")
    trouble = _trouble(family, families, beside, others)
    floor = floor_in_force(reading(), own.key)
    side_by_side = [own, *(policy for key, policy in others.items() if beside in (key, EVERY_TRUST))]
    shown = render_template(
        "comparison/index.html",
        policies=side_by_side,
        own=own,
        topics={each: topic_of(each) for each in families},
        others=others,
        beside=beside,
        floor=floor,
        compared=next(iter(compare_acts(vocabulary, side_by_side, family, floor)), None),
        trouble=trouble,
    )
    return shown, trouble.status if trouble else 200


@dataclass(frozen=True)
class NotShown:
    """Why what someone asked for is not shown: in words, under which field, and with which status."""

    says: str
    field: str
    status: int = 404


def _trouble(family: str, families: tuple[str, ...], beside: str, others: Mapping[str, Policy]) -> NotShown | None:
    if family not in families:
        return NotShown("There is no such topic. Choose one from the list", "family")
    if (beside in ("", EVERY_TRUST) and (others or not beside)) or beside in others:
        return None
    if others:
        return NotShown("There is no such trust. Choose one from the list", "trust")
    return NotShown("Policies of other trusts are not shown here. You see your own trust’s", "family", 403)


def own_policy(policies: Mapping[str, Policy], trust: str) -> Policy:
    """Return a trust's policy; NoPolicy if none was published."""
    if trust not in policies:
        raise NoPolicy(trust)
    return policies[trust]


def others_of(policies: Mapping[str, Policy], own: str) -> dict[str, Policy]:
    """Return the policies of all other trusts, by trust key."""
    return {key: policy for key, policy in policies.items() if key != own}
