"""The jobs of grades: what is due is sent, and compared with what LMSs have."""

from datetime import timedelta

from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from lti.grades.gradebook import Comparer
from lti.grades.gradebook_checks import ask_for_activity, ask_for_person
from lti.grades.send import GradeSender

SEND = "send_due"
COMPARE = "compare_due"
COMPARE_PLATFORM = "compare_platform"
COMPARE_PERSON = "compare_person"
COMPARE_MODULE = "compare_module"
# The look at the table comes as often by itself.
SOON = timedelta(minutes=1)


class GradeJobs:
    """Asks for grades to be sent and compared, and begins both; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database, sender: GradeSender, comparer: Comparer) -> None:
        """Register the jobs with this queue."""
        self._queue, self._database, self._sender, self._comparer = queue, database, sender, comparer
        queue.register(Job(SEND, self._send_due, minute="*", goes_on=True, at_start=True))
        queue.register(Job(COMPARE, self._compare_due))
        queue.register(Job(COMPARE_PLATFORM, self._compare_platform, lane=lambda platform_id: platform_id))
        queue.register(Job(COMPARE_PERSON, self._compare_person))
        queue.register(Job(COMPARE_MODULE, self._compare_module))
        queue.at_close(sender.close)

    def send(self) -> None:
        """Ask for what is due to be sent; where the queue fails, the next look at the table makes up for it."""
        self._queue.put(SEND)

    def compare(self) -> None:
        """Ask for the grades that are due to be compared with those in LMSs."""
        self._queue.put(COMPARE)

    def compare_person(self, activity_id: int, person_id: int) -> None:
        """Ask for a person's grades in an activity to be compared."""
        self._queue.put(COMPARE_PERSON, activity_id, person_id)

    def compare_module(self, activity_id: int) -> None:
        """Ask for the grades of an activity's module in its course to be compared, unless they were recently."""
        self._queue.put(COMPARE_MODULE, activity_id)

    def _send_due(self) -> None:
        """Let the sender begin, or look again if it is at work; it says itself how it ended."""
        self._sender.wake(self._plan_next, lambda: self._queue.noting(SEND))

    def _compare_person(self, activity_id: int, person_id: int) -> None:
        with self._database.transaction() as session:
            ask_for_person(session, activity_id, person_id, utcnow())
        self.compare()

    def _compare_module(self, activity_id: int) -> None:
        with self._database.transaction() as session:
            ask_for_activity(session, activity_id, utcnow())
        self.compare()

    def _plan_next(self, pause: timedelta | None) -> None:
        self._compare_due()
        if pause is not None and pause < SOON:
            self._queue.plan(SEND, utcnow() + max(pause, timedelta(seconds=1)))

    def _compare_due(self) -> None:
        """Read what is due to be looked at, each LMS in its own lane."""
        for platform_id in self._comparer.platforms_due():
            self._queue.begin(COMPARE_PLATFORM, platform_id)

    def _compare_platform(self, platform_id: int) -> None:
        if self._comparer.compare_due(platform_id):
            # If one grade was lost, all of the activity's may be: a second look shows.
            self._comparer.compare_due(platform_id)
            self.send()
