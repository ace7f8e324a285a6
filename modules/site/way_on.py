"""The way on from an error page: one button back to where the person was, or to what they came for."""

from dataclasses import dataclass

from flask import request, session, url_for
from sqlalchemy.exc import SQLAlchemyError

from db import reading
from lti.domain.message import Purpose
from lti.errors import LaunchError
from lti.visits.permission import LEADERS, visit_or_none
from lti.visits.visit import CurrentVisit, way_back_of
from modules.content.publish import NotPublished
from modules.errors import AttemptError


@dataclass(frozen=True)
class WayOn:
    """A button: what it says, and the address that it leads to."""

    words: str
    address: str


# What the front door of a visit leads to (modules/play/views/home.py): from there it leads nowhere else.
BEHIND_THE_DOOR = {
    Purpose.TRAINING: "home.module",
    Purpose.COURSE: "course.index",
    Purpose.CHOOSING: "choose.index",
    Purpose.REVIEW: "review.index",
}
BACK_TO = {
    Purpose.TRAINING: "Back to the module",
    Purpose.COURSE: "Back to the training in your course",
    Purpose.CHOOSING: "Back to choosing training",
    Purpose.REVIEW: "Back to the answers",
}
# One leads to the other, so from neither is the other a way on.
ASKING = {"play.scene", "checks.check"}
FAULTS_OF_OURS = 500


def way_on(error: Exception | None = None, status: int = 200) -> WayOn | None:
    """Return the way on from an error; None where we know of no place to go, so that words have to do."""
    if isinstance(error, LaunchError):
        return _to_course(error.return_url)
    visit = visit_or_none()
    if not visit:
        return _past_a_fault(status) or _to_course(_return_url_of_ended_visit())
    return _in_training(visit, error) or _try_again(status) or _to_door(visit, error)


def _in_training(visit: CurrentVisit, error: Exception | None) -> WayOn | None:
    """Return the way to where the person was in their attempt, or to the page that the error itself names."""
    if visit.purpose is not Purpose.TRAINING:
        return None
    if isinstance(error, AttemptError) and error.trouble.leads_to:
        endpoint, words = error.trouble.leads_to
        return WayOn(words, url_for(endpoint))
    return _to_scene()


def _to_scene() -> WayOn | None:
    attempt_id = (request.view_args or {}).get("attempt_id")
    if not attempt_id or request.endpoint in ASKING:
        return None
    return WayOn("Continue where you left off", url_for("play.scene", attempt_id=attempt_id))


def _past_a_fault(status: int) -> WayOn | None:
    """Return the way on where a fault of ours keeps us from knowing whose visit this is."""
    return _try_again(status) or (_to_scene() if status >= FAULTS_OF_OURS else None)


def _try_again(status: int) -> WayOn | None:
    """Return the way to the same page, where a fault of ours or a limit may be over in a moment."""
    passes = status >= FAULTS_OF_OURS or status == 429
    return WayOn("Try again", request.script_root + request.full_path.rstrip("?")) if passes and _is_page() else None


def _is_page() -> bool:
    """Say whether what was asked for can be asked for again without doing anything twice."""
    return request.method == "GET" and not request.path.startswith("/lti/")


def _to_door(visit: CurrentVisit, error: Exception | None) -> WayOn | None:
    leads = visit.purpose is Purpose.TRAINING and visit.role in LEADERS
    behind = "people.index" if leads else BEHIND_THE_DOOR[visit.purpose]
    if isinstance(error, NotPublished) or request.endpoint in {"home.door", behind}:
        return _to_course(visit.return_url if visit.purpose is not Purpose.CHOOSING else None)
    return WayOn("Back to the list of people" if leads else BACK_TO[visit.purpose], url_for("home.door"))


def _to_course(address: str | None) -> WayOn | None:
    return WayOn("Back to your course", address) if address else None


def _return_url_of_ended_visit() -> str | None:
    """Return the course's address as the visit gave it that this browser has a key to, though it has ended."""
    try:
        in_address = getattr(session, "in_address", False)
        return way_back_of(reading(), session["visit"], in_address) if "visit" in session else None
    except SQLAlchemyError:
        return None
