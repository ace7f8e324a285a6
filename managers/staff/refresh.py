"""Keeping staff and their training in step: what has changed is worked out anew, at once or soon.

A change of some people is followed in its own transaction, so that no page can show anything else. A change of a whole
course is followed at once while the course is small; otherwise a job sees to it, and pages say that it is under way.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti.models import Membership
from managers.models import CourseSchool, StaffEntry, StaffMember, StaleCourse
from managers.overview import note_overviews
from managers.staff.absorb import forget_empty
from managers.staff.entries import place_people
from managers.staff.training import note_training

# Following so many takes a few tenths of a second.
MOST_AT_ONCE = 200


class StaffInStep:
    """Follows what changes about people and courses, and brings staff and their training up to date."""

    def people_changed(self, session: Session, people: Collection[int], now: datetime) -> None:
        """Bring these people up to date."""
        session.flush()
        refresh_people(session, people, now)

    def records_changed(self, session: Session, people: Collection[int], now: datetime) -> None:
        """Bring the training of these people up to date; who has not been placed yet is placed first."""
        session.flush()
        known = select(StaffEntry.staff_id).where(StaffEntry.person_id.in_(people))
        staff_ids = session.scalars(known).all()
        if len(staff_ids) < len(people):
            refresh_people(session, people, now)
        else:
            note_training(session, set(staff_ids), now)
            note_overviews(session, set(staff_ids))

    def courses_changed(self, session: Session, courses: Collection[int], now: datetime) -> None:
        """Bring the people of these courses up to date, or have a job do so."""
        session.flush()
        for course_id in courses:
            people = people_of(session, course_id)
            if len(people) <= MOST_AT_ONCE:
                refresh_people(session, people, now)
            else:
                session.merge(StaleCourse(course_id=course_id, since=now))


def refresh_people(session: Session, people: Collection[int], now: datetime) -> None:
    """Bring these people, and all who are or were one with them, up to date."""
    if people:
        concerned = place_people(session, people)
        refresh_staff(session, concerned, now)
        forget_empty(session, concerned)


def refresh_staff(session: Session, staff_ids: Collection[int], now: datetime) -> None:
    """Bring the school and the training of these staff members up to date."""
    if staff_ids:
        note_schools(session, staff_ids)
        note_training(session, staff_ids, now)
        note_overviews(session, staff_ids)


def people_of(session: Session, course_id: int) -> Sequence[int]:
    """Return the ids of all who are or were in a course."""
    wanted = select(Membership.person_id).where(Membership.course_id == course_id)
    return session.scalars(wanted.order_by(Membership.person_id)).all()


def note_schools(session: Session, staff_ids: Collection[int]) -> None:
    """Let those whose school no list gives belong to the school of a course they are in, the oldest if of several."""
    of_course = (
        select(StaffEntry.staff_id, func.min(CourseSchool.course_id))
        .join(Membership, Membership.person_id == StaffEntry.person_id)
        .join(CourseSchool, CourseSchool.course_id == Membership.course_id)
        .where(StaffEntry.staff_id.in_(staff_ids), Membership.left_at.is_(None))
        .group_by(StaffEntry.staff_id)
    )
    courses = dict(session.execute(of_course).all())
    placed = select(CourseSchool.course_id, CourseSchool.school_id)
    schools = dict(session.execute(placed.where(CourseSchool.course_id.in_(courses.values()))).all())
    follows = StaffMember.id.in_(staff_ids), StaffMember.school_given.is_(False)
    for member in session.scalars(select(StaffMember).where(*follows)):
        school_id = schools.get(courses.get(member.id, 0))
        if member.school_id != school_id:
            member.school_id = school_id
    session.flush()
