"""The page with what national law and guidance say, clause by clause, and whether the trust has confirmed it."""

from flask import Blueprint, render_template

from db import reading
from lti.visits.permission import EVERYBODY_HERE, IN_COURSE, current_visit, permit
from policies.published import acts_in_force, floor_in_force

blueprint = Blueprint("floor", __name__)


@blueprint.get("/floor")
@permit(EVERYBODY_HERE, IN_COURSE)
def index() -> str:
    """Show every clause with its source, what follows from it, and what the trust has decided about it."""
    floor = floor_in_force(reading(), current_visit().trust)
    return render_template("floor/index.html", floor=floor, acts=acts_in_force(reading()))
