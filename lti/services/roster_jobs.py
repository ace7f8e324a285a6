"""The job of rosters: lists of people are read when pages ask for them, each LMS in its own lane."""

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from core.queue.jobs import Job, JobFailed
from core.queue.queue import Queue
from db import Database, utcnow
from lti.models import Course, Deployment, Platform
from lti.services.roster import AT_MOST_EVERY, RosterReader, RosterUnread, ask_for_roster, is_stale

log = logging.getLogger(__name__)
READ = "read_roster"
KEEP_FRESH = "keep_roster_fresh"
# A large list and a small one of the same LMS at a time; other LMSs have their own lanes.
AT_ONCE = 2


class RosterJobs:
    """Asks for rosters to be read, and reads them; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database, reader: RosterReader) -> None:
        """Register the job with this queue."""
        self._queue, self._database, self._reader = queue, database, reader
        queue.register(Job(KEEP_FRESH, self._keep_fresh))
        queue.register(Job(READ, self.read_now, lane=self._lane_of, at_once=AT_ONCE))

    def keep_fresh(self, course: Course) -> None:
        """Ask for a course's roster where nobody has of late; the page that shows it comes with the next look."""
        if is_stale(course, utcnow()):
            try:
                wanted = self._is_wanted(course.id)
            except DBAPIError:
                # A page that only shows people must not fail because nothing can be written.
                log.exception("the roster of course %s was not asked for", course.id)
                return
            if wanted:
                self.read(course.id)

    def ask(self, course: Course) -> None:
        """Let a worker see to it that a course's roster is fresh: a page that only shows people writes nothing."""
        if is_stale(course, utcnow()):
            self._queue.put(KEEP_FRESH, course.id)

    def _keep_fresh(self, course_id: int) -> None:
        if self._is_wanted(course_id):
            self.read(course_id)

    def read_again(self, course_id: int) -> bool:
        """Ask for a course's roster because someone wants it now; False if it was asked for a moment ago."""
        wanted = self._is_wanted(course_id, AT_MOST_EVERY)
        if wanted:
            self.read(course_id)
        return wanted

    def read(self, course_id: int) -> None:
        """Ask for a course's roster to be read."""
        self._queue.put(READ, course_id)

    def read_now(self, course_id: int) -> None:
        """Read a course's roster; JobFailed if that is not possible, and those who lead the course are told so too."""
        try:
            self._reader.read(course_id)
        except RosterUnread as error:
            log.warning("roster of course %s unread: %s", course_id, error)
            with self._database.transaction() as session:
                session.get_one(Course, course_id).roster_trouble = error.words
            raise JobFailed(error.words, again=error.is_passing) from error

    def _is_wanted(self, course_id: int, *every: timedelta) -> bool:
        with self._database.transaction() as session:
            return ask_for_roster(session, course_id, utcnow(), *every)

    def _lane_of(self, course_id: int) -> int | None:
        """Return the LMS of a course; None if the course or its connection is gone, and its roster with it."""
        with self._database.reading() as session:
            at = select(Deployment.platform_id).join(Course, Course.deployment_id == Deployment.id)
            at = at.join(Platform, Platform.id == Deployment.platform_id)
            return session.scalar(at.where(Course.id == course_id, Platform.switched_off_at.is_(None)))
