"""Writers take turns: SQLite lets only one write at a time, and does not make sure that others get a turn.

Waiting writers check only now and then, so someone who writes piece after piece would always start the next one first.
In PostgreSQL many can write at once, and none of this is needed.
"""

import sqlite3
from collections import deque
from threading import Event, Lock

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

# PostgreSQL: two transactions that conflict, two that wait for each other, and a lock that is not available.
LOCKED_STATES = frozenset({"40001", "40P01", "55P03"})


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

    def give_back(self) -> None:
        """Let the next one write."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False


def take_turns(engine: Engine, seconds: float) -> None:
    """Let transactions on an SQLite database begin as they should: writers in turn, and with the write lock."""
    turns = Turns()

    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes"):
            connection.exec_driver_sql("BEGIN")
            return
        if not turns.take(seconds):
            raise OperationalError("BEGIN IMMEDIATE", None, _locked())
        connection.info["turn"] = True
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            end(connection)
            raise

    def end(connection: Connection) -> None:
        if connection.info.pop("turn", False):
            turns.give_back()

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
