"""Outage: very many grades while the LMS is down for an hour, by a clock that we set, and then come back.

The sender is the real one with its own threads, the LMS a real HTTP peer that takes 50 ms over each score. Only the
hour does not pass: between two rounds of sending, the clock goes on by as long as the sender says that it would wait.
"""

import time
from datetime import datetime, timedelta

from bench.lms import SCORE_SECONDS
from bench.parts.passback import owe
from bench.plan import Plan
from bench.row import Row
from bench.workshop import Workshop
from config import settings_from
from db import Database, utcnow
from lti.grades.send import GradeSender

REACH = "arrive once each, none lost"
OUTAGE = timedelta(hours=1)
SHORTEST_PAUSE = timedelta(seconds=1)


class Clock:
    """The time as the sender sees it: our own, and what has been skipped."""

    def __init__(self) -> None:
        """Begin with the present."""
        self._skipped = timedelta(0)

    def __call__(self) -> datetime:
        """Return the time."""
        return utcnow() + self._skipped

    def skip(self, pause: timedelta | None) -> timedelta:
        """Let as long pass as nothing is due, and return how long that was."""
        passed = max(pause or SHORTEST_PAUSE, SHORTEST_PAUSE)
        self._skipped += passed
        return passed


def measure(workshop: Workshop, plan: Plan) -> list[Row]:
    """Send through the outage, and count what the LMS was asked for while it was down, and in all."""
    workshop.lms.scores.clear()
    with workshop.database() as database:
        owe(database, workshop.lms, plan.delayed_scores)
        calls, seconds = _send(database, workshop)
    lost = plan.delayed_scores - len(workshop.lms.scores)
    repeated = sum(number - 1 for number in workshop.lms.scores.values())
    arrived = "each once" if not lost and not repeated else f"{lost} lost, {repeated} repeated"
    work = f"{plan.delayed_scores:,} grades, the LMS down for an hour by clock, then {SCORE_SECONDS * 1000:.0f} ms each"
    rate = plan.delayed_scores / seconds
    told = f"{arrived}; {calls} tries during the hour, then {rate:.0f} scores/s; {workshop.lms.asked['/token']} tokens"
    return [Row(work, REACH, told)]


def _send(database: Database, workshop: Workshop) -> tuple[int, float]:
    """Return how often the LMS was tried while it was down, and how long all took when it was back."""
    lms, clock = workshop.lms, Clock()
    sender = GradeSender(database, settings_from(workshop.settings()), clock)
    lms.is_down, passed = True, timedelta(0)
    while passed < OUTAGE:
        passed += clock.skip(sender.send_due())
    calls, lms.is_down = lms.refused, False
    begun = time.monotonic()
    while (pause := sender.send_due()) is not None:
        clock.skip(pause)
    return calls, time.monotonic() - begun
