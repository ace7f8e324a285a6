"""Courses whose people are yet to be brought up to date: noted in a transaction, and worked off piece by piece."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from lti.courses import courses_of
from managers.models import StaleCourse
from managers.staff.refresh import MOST_AT_ONCE, people_of, refresh_people

BRING_UP_TO_DATE = "bring_staff_up_to_date"
# Others who wait to write look again every tenth of a second.
PAUSE_SECONDS = 0.11


def mark_stale(session: Session, trust: str | None, now: datetime) -> int:
    """Have the people of all courses of a trust, or of every trust, brought up to date; return how many courses."""
    courses = session.scalars(courses_of(trust)).all()
    for course_id in courses:
        session.merge(StaleCourse(course_id=course_id, since=now))
    return len(courses)


def is_under_way(session: Session, trust: str) -> bool:
    """Say whether people of a trust are yet to be brought up to date."""
    theirs = select(StaleCourse.course_id).where(StaleCourse.course_id.in_(courses_of(trust)))
    return session.scalar(theirs.limit(1)) is not None


def bring_up_to_date(database: Database) -> int:
    """Bring the people of every stale course up to date, and return how many courses there were."""
    count = 0
    while stale := _longest_stale(database):
        _bring_course(database, *stale)
        count += 1
    return count


def _longest_stale(database: Database) -> tuple[int, datetime] | None:
    wanted = select(StaleCourse.course_id, StaleCourse.since).order_by(StaleCourse.since, StaleCourse.course_id)
    with database.reading() as session:
        found = session.execute(wanted.limit(1)).one_or_none()
    return (found[0], found[1]) if found else None


def _bring_course(database: Database, course_id: int, since: datetime) -> None:
    with database.reading() as session:
        people = people_of(session, course_id)
    for piece in _pieces(people):
        with database.transaction() as session:
            refresh_people(session, piece, utcnow())
    with database.transaction() as session:
        # One that was noted again meanwhile is not done yet.
        done = StaleCourse.course_id == course_id, StaleCourse.since == since
        session.execute(delete(StaleCourse).where(*done))


def _pieces(people: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(people), MOST_AT_ONCE):
        if start:
            time.sleep(PAUSE_SECONDS)
        yield people[start : start + MOST_AT_ONCE]


class StaffJobs:
    """Brings stale courses up to date in the background; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database) -> None:
        """Register the job with this queue."""
        self._queue, self._database = queue, database
        queue.register(Job(BRING_UP_TO_DATE, self._bring_up_to_date, minute="*", at_start=True))

    def bring_up_to_date(self) -> None:
        """Ask for stale courses to be brought up to date now."""
        self._queue.put(BRING_UP_TO_DATE)

    def _bring_up_to_date(self) -> None:
        bring_up_to_date(self._database)
