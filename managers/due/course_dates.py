"""When training is due for all who learn in a course alike, for an LMS that shows one date for everyone."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.learners import LEARNS_NOW
from lti.models import Membership
from managers.due.dates import rules_of
from managers.due.domain.due_dates import common_date
from managers.due.domain.rules import Audience, Rule, rule_for
from managers.models import CourseSchool, StaffEntry, StaffMember

# Where people are: a school and a job group.
Place = tuple[int | None, str | None]


def course_dates(
    session: Session, trust: str, course_id: int, modules: Collection[str], today: date
) -> dict[str, date]:
    """Return the next date by which everyone in a course has to do each module; modules without one are left out."""
    rules = rules_of(session, trust)
    if not rules:
        return {}
    places = _places(session, course_id)
    found = {module: _date_of(rules, module, places, today) for module in modules}
    return {module: day for module, day in found.items() if day}


def _date_of(rules: list[Rule], module: str, places: Collection[Place], today: date) -> date | None:
    counting = {rule_for(rules, Audience(module, *place)) for place in places}
    return common_date([rule.terms if rule else None for rule in counting], today)


def _places(session: Session, course_id: int) -> set[Place]:
    """Return the schools and job groups of those who learn in a course, or of the course where no one does yet."""
    belongs = (
        select(StaffMember.school_id, StaffMember.job_group)
        .join(StaffEntry, StaffEntry.staff_id == StaffMember.id)
        .join(Membership, Membership.person_id == StaffEntry.person_id)
        .where(Membership.course_id == course_id, *LEARNS_NOW)
        .distinct()
    )
    found = {(school_id, job_group) for school_id, job_group in session.execute(belongs)}
    return found or {(session.scalar(select(CourseSchool.school_id).where(CourseSchool.course_id == course_id)), None)}
