"""Dispatching: sending as many grades at a time as LMSs can take, without slow LMSs keeping others waiting.

Claiming a delivery decides how many calls one LMS gets at once. This module limits them for all LMSs together. A
delivery that has waited for its LMS for a while takes no processor time, so another takes its place.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from datetime import datetime
from threading import Condition, Thread

from lti.grades.lease import Claim

log = logging.getLogger(__name__)
Noting = Callable[[], AbstractContextManager[None]]

# An LMS that takes longer than this to accept a grade is slow.
PROMPT_SECONDS = 1.0
LOOK_AGAIN_SECONDS = 0.5
# There can never be more than this: each LMS has its own, much smaller limit.
MOST_THREADS = 10_000


class Dispatcher:
    """Hands deliveries to senders; one serves a whole process."""

    def __init__(
        self, claim: Callable[[datetime | None], Claim | None], deliver: Callable[[Claim], None], most: int
    ) -> None:
        """Claim and send deliveries with these functions, this many prompt ones at a time."""
        self._claim, self._deliver, self._most = claim, deliver, most
        self._changed = Condition()
        self._bell: Future[None] = Future()
        self._is_running = self._is_closed = False

    def run(self, due_by: datetime | None = None) -> None:
        """Deliver everything due, or due by the given time; return when nothing is left in progress."""
        under_way: dict[Future[None], float] = {}
        with ThreadPoolExecutor(MOST_THREADS, "sender") as senders:
            while self._take_up(senders, under_way, due_by) or under_way:
                ended, _ = wait([*under_way, self._bell], LOOK_AGAIN_SECONDS, FIRST_COMPLETED)
                if self._bell in ended:
                    self._listen()
                for each in ended & under_way.keys():
                    del under_way[each]
                    _report(each)

    def wake(self, when_done: Callable[[], None], noting: Noting) -> None:
        """Deliver everything due in a separate thread, then say so; if one is already running, let it look again.

        ``noting`` is around all of it, and keeps what goes wrong there from ending the thread.
        """
        with self._changed:
            if self._is_closed:
                return
            if self._is_running:
                self._ring()
                return
            self._is_running = True
        Thread(target=self._run_until_quiet, args=(when_done, noting), name="dispatcher", daemon=True).start()

    def close(self, seconds: float) -> None:
        """Start nothing more, and wait this long for deliveries in progress to end."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: not self._is_running, seconds)

    def _ring(self) -> None:
        if not self._bell.done():
            self._bell.set_result(None)

    def _listen(self) -> None:
        """Reset the bell; anything it was rung for before is done next."""
        with self._changed:
            self._bell = Future()

    def _run_until_quiet(self, when_done: Callable[[], None], noting: Noting) -> None:
        while True:
            self._listen()
            # Where it fails, the next look at the table, within a minute, takes it up again.
            with noting():
                self.run()
                when_done()
            with self._changed:
                if self._is_closed or not self._bell.done():
                    self._is_running = False
                    self._changed.notify_all()
                    return

    def _take_up(
        self, senders: ThreadPoolExecutor, under_way: dict[Future[None], float], due_by: datetime | None
    ) -> bool:
        """Start as many senders as are free and have something to send; say whether any were started."""
        now = time.monotonic()
        free = self._most - sum(now - begun < PROMPT_SECONDS for begun in under_way.values())
        begun = 0
        while begun < free and not self._is_closed and (claim := self._claim(due_by)):
            under_way[senders.submit(self._deliver, claim)] = time.monotonic()
            begun += 1
        return begun > 0


def _report(ended: Future[None]) -> None:
    """Log a delivery that could not be concluded: it is due again when its lease has expired."""
    if error := ended.exception():
        log.error("a delivery was not concluded", exc_info=error)
