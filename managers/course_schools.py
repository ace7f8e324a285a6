"""Which course belongs to which school, and how many people and courses each school has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.changes import courses_changed
from core.schools import School, schools_of, schools_with
from lti.courses import courses_of, named_courses
from lti.models import Course
from managers.models import CourseSchool, StaffMember


@dataclass(frozen=True)
class ListedSchool:
    """A school with how many staff and how many courses belong to it."""

    school: School
    staff: int
    courses: int


@dataclass(frozen=True)
class ListedCourse:
    """A course of a trust with the LMS that it is on, and the school that it belongs to, if any."""

    id: int
    title: str
    lms: str
    school_id: int | None


def list_schools(session: Session, trust: str) -> list[ListedSchool]:
    """Return the schools of a trust, by name."""
    theirs = select(StaffMember.school_id, func.count()).where(StaffMember.trust == trust)
    staff = dict(session.execute(theirs.group_by(StaffMember.school_id)).all())
    counted = select(CourseSchool.school_id, func.count()).group_by(CourseSchool.school_id)
    courses = dict(session.execute(counted).all())
    return [ListedSchool(each, staff.get(each.id, 0), courses.get(each.id, 0)) for each in schools_of(session, trust)]


def list_courses(session: Session, trust: str, first: int, most: int) -> tuple[list[ListedCourse], int]:
    """Return some courses of the LMSs of a trust, by title, and how many there are in all."""
    belonging = CourseSchool.course_id == Course.id
    wanted = named_courses(trust).add_columns(CourseSchool.school_id).outerjoin(CourseSchool, belonging)
    count = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.execute(wanted.order_by(func.lower(Course.title), Course.id).offset(first).limit(most))
    return [ListedCourse(*row) for row in rows], count


def set_course_schools(
    session: Session, trust: str, wanted: Mapping[int, int | None], actor: Actor, now: datetime
) -> int:
    """Let courses of a trust belong to these schools, or to none; return how many now belong elsewhere.

    What is not a course or a school of the trust is left out.
    """
    schools = {school.id for school in schools_with(session, trust, {each for each in wanted.values() if each})}
    moved = [
        course_id
        for course_id, before in _belonging(session, trust, list(wanted))
        if before != wanted[course_id] and (wanted[course_id] is None or wanted[course_id] in schools)
    ]
    for course_id in moved:
        _set(session, course_id, wanted[course_id])
        record(session, actor, "moved", Thing("course", course_id), now, trust=trust, school=wanted[course_id])
    session.flush()
    courses_changed(session, moved, now)
    return len(moved)


def _belonging(session: Session, trust: str, course_ids: Sequence[int]) -> list[tuple[int, int | None]]:
    wanted = (
        select(Course.id, CourseSchool.school_id)
        .outerjoin(CourseSchool, CourseSchool.course_id == Course.id)
        .where(Course.id.in_(courses_of(trust)), Course.id.in_(course_ids))
        .order_by(Course.id)
    )
    return [(course_id, school_id) for course_id, school_id in session.execute(wanted)]


def _set(session: Session, course_id: int, school_id: int | None) -> None:
    if school_id:
        session.merge(CourseSchool(course_id=course_id, school_id=school_id))
    elif held := session.get(CourseSchool, course_id):
        session.delete(held)
