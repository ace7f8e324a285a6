"""The way back to the training: the course in the LMS, or the LMS itself with words on how to get there."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.domain.tolerant import web_address
from lti.courses import with_platforms
from lti.learners import LEARNS_NOW
from lti.models import Activity, Course, Membership, Platform
from managers.models import StaffEntry
from managers.reminders.domain.words import Way

# By staff member and module, or for managers by staff member alone.
Ways = dict[tuple[int, str], Way]


def ways_to_training(session: Session, staff_ids: Collection[int]) -> Ways:
    """Return for each of these staff members and each module that they take the way there."""
    columns = Activity.module, Activity.title, Course.title, Course.url, Platform.name, Platform.issuer
    wanted = _from_entries(select(StaffEntry.staff_id, *columns)).join(Activity, Activity.course_id == Course.id)
    learns = StaffEntry.staff_id.in_(staff_ids), Platform.switched_off_at.is_(None), Activity.module.is_not(None)
    found: Ways = {}
    for staff_id, module, *about in session.execute(wanted.where(*learns, *LEARNS_NOW).order_by(Activity.id)):
        found.setdefault((staff_id, module), way_to(*about))
    return found


def _from_entries(wanted: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    entered = wanted.join(Membership, Membership.person_id == StaffEntry.person_id)
    return with_platforms(entered.join(Course, Course.id == Membership.course_id))


def way_to(activity: str, course: str, url: str | None, lms: str, issuer: str) -> Way:
    """Return the way to an activity: its course's address, or the LMS's with what to look for there."""
    if url:
        return Way(f"Open the course {course}" if course else "Open your course", url)
    looking_for = f" and open the course {course}" if course else ""
    steps = f"Sign in to {lms}{looking_for}. Then select {activity}." if activity else f"Sign in to {lms}{looking_for}."
    return Way(steps, web_address(issuer) or "")


def ways_for(found: Ways, staff_id: int, modules: Iterable[str]) -> tuple[Way, ...]:
    """Return each way that someone needs for these modules, once."""
    ways = (found.get((staff_id, module)) for module in modules)
    return tuple(dict.fromkeys(way for way in ways if way))


def way_for_leader(session: Session, trust: str, staff_id: int | None) -> tuple[Way, ...]:
    """Return a way to the tool for a leader: a course that they are in, else an LMS of the trust."""
    here = _from_entries(select(Course.title, Course.url, Platform.name, Platform.issuer).select_from(StaffEntry))
    theirs = StaffEntry.staff_id == staff_id, Membership.left_at.is_(None), Platform.switched_off_at.is_(None)
    in_order = here.where(*theirs).order_by(Course.url.is_(None), Course.id)
    if found := session.execute(in_order.limit(1)).first():
        return (way_to("", *found),)
    lms = select(Platform.name, Platform.issuer).where(Platform.trust == trust, Platform.switched_off_at.is_(None))
    return tuple(way_to("", "", None, *row) for row in session.execute(lms.order_by(Platform.id).limit(1)))
