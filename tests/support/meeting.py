"""Lets threads meet between two statements, so that what seldom happens at the same time does."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import event, text

from db import Database

PATIENCE = 20
Result = TypeVar("Result")


@contextmanager
def before(database: Database, words: str, arrive: Callable[[], object]) -> Iterator[None]:
    """Call ``arrive`` before the first statement of each thread that has these words in it."""
    has_been = threading.local()

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if words in statement and not hasattr(has_been, "here"):
            has_been.here = True
            arrive()

    event.listen(database.engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", look)


def both_at_once(database: Database, words: str, *works: Callable[[], Result]) -> list[Result]:
    """Do pieces of work in threads; none goes on from its first statement with these words until all are there."""
    barrier = threading.Barrier(len(works))
    with before(database, words, lambda: barrier.wait(PATIENCE)), ThreadPoolExecutor(len(works)) as threads:
        return [begun.result() for begun in [threads.submit(work) for work in works]]


def one_within_the_other(
    database: Database, words: str, outer: Callable[[], Result], inner: Callable[[], Result]
) -> tuple[Result, Result]:
    """Stop one piece of work before a statement with these words, and do another until it ends or has to wait."""
    arrived, may_go, is_outer = threading.Event(), threading.Event(), threading.local()

    def stop() -> None:
        if hasattr(is_outer, "yes"):
            arrived.set()
            assert may_go.wait(PATIENCE)

    def begin() -> Result:
        is_outer.yes = True
        return outer()

    with before(database, words, stop), ThreadPoolExecutor(2) as threads:
        first = threads.submit(begin)
        try:
            assert arrived.wait(PATIENCE), first.result(0)
            second = threads.submit(inner)
            _until_it_ends_or_waits(database, second)
        finally:
            may_go.set()
        return first.result(), second.result()


def _until_it_ends_or_waits(database: Database, work: "Future[Result]") -> None:
    watching = threading.Event()
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not work.done() and not connection.scalar(WAITING):
            watching.wait(0.01)


WAITING = text("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
