"""Activities: what a launch says about an activity, its module and its gradebook columns, and what we keep."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core.changes import courses_changed
from core.domain.tolerant import origin_of
from lti.domain.message import LaunchMessage, Purpose
from lti.grades.deliveries import change_module
from lti.grades.moved_line_items import fill_new_column, is_elsewhere, look_again, resume_without_column
from lti.grades.score_line_item import LOOKS_APART, MAY_LOOK
from lti.models import Activity, Course, Deployment, Platform

# What comes from an activity of the course.
PLACED = frozenset({Purpose.TRAINING, Purpose.REVIEW})


def noted_activity(
    session: Session,
    message: LaunchMessage,
    course: Course,
    activity: Activity | None,
    platform: Platform,
    now: datetime,
) -> Activity | None:
    """Record the module the activity asks for: named by the LMS, chosen here by its trainer, or known from a link."""
    if message.purpose not in PLACED:
        return None
    is_known, activity = activity is not None, activity or _new_activity(session, course, message)
    if message.purpose is Purpose.TRAINING:
        kept = activity.module if activity.chosen_here and not message.module else None
        module = message.module or kept or _module_of_earlier(session, platform, message.previous_links)
        is_other = module != activity.module
        if is_known and is_other:
            change_module(session, activity.id, module, now)
        told = {"title": message.title, "module": module, "marks_completion": message.marks_completion}
        for name, value in (told | {"chosen_here": kept is not None}).items():
            # A row that is set to the value it already has is checked again at every flush.
            if getattr(activity, name) != value:
                setattr(activity, name, value)
        if is_other:
            courses_changed(session, [course.id], now)
        _note_columns(session, message, course, activity, now)
    return activity


def _module_of_earlier(session: Session, platform: Platform, links: tuple[str, ...]) -> str | None:
    """Return the module of the latest of these activities that had one; other LMSs' activities never count."""
    if not links:
        return None
    found = session.execute(_OF_EARLIER, {"platform": platform.id, "links": links})
    modules = dict(found.all())
    return next((modules[link] for link in links if link in modules), None)


_OF_EARLIER = (
    select(Activity.resource_link, Activity.module)
    .join(Course, Course.id == Activity.course_id)
    .join(Deployment, Deployment.id == Course.deployment_id)
    .where(Deployment.platform_id == bindparam("platform"), Activity.module.is_not(None))
    .where(Activity.resource_link.in_(bindparam("links", expanding=True)))
)


def _new_activity(session: Session, course: Course, message: LaunchMessage) -> Activity:
    activity = Activity(course_id=course.id, resource_link=message.resource_link, title="")
    session.add(activity)
    session.flush()
    return activity


def _note_columns(session: Session, message: LaunchMessage, course: Course, activity: Activity, now: datetime) -> None:
    """Record where grades go and what we may do there; anything a launch leaves out stays as it was.

    A launch names the column only if the activity has exactly one: it names none once we have made a second. Of an
    ungraded activity that one is the column that we made for completion, which never takes a score.
    """
    if message.scopes and list(message.scopes) != activity.scopes:
        activity.scopes = list(message.scopes)
    if _has_moved(course, message):
        _forget_columns(session, course)
    if activity.completion_url and activity.line_item_url == activity.completion_url:
        activity.line_item_url = None
    if not message.line_item_url or message.line_item_url in (activity.line_item_url, activity.completion_url):
        _look_for_column(session, course, activity, now)
        return
    resume_without_column(session, activity.id, now)
    if is_elsewhere(activity.line_item_url, message.line_item_url):
        fill_new_column(session, activity, now)
    activity.line_item_url, activity.no_column_at = message.line_item_url, None


def _look_for_column(session: Session, course: Course, activity: Activity, now: datetime) -> None:
    """Have an activity without a column looked up again after a while: with two columns, launches name neither."""
    is_due = activity.no_column_at is not None and now - activity.no_column_at >= LOOKS_APART
    if is_due and course.line_items_url and MAY_LOOK & set(activity.scopes):
        look_again(session, activity.id, now)


def _has_moved(course: Course, message: LaunchMessage) -> bool:
    """Say whether the course's columns are on a different server from before, so that none are at their old address."""
    before, now = course.line_items_url, message.line_items_url
    return before is not None and now is not None and origin_of(before) != origin_of(now)


def _forget_columns(session: Session, course: Course) -> None:
    """Forget where all the columns of a course are: they are looked up again when a grade is sent there."""
    unknown = {"line_item_url": None, "completion_url": None, "no_column_at": None}
    session.execute(update(Activity).where(Activity.course_id == course.id).values(**unknown))
