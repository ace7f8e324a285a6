"""Work that is broken off where it takes too long: time-outs of sockets only bound the pauses between bytes."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock, Timer
from types import TracebackType

import requests


class OutOfTime(requests.Timeout):
    """A piece of work has used up its time for all its calls together."""


class TimeLimit:
    """The time a piece of work has for all its calls together, counted from now."""

    def __init__(self, seconds: float) -> None:
        """Allow this many seconds."""
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; raise OutOfTime if there are none."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise OutOfTime("the time for all calls together is over")
        return left


class Deadline:
    """Stops from another thread what the block is doing, if it does not finish in time.

    ``has_passed`` says whether it did: a read that was cut short can look complete. Nothing is stopped once the block
    has ended, since someone else may be using the same connection by then.
    """

    def __init__(self, seconds: float, break_off: Callable[[], object]) -> None:
        """Break off that way when these seconds are over."""
        self._break_off, self._lock, self._is_over = break_off, Lock(), False
        self._timer = Timer(seconds, self._pass)
        self._timer.daemon = True
        self.has_passed = False

    def __enter__(self) -> "Deadline":
        """Let the time begin."""
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let nothing be broken off from now on."""
        self._timer.cancel()
        with self._lock:
            self._is_over = True

    def _pass(self) -> None:
        with self._lock:
            if self._is_over:
                return
            self.has_passed = True
            # The work may give up or be done in this very moment, and let go of what is to be broken off.
            with suppress(OSError, RuntimeError, ValueError):
                self._break_off()
