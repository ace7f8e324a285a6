"""Placements: what a launch says about an activity, its module and its gradebook columns, and what we keep."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.domain.tolerant import origin_of
from lti.domain.message import Message, Purpose
from lti.grades.deliveries import change_module
from lti.grades.moved_line_items import fill_new_column, is_elsewhere, look_again, resume_without_column
from lti.grades.score_line_item import LOOKS_APART, MAY_LOOK
from lti.models import Course, Deployment, Placement, Platform

# What comes from an activity of the course.
PLACED = frozenset({Purpose.TRAINING, Purpose.REVIEW})


def noted_placement(
    session: Session,
    message: Message,
    course: Course,
    placement: Placement | None,
    platform: Platform,
    now: datetime,
) -> Placement | None:
    """Record the module the activity asks for: named by the LMS, chosen here by its trainer, or known from a link."""
    if message.purpose not in PLACED:
        return None
    is_known, placement = placement is not None, placement or _new_placement(session, course, message)
    if message.purpose is Purpose.TRAINING:
        kept = placement.module if placement.chosen_here and not message.module else None
        module = message.module or kept or _module_of_earlier(session, platform, message.previous_links)
        if is_known and module != placement.module:
            change_module(session, placement.id, module, now)
        told = {"title": message.title, "module": module, "marks_completion": message.marks_completion}
        for name, value in (told | {"chosen_here": kept is not None}).items():
            # A row that is set to the value it already has is checked again at every flush.
            if getattr(placement, name) != value:
                setattr(placement, name, value)
        _note_columns(session, message, course, placement, now)
    return placement


def _module_of_earlier(session: Session, platform: Platform, links: tuple[str, ...]) -> str | None:
    """Return the module of the latest of these activities that had one; other LMSs' activities never count."""
    if not links:
        return None
    found = session.execute(_OF_EARLIER, {"platform": platform.id, "links": links})
    modules = dict(found.all())
    return next((modules[link] for link in links if link in modules), None)


_OF_EARLIER = (
    select(Placement.resource_link, Placement.module)
    .join(Course, Course.id == Placement.course_id)
    .join(Deployment, Deployment.id == Course.deployment_id)
    .where(Deployment.platform_id == bindparam("platform"), Placement.module.is_not(None))
    .where(Placement.resource_link.in_(bindparam("links", expanding=True)))
)


def _new_placement(session: Session, course: Course, message: Message) -> Placement:
    placement = Placement(course_id=course.id, resource_link=message.resource_link, title="")
    session.add(placement)
    session.flush()
    return placement


def _note_columns(session: Session, message: Message, course: Course, placement: Placement, now: datetime) -> None:
    """Record where grades go and what we may do there; anything a launch leaves out stays as it was.

    A launch names the column only if the activity has exactly one: it names none once we have made a second. Of an
    ungraded activity that one is the column that we made for completion, which never takes a score.
    """
    if message.scopes and list(message.scopes) != placement.scopes:
        placement.scopes = list(message.scopes)
    if _has_moved(course, message):
        _forget_columns(session, course)
    if placement.completion_url and placement.line_item_url == placement.completion_url:
        placement.line_item_url = None
    if not message.line_item_url or message.line_item_url in (placement.line_item_url, placement.completion_url):
        _look_for_column(session, course, placement, now)
        return
    resume_without_column(session, placement.id, now)
    if is_elsewhere(placement.line_item_url, message.line_item_url):
        fill_new_column(session, placement, now)
    placement.line_item_url, placement.no_column_at = message.line_item_url, None


def _look_for_column(session: Session, course: Course, placement: Placement, now: datetime) -> None:
    """Have an activity without a column looked up again after a while: with two columns, launches name neither."""
    is_due = placement.no_column_at is not None and now - placement.no_column_at >= LOOKS_APART
    if is_due and course.line_items_url and MAY_LOOK & set(placement.scopes):
        look_again(session, placement.id, now)


def _has_moved(course: Course, message: Message) -> bool:
    """Say whether the course's columns are on a different server from before, so that none are at their old address."""
    before, now = course.line_items_url, message.line_items_url
    return before is not None and now is not None and origin_of(before) != origin_of(now)


def _forget_columns(session: Session, course: Course) -> None:
    """Forget where all the columns of a course are: they are looked up again when a grade is sent there."""
    unknown = {"line_item_url": None, "completion_url": None, "no_column_at": None}
    session.execute(update(Placement).where(Placement.course_id == course.id).values(**unknown))
