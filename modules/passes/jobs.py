"""The job of passes: a pass that an activity has not heard of is carried over to it."""

from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from lti.grades.jobs import GradeJobs
from modules.passes.carry_over import carry_attempt

CARRY_OVER = "carry_over"


class PassJobs:
    """Asks for passes to be carried over, and carries them; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database, grades: GradeJobs) -> None:
        """Register the job with this queue."""
        self._queue, self._database, self._grades = queue, database, grades
        queue.register(Job(CARRY_OVER, self._carry_over))

    def carry_over(self, activity_id: int, attempt_id: int) -> None:
        """Ask for the pass of an attempt to be carried over to an activity."""
        self._queue.put(CARRY_OVER, activity_id, attempt_id)

    def _carry_over(self, activity_id: int, attempt_id: int) -> None:
        self._database.write(lambda session: carry_attempt(session, activity_id, attempt_id, utcnow()))
        self._grades.send()
