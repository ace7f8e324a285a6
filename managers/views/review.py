"""The page on which those who lead a course look at one person's answers, opened from the LMS's gradebook."""

from flask import Blueprint, render_template, request
from werkzeug.exceptions import Forbidden

from db import reading, utcnow
from lti.domain.message import Purpose
from lti.visits.permission import EVERYBODY_HERE, LEADERS, current_visit, permit
from managers.review import review_of
from modules.content.publish import content_of, latest_version
from modules.domain.result import by_scenario
from modules.play.answer_key import may_see_key

blueprint = Blueprint("review", __name__)


@blueprint.get("/review")
@permit(EVERYBODY_HERE, frozenset({Purpose.REVIEW}))
def index() -> str:
    """Show a person's attempts, and every decision of one; people who do not lead the course see their own."""
    visit, session = current_visit(), reading()
    if visit.role not in LEADERS and visit.about_id != visit.person_id:
        raise Forbidden
    version = latest_version(session, visit.module, visit.trust)
    attempt_id = request.args.get("attempt", type=int)
    own, leads = visit.about_id == visit.person_id, visit.role in LEADERS
    review = review_of(session, visit.about_id, visit.course_id, version.module, own, attempt_id)
    reviewed = review.reviewed if review else None
    return render_template(
        "review/index.html",
        content=reviewed.content if reviewed else content_of(version),
        review=review,
        stories=list(by_scenario(reviewed.content, reviewed.progress.steps)) if reviewed else [],
        own=own,
        shows_best=leads or may_see_key(session, visit.person_id, content_of(version).module, utcnow()),
    )
