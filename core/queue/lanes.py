"""Lanes: background work in which a slow LMS does not hold up the others.

A slow LMS fills only the threads of its own lane. A job that is requested again while it waits or runs is not done
twice.
"""

import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Condition, Thread

log = logging.getLogger(__name__)
Job = Callable[[], object]


@dataclass
class _Lane:
    """What is waiting in a lane, what is running there, and how many threads serve it."""

    waiting: dict[Hashable, Job] = field(default_factory=dict)
    under_way: set[Hashable] = field(default_factory=set)
    threads: int = 0


class Lanes:
    """Does jobs, with a limit on how many run at once in each lane; one serves a whole process."""

    def __init__(self, name: str, at_once: int) -> None:
        """Begin with nothing to do; threads carry this name."""
        self._name, self._at_once = name, at_once
        self._lanes: dict[Hashable, _Lane] = {}
        self._changed = Condition()
        self._is_closed = False

    def put(self, lane: Hashable, job_name: Hashable, job: Job) -> bool:
        """Have a job done; False if one with that name is waiting or running, or if we are closing down."""
        with self._changed:
            here = self._lanes.setdefault(lane, _Lane())
            if self._is_closed or job_name in here.waiting or job_name in here.under_way:
                return False
            here.waiting[job_name] = job
            if here.threads < self._at_once:
                here.threads += 1
                Thread(target=self._work, args=(lane, here), name=self._name, daemon=True).start()
        return True

    def close(self, seconds: float) -> None:
        """Start nothing more, and wait this long for running jobs to end."""
        with self._changed:
            self._is_closed = True
            for lane in self._lanes.values():
                lane.waiting.clear()
            self._changed.wait_for(lambda: not any(lane.under_way for lane in self._lanes.values()), seconds)

    def _work(self, lane: Hashable, here: _Lane) -> None:
        """Do the jobs in a lane until none are waiting."""
        while True:
            with self._changed:
                if not here.waiting:
                    self._leave(lane, here)
                    return
                name = next(iter(here.waiting))
                job = here.waiting.pop(name)
                here.under_way.add(name)
            try:
                job()
            except Exception:
                log.exception("a job of %s failed", self._name)
            finally:
                with self._changed:
                    here.under_way.discard(name)
                    self._changed.notify_all()

    def _leave(self, lane: Hashable, here: _Lane) -> None:
        here.threads -= 1
        if not here.threads:
            self._lanes.pop(lane, None)
