"""The page behind a link in the course's menu, which is no activity: its modules, and how far its people are."""

from flask import Blueprint, render_template

from db import reading, utcnow
from lti.domain.message import Purpose
from lti.visits.permission import EVERYBODY_HERE, LEADERS, current_visit, has_desk, permit
from managers.course import modules_of_course

blueprint = Blueprint("course", __name__)


@blueprint.get("/course")
@permit(EVERYBODY_HERE, frozenset({Purpose.COURSE}))
def index() -> str:
    """Show the course's modules: to those who lead it with how many have passed, to others with their own standing."""
    visit = current_visit()
    found = modules_of_course(reading(), visit.course_id, visit.trust, visit.person_id, utcnow())
    leads = visit.role in LEADERS
    return render_template(
        "course/index.html", modules=found, leads=leads, has_desk=has_desk(), title=visit.course_title
    )
