"""The queue: jobs are registered, asked for now or later, begun, and noted as failed where they fail.

It holds nothing of value. Huey forgets a task that is killed half-way; the tables of those who registered the job do
not, and a periodic look at them finds what a lost wake-up left behind.
"""

import logging
import time
from collections.abc import Callable, Iterator, Set
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

from huey import crontab
from huey.api import TaskWrapper
from huey.consumer import Consumer
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from core.queue.consumer import PatientConsumer, QuietConsumer
from core.queue.failures import (
    Named,
    check_arguments,
    claim_due,
    end_failure,
    has_failed,
    is_any_due,
    note_failure,
    words_of,
)
from core.queue.jobs import Job, LaneOf
from core.queue.lanes import Lanes
from core.queue.store import open_store
from db import Database, utcnow

log = logging.getLogger(__name__)
HEARTBEAT = "heartbeat"
LOOK_AGAIN = "look_again"
# Two looks at the table may be missed before anyone is told.
ALIVE_SECONDS = 180
# A sign of life from further in the future was written by a clock that was wrong.
CLOCKS_DIFFER = 60
# Less time than a server gives a process that has to end.
LAST_SECONDS = 20
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Queue:
    """Begins jobs, now or later; one serves a whole process."""

    def __init__(self, url: str, database: Database) -> None:
        """Use the queue at ``url``, and note failures in this database."""
        self.huey = open_store(url)
        self._database = database
        self._jobs: dict[str, Job] = {}
        self._lanes: dict[str, Lanes] = {}
        self._tasks: dict[str, TaskWrapper] = {}
        self._planned: dict[str, datetime] = {}
        self._closing: list[Callable[[float], None]] = []
        self.register(Job(LOOK_AGAIN, self._look_again, minute="*"))

    def register(self, job: Job) -> None:
        """Take on a job, before anything is begun; ValueError if there is one of that name."""
        if job.name in self._jobs:
            raise ValueError(f"there is a job {job.name} already")
        self._jobs[job.name] = job
        if job.lane:
            self._lanes[job.name] = Lanes(job.name, job.at_once)
        self._tasks[job.name] = self._task(job)

    def _task(self, job: Job) -> TaskWrapper:
        def begin(*numbers: int) -> None:
            self.beat()
            self.begin(job.name, *numbers)

        # A name in the queue says nothing of where the code is, so that code can move while tasks wait.
        begin.__module__ = "jobs"
        if job.minute is None:
            task: TaskWrapper = self.huey.task(name=job.name)(begin)
        else:
            task = self.huey.periodic_task(crontab(minute=job.minute, hour=job.hour), name=job.name)(begin)
        return task

    @property
    def names(self) -> Set[str]:
        """The names of all jobs that there are."""
        return self._jobs.keys()

    def is_periodic(self, name: str, *numbers: int) -> bool:
        """Say whether a job with these numbers begins by itself, which is only ever without any."""
        return name in self._jobs and self._jobs[name].minute is not None and not numbers

    def at_close(self, close: Callable[[float], None]) -> None:
        """Have this called with the seconds that are left, when jobs have to come to an end."""
        self._closing.append(close)

    def put(self, name: str, *numbers: int) -> None:
        """Ask for a job; a page must not fail because the queue does, and nothing of value is lost with a wake-up.

        ValueError if the numbers are none, or too many for a row in the table of failures.
        """
        check_arguments(numbers)
        task = self._tasks[name]
        try:
            task(*numbers)
        except Exception:
            log.exception("the queue did not take a task")

    def plan(self, name: str, due: datetime) -> None:
        """Ask for a job at a time, unless it is planned for then or before: every wake-up would plan one more."""
        if not utcnow() < self._planned.get(name, LONG_AGO) <= due:
            self._planned[name] = due
            self._tasks[name].schedule(delay=(due - utcnow()).total_seconds())

    def begin(self, name: str, *numbers: int) -> None:
        """Begin a job in this process: at once, or in its lane."""
        job = self._jobs[name]
        if job.lane:
            self._begin_in_lane(job, job.lane, numbers)
        else:
            self._do(job, numbers)

    def _begin_in_lane(self, job: Job, lane_of: LaneOf, numbers: tuple[int, ...]) -> None:
        with self._noting((job.name, numbers), is_whole=False):
            lane = lane_of(*numbers)
            if lane is None:
                self._succeeded((job.name, numbers))
            else:
                self._lanes[job.name].put(lane, numbers, lambda: self._do(job, numbers))

    def _do(self, job: Job, numbers: tuple[int, ...]) -> None:
        with self._noting((job.name, numbers), is_whole=not job.goes_on):
            job.work(*numbers)

    def noting(self, name: str, *numbers: int) -> AbstractContextManager[None]:
        """Note how a block ends as the end of a job, of one that goes on in threads of its own."""
        return self._noting((name, numbers), is_whole=True)

    @contextmanager
    def _noting(self, named: Named, is_whole: bool) -> Iterator[None]:
        try:
            yield
            if is_whole:
                self._succeeded(named)
        except Exception as error:
            log.error("job %s %s failed: %s", named[0], list(named[1]), words_of(error))
            self._failed(named, error)

    def _succeeded(self, named: Named) -> None:
        with self._database.reading() as session:
            if not has_failed(session, named):
                return
        with self._database.transaction() as session:
            end_failure(session, named)

    def _failed(self, named: Named, error: Exception) -> None:
        """Note a failure; where another process notes the same one first, its row is there at the second try."""
        for _ in range(2):
            try:
                with self._database.transaction() as session:
                    note_failure(session, named, error, utcnow())
            except IntegrityError:
                continue
            except SQLAlchemyError as trouble:
                # Not with its traceback, which ends in the words of the job's own error.
                log.error("that job %s failed could not be noted: %s", named[0], words_of(trouble))
            return

    def _look_again(self) -> None:
        """Begin what has failed and is due again; a job that there is no longer waits for people."""
        with self._database.reading() as session:
            if not is_any_due(session, self.names, utcnow()):
                return
        with self._database.transaction() as session:
            due = claim_due(session, self.names, utcnow())
        for name, numbers in due:
            self.begin(name, *numbers)

    def is_alive(self) -> bool:
        """Say whether a worker has looked for what is due of late."""
        seen = self.huey.storage.peek_data(HEARTBEAT)
        try:
            return isinstance(seen, bytes) and -CLOCKS_DIFFER < time.time() - float(seen) < ALIVE_SECONDS
        except ValueError:
            return False

    def beat(self) -> None:
        """Leave a sign of life where other processes can see it."""
        self.huey.storage.put_data(HEARTBEAT, str(time.time()).encode())

    def consumer(self) -> Consumer:
        """Return a consumer that can run in a thread of a web process; any number of processes may have one."""
        return QuietConsumer(self.huey, self.close)

    def work(self) -> None:
        """Work in this process until it is told to stop."""
        self.wake_all()
        PatientConsumer(self.huey, self.close).run()

    def wake_all(self) -> None:
        """Leave a sign of life as work begins, and ask for what may have been left behind."""
        self.beat()
        for job in self._jobs.values():
            if job.at_start:
                self.put(job.name)

    def close(self) -> None:
        """Start nothing more, and give running jobs a little time to end."""
        for close in self._closing:
            close(LAST_SECONDS)
        for lanes in self._lanes.values():
            lanes.close(LAST_SECONDS)
