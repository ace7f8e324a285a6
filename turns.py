"""Writers take turns: SQLite lets only one write at a time, and does not make sure that others get a turn.

Waiting writers check only now and then, so someone who writes piece after piece would always start the next one first.
In PostgreSQL many can write at once, and none of this is needed.
"""

import fcntl
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

# PostgreSQL: two transactions that conflict, two that wait for each other, and a lock that is not available.
LOCKED_STATES = frozenset({"40001", "40P01", "55P03"})

# A thread cannot wait for a lock on a file for so long and no longer. This is less than most writes take.
LOOK_SECONDS = 0.001
# Some writes, and so short that no one in another process notices.
KEEP_SECONDS = 0.02


class Turns:
    """Lets the writers in this process write in the order in which they asked."""

    def __init__(self) -> None:
        """Begin with no one writing."""
        self._lock, self._waiting, self._is_taken = Lock(), deque[Event](), False

    def take(self, seconds: float) -> bool:
        """Wait for our turn; False if it does not come in time."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            ours = Event()
            self._waiting.append(ours)
        if ours.wait(seconds):
            return True
        with self._lock:
            if ours.is_set():
                return True
            self._waiting.remove(ours)
            return False

    def give_back(self, when_no_one_waits: Callable[[], None] = lambda: None) -> None:
        """Let the next one write; if no one waits, do this before anyone else can begin."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                when_no_one_waits()
                self._is_taken = False


class ProcessTurns:
    """Lets processes on this machine write in turn: one that has written for a while lets a waiting one go first.

    A process keeps its turn for a few writes if it has them, as each change of turns takes longer than many a write.
    Who wants to write first has to be the next one, and stays it until the one who writes has ended. Of those who wait
    to be the next, any may come first. Both are locks on files beside the database, which end with their process.
    """

    def __init__(self, file: Path | None) -> None:
        """Take turns on this database; no other process knows one in memory."""
        self._places = [file.with_name(f"{file.name}-{which}") for which in ("next", "turn")] if file else []
        self._opened: tuple[int, list[int]] | None = None
        self._since: float | None = None

    def take(self, until: float) -> bool:
        """Wait for our turn, unless it still is; False if it does not come in time."""
        if not (files := self._files()):
            return True
        if self._since and time.monotonic() > self._since + KEEP_SECONDS:
            self.give_back()
        if not self._since and self._wait(files, until):
            self._since = time.monotonic()
        return self._since is not None

    def _wait(self, files: list[int], until: float) -> bool:
        following, turn = files
        if not _lock(following, until):
            return False
        try:
            return _lock(turn, until)
        finally:
            fcntl.flock(following, fcntl.LOCK_UN)

    def give_back(self) -> None:
        """Let another process write."""
        self._since = None
        for file in self._files()[1:]:
            fcntl.flock(file, fcntl.LOCK_UN)

    def _files(self) -> list[int]:
        """Return the two files, opened by this very process: one that forks would share its turn with its children.

        Where they cannot be opened, the database cannot be written either, and says so itself.
        """
        if not self._opened or self._opened[0] != os.getpid():
            files: list[int] = []
            with suppress(OSError):
                files = [os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for place in self._places]
            self._opened, self._since = (os.getpid(), files), None
        return self._opened[1]

    def __del__(self) -> None:
        """Close the files."""
        for file in self._opened[1] if self._opened else ():
            os.close(file)


def _lock(file: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS)
        else:
            return True


def take_turns(engine: Engine, seconds: float, file: Path | None) -> None:
    """Let transactions on an SQLite database begin as they should: writers in turn, and with the write lock."""
    turns, processes = Turns(), ProcessTurns(file)

    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN")
            return
        until = time.monotonic() + seconds
        if not turns.take(seconds):
            raise OperationalError("BEGIN IMMEDIATE", None, _locked())
        connection.info["turn"] = True
        try:
            if not processes.take(until):
                raise OperationalError("BEGIN IMMEDIATE", None, _locked())
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            end(connection)
            raise

    def end(connection: Connection) -> None:
        if connection.info.pop("turn", False):
            turns.give_back(processes.give_back)

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", end)
    event.listen(engine, "rollback", end)


def is_locked(error: DBAPIError) -> bool:
    """Say whether others kept us from writing for too long; nothing is wrong, and none of our changes are saved."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(error.orig, "sqlstate", None) in LOCKED_STATES


def _locked() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return error
