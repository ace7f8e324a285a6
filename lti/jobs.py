"""The worker: a huey queue that wakes the sending of deliveries, and clears away what has had its time.

The queue holds nothing of value. Huey forgets a task that is killed half-way; the deliveries table does not, and a
look at it every minute finds what a lost wake-up left behind.
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.exceptions import ConfigurationError
from sqlalchemy import delete, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from config import Settings
from core.queue.entries import PlainEntries
from core.queue.lanes import Lanes
from db import Database, keep_to_owner, utcnow
from lti.grades.gradebook import Comparer
from lti.grades.gradebook_checks import ask_for_module
from lti.grades.send import GradeSender
from lti.grades.upkeep import tidy_deliveries
from lti.keys import keep_keys
from lti.models import Course, Deployment, Login, Visit
from lti.services.roster import AT_MOST_EVERY, RosterReader, RosterUnread, ask_for_roster, is_stale
from lti.wrong_clock import put_times_right

log = logging.getLogger(__name__)
NAME = "fit-to-post"
HEARTBEAT = "heartbeat"
# Two looks at the table may be missed before anyone is told.
ALIVE_SECONDS = 180
# A sign of life from further in the future was written by a clock that was wrong.
CLOCKS_DIFFER = 60
# No task takes long: calls to LMSs have their own threads.
LISTENING: dict[str, Any] = {"workers": 2, "periodic": True, "initial_delay": 0.05, "max_delay": 0.5}
# No one needs what a task returns, or how it failed: a result would be one more thing to read back.
WRITTEN: dict[str, Any] = {"serializer": PlainEntries(), "results": False}
# A large list and a small one of the same LMS at a time; other LMSs have their own lanes.
ROSTERS_AT_ONCE = 2
# Less time than a server gives a process that has to end.
LAST_SECONDS = 20
KEPT_AFTER_END = timedelta(days=1)


class Queue:
    """Wakes the sender, now or later; one serves a whole process."""

    def __init__(
        self, settings: Settings, database: Database, sender: GradeSender, reader: RosterReader, comparer: Comparer
    ) -> None:
        """Use the queue that the settings name."""
        self.huey = _huey(settings.queue_url)
        self._settings = settings
        self._database, self._sender, self._reader, self._comparer = database, sender, reader, comparer
        self._rosters, self._looks = Lanes("roster", ROSTERS_AT_ONCE), Lanes("results", 1)
        self._planned = datetime.min.replace(tzinfo=UTC)
        self._send = self.huey.task(name="send_due")(self._send_due)
        self._read = self.huey.task(name="read_roster")(self._begin_roster)
        self._compare = self.huey.task(name="compare_due")(self._begin_comparing)
        self.huey.periodic_task(crontab(minute="*"), name="look_for_due")(self._send_due)
        self.huey.periodic_task(crontab(minute="7"), name="clear_away")(self._clear_away)
        self.huey.periodic_task(crontab(minute="*/10"), name="put_right")(self._put_right)

    def wake(self) -> None:
        """Ask for what is due to be sent; where the queue fails, the next look at the table makes up for it."""
        self._put(self._send)

    def keep_roster_fresh(self, course: Course) -> None:
        """Ask for a course's roster where nobody has of late; the page that shows it comes with the next look."""
        if is_stale(course, utcnow()):
            try:
                with self._database.transaction() as session:
                    wanted = ask_for_roster(session, course.id, utcnow())
            except DBAPIError:
                # A page that only shows people must not fail because nothing can be written.
                log.exception("the roster of course %s was not asked for", course.id)
                return
            if wanted:
                self.read_roster(course.id)

    def read_roster_again(self, course_id: int) -> bool:
        """Ask for a course's roster because someone wants it now; False if it was asked for a moment ago."""
        with self._database.transaction() as session:
            wanted = ask_for_roster(session, course_id, utcnow(), AT_MOST_EVERY)
        if wanted:
            self.read_roster(course_id)
        return wanted

    def read_roster(self, course_id: int) -> None:
        """Ask for a course's roster to be read."""
        self._put(self._read, course_id)

    def compare(self) -> None:
        """Ask for the grades that are due to be compared with those in LMSs."""
        self._put(self._compare)

    def compare_module(self, course_id: int, module: str) -> None:
        """Ask for the grades of a course's module to be compared, unless they were compared recently."""
        try:
            with self._database.transaction() as session:
                ask_for_module(session, course_id, module, utcnow())
        except DBAPIError:
            # As above: people who only look at grades see them as they were.
            log.exception("the grades of course %s were not asked for", course_id)
            return
        self.compare()

    def _put(self, task: Callable[..., object], *arguments: object) -> None:
        """Queue a task; a page must not fail because the queue does, and nothing of value is lost with a wake-up."""
        try:
            task(*arguments)
        except Exception:
            log.exception("the queue did not take a task")

    def is_alive(self) -> bool:
        """Say whether a worker has looked for deliveries of late."""
        seen = self.huey.storage.peek_data(HEARTBEAT)
        try:
            return isinstance(seen, bytes) and -CLOCKS_DIFFER < time.time() - float(seen) < ALIVE_SECONDS
        except ValueError:
            return False

    def consumer(self) -> Consumer:
        """Return a consumer that can run in a thread of a web process."""
        return _QuietConsumer(self, **LISTENING)

    def work(self) -> None:
        """Work in this process until it is told to stop; what was left behind goes out at once."""
        self.beat()
        self.wake()
        _Consumer(self, **LISTENING).run()

    def close(self) -> None:
        """Start nothing more, and give running jobs a little time to end."""
        self._sender.close(LAST_SECONDS)
        self._rosters.close(LAST_SECONDS)
        self._looks.close(LAST_SECONDS)

    def _send_due(self) -> None:
        self.beat()
        self._sender.wake(self._plan_next)

    def _plan_next(self, pause: timedelta | None) -> None:
        self._begin_comparing()
        if pause is not None and pause < timedelta(minutes=1):
            self._plan(utcnow() + max(pause, timedelta(seconds=1)))

    def _plan(self, due: datetime) -> None:
        """Plan the next sending, unless one is planned for then or before: every wake-up would plan one more."""
        if not utcnow() < self._planned <= due:
            self._planned = due
            self._send.schedule(delay=(due - utcnow()).total_seconds())

    def _begin_comparing(self) -> None:
        """Read what is due to be looked at, each LMS in its own lane."""
        for platform_id in self._comparer.platforms_due():
            self._looks.put(platform_id, "compare", partial(self._compare_due, platform_id))

    def _compare_due(self, platform_id: int) -> None:
        if self._comparer.compare_due(platform_id):
            # If one grade was lost, all of the activity's may be: a second look shows.
            self._comparer.compare_due(platform_id)
            self.wake()

    def _begin_roster(self, course_id: int) -> None:
        """Read a roster in the lane of its LMS."""
        with self._database.reading() as session:
            platform_id = session.scalar(select(Deployment.platform_id).join(Course).where(Course.id == course_id))
        if platform_id is not None:
            self._rosters.put(platform_id, course_id, lambda: self._read_roster(course_id))

    def _read_roster(self, course_id: int) -> None:
        try:
            self._reader.read(course_id)
        except RosterUnread as error:
            log.warning("roster of course %s unread: %s", course_id, error)
            with self._database.transaction() as session:
                session.get_one(Course, course_id).roster_trouble = error.words

    def beat(self) -> None:
        """Leave a sign of life where other processes can see it."""
        self.huey.storage.put_data(HEARTBEAT, str(time.time()).encode())

    def _put_right(self) -> None:
        """Delete expired logins, and make sure that a clock that was wrong leaves nothing stuck."""
        with self._database.transaction() as session:
            session.execute(delete(Login).where(Login.expires_at < utcnow()))
            put_times_right(session, self._settings, utcnow())

    def _clear_away(self) -> None:
        # One at a time, so that no one's answer waits for all of it.
        with self._database.transaction() as session:
            clear_away(session, utcnow())
        with self._database.transaction() as session:
            keep_keys(session, self._settings, utcnow())
        with self._database.transaction() as session:
            tidy_deliveries(session, self._settings, utcnow())


class _Consumer(Consumer):  # type: ignore[misc]  # huey has no types
    """A consumer that lets what its tasks have begun come to an end."""

    def __init__(self, queue: Queue, **listening: Any) -> None:
        super().__init__(queue.huey, **listening)
        self._queue = queue

    def stop(self, graceful: bool = False) -> None:
        """Take no more tasks, and wait for running ones if asked to."""
        super().stop(graceful=graceful)
        if graceful:
            self._queue.close()


class _QuietConsumer(_Consumer):
    """A consumer that leaves the process's signals alone: outside the main thread they cannot be set."""

    def _set_signal_handlers(self) -> None:
        pass


def clear_away(session: Session, now: datetime) -> None:
    """Delete logins and visits that ended more than a day ago, and messages about people that were held in vain."""
    in_vain = Login.expires_at < now, Login.message.is_not(None)
    session.execute(update(Login).where(*in_vain).values(message=None))
    for table in (Login, Visit):
        session.execute(delete(table).where(table.expires_at < now - KEPT_AFTER_END))


class QueueUnusable(Exception):
    """The queue that QUEUE_URL names cannot be used; the message says why, in words for an administrator."""


def _huey(url: str) -> Huey:
    """Return a queue; QueueUnusable where its driver is not installed, or its server does not answer."""
    try:
        return _opened(url)
    except ConfigurationError as error:
        raise QueueUnusable(f"{NO_DRIVER} ({error})") from error
    except Exception as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise QueueUnusable(f"{UNUSABLE} It says: {reason}") from error


NO_DRIVER = (
    "QUEUE_URL names a kind of queue whose driver is not installed. Install it by starting once with EXTRAS=postgres "
    "or EXTRAS=redis, such as: EXTRAS=redis ./run serve"
)
UNUSABLE = (
    "The queue cannot be used. Check QUEUE_URL, whether its server is running, and whether this user may write to it."
)


def _opened(url: str) -> Huey:
    """Return a queue on SQLite, PostgreSQL or Redis, as the address says."""
    kind = url.partition(":")[0].partition("+")[0]
    if kind in {"redis", "rediss"}:
        return RedisHuey(NAME, url=url, **WRITTEN)
    if kind == "postgresql":
        # The driver's name is SQLAlchemy's affair; huey's own driver does not know it.
        return PostgresHuey(NAME, dsn=url.replace("postgresql+psycopg://", "postgresql://", 1), **WRITTEN)
    file = Path(make_url(url).database or "var/queue.db")
    keep_to_owner(file)
    return SqliteHuey(NAME, filename=str(file), fsync=False, **WRITTEN)
