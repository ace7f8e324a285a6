"""Calls to other systems while someone waits with a page open: short, few at once, and none made twice.

Each call has its own thread, and the page waits only a few seconds for it. Pages that want the same thing wait for the
same call. A call that outlasts the page continues, so that the next page may find its outcome.
"""

from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from threading import Lock, Thread
from time import monotonic
from typing import Any, TypeVar

from config import Settings

Outcome = TypeVar("Outcome")
# If enough pages are already waiting, one more waits only as long as a prompt answer would take.
PROMPT_SECONDS = 1.0


class NoOutcome(Exception):
    """There is no outcome yet, and the page stops waiting for it."""


class TookLong(NoOutcome):
    """The other system takes too long."""


class TooManyWait(NoOutcome):
    """Too many pages are already waiting for other systems."""


class PageCalls:
    """Makes calls for pages; one serves a whole process."""

    def __init__(self, settings: Settings) -> None:
        """Let at most half of the threads wait for calls, each for the time that the settings give."""
        self._seconds, self._most = settings.page_call_seconds, max(1, settings.threads // 2)
        self._lock = Lock()
        self._under_way: dict[Hashable, tuple[Future[Any], float, Hashable]] = {}
        self._waiting = 0

    def ask(self, name: Hashable, kind: Hashable, call: Callable[[], Outcome], times: int = 1) -> Outcome:
        """Return the outcome of the call with this name, or raise what it raises; NoOutcome if it does not arrive soon.

        Only a few calls of each kind run at once. A call with several steps may take that many times as long.
        """
        with self._lock:
            outcome, begun = self._begun(name, kind, call)
            is_one_too_many = self._waiting >= self._most
            left = begun + (PROMPT_SECONDS if is_one_too_many else self._seconds * times) - monotonic()
            self._waiting += 1
        try:
            wait([outcome], max(left, 0))
        finally:
            with self._lock:
                self._waiting -= 1
        if not outcome.done():
            raise TooManyWait if is_one_too_many else TookLong
        return outcome.result()

    def _begun(self, name: Hashable, kind: Hashable, call: Callable[[], Outcome]) -> tuple[Future[Outcome], float]:
        """Return the outcome of the running call, or start it, and say when it started."""
        if found := self._under_way.get(name):
            return found[0], found[1]
        if sum(other == kind for _, _, other in self._under_way.values()) >= self._most:
            raise TooManyWait
        outcome: Future[Outcome] = Future()
        self._under_way[name] = outcome, monotonic(), kind
        Thread(target=self._make, args=(name, call, outcome), name="page call", daemon=True).start()
        return outcome, self._under_way[name][1]

    def _make(self, name: Hashable, call: Callable[[], Outcome], outcome: Future[Outcome]) -> None:
        try:
            result = call()
        except BaseException as error:
            self._end(name)
            outcome.set_exception(error)
        else:
            self._end(name)
            outcome.set_result(result)

    def _end(self, name: Hashable) -> None:
        with self._lock:
            del self._under_way[name]
