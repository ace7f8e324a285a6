"""The page on which those who lead a course look at one person's answers, opened from the LMS's gradebook."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import Forbidden

from db import reading, utcnow
from lti.domain.message import Purpose
from lti.visits.permission import EVERYBODY_HERE, LEADERS, current_visit, permit
from managers.review import ReviewedAttempt, review_of
from modules.content.publish import content_of, latest_version
from modules.domain.check_results import rules_result
from modules.domain.explained import explained
from modules.domain.result import by_scenario
from modules.play.answer_key import may_see_key
from modules.play.views.check_form import BINS

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
        own=own,
        shows_best=leads or may_see_key(session, visit.person_id, content_of(version).module, utcnow()),
        **(_answers_in(reviewed) if reviewed else {}),
    )


def _answers_in(reviewed: ReviewedAttempt) -> dict[str, Any]:
    """Return every decision and every rule check of an attempt, as its page shows them."""
    content, progress = reviewed.content, reviewed.progress
    return {
        "stories": list(by_scenario(content, progress.steps)),
        "rules": rules_result(content, progress.checks),
        "checks": [(step, list(explained(step, content))) for step in progress.checks],
        "bins": {each.value: words for each, words in BINS.items()},
    }
