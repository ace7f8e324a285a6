"""What a launch says of an activity's columns in the gradebook, and what we keep of it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lti.deliveries import resume_without_column
from lti.domain.message import Message
from lti.domain.tolerant import origin_of
from lti.models import Course, Placement


def note_columns(session: Session, message: Message, course: Course, placement: Placement, now: datetime) -> None:
    """Note where grades go and what we may do there; what a launch leaves out stays as it was.

    A launch names the column only where the activity has exactly one: it names none once we have made a second.
    """
    if message.scopes and list(message.scopes) != placement.scopes:
        placement.scopes = list(message.scopes)
    if _has_moved(course, message):
        _forget_columns(session, course)
    if not message.line_item_url or message.line_item_url == placement.line_item_url:
        return
    if placement.no_column_at:
        resume_without_column(session, placement.id, now)
    placement.line_item_url, placement.no_column_at = message.line_item_url, None


def _has_moved(course: Course, message: Message) -> bool:
    """Say whether the course's columns are on another server than before, so that none is at its old address."""
    before, now = course.line_items_url, message.line_items_url
    return before is not None and now is not None and origin_of(before) != origin_of(now)


def _forget_columns(session: Session, course: Course) -> None:
    """Forget where all columns of a course are: they are looked up again when a grade goes there."""
    unknown = {"line_item_url": None, "completion_url": None, "no_column_at": None}
    session.execute(update(Placement).where(Placement.course_id == course.id).values(**unknown))
