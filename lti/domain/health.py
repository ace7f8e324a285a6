"""How an LMS is doing, as our tries to reach it show: when all of it is left alone, and when it is tried again.

While an LMS is down, one try at a time goes out, after growing waits, in place of a try for each grade that is owed.
The first that gets through ends the rest, and all that has waited goes out at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.waits import wait_after
from lti.domain.delivery import PlatformSignal, Verdict

# A grade over which the LMS fails with 500 may be locked there. Others are tried within a minute all the same.
LONGEST_IN_DOUBT = timedelta(minutes=1)
# An LMS in maintenance may know when it comes back. One that names a year has made a mistake.
LONGEST_ASKED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Health:
    """Failures in a row, until when the LMS rests, why, and whose delivery failed last in a way that may be its own."""

    failures: int = 0
    rests_until: datetime | None = None
    suspect: int | None = None
    trouble: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against the LMS."""
        return self == Health()


@dataclass(frozen=True, slots=True)
class Trial:
    """One try, for the sake of what it tells of the LMS: whose it was, what came of it, and when that was.

    ``is_probe``: the LMS had failed before, and this try was the one that looked whether it is back.
    """

    delivery_id: int
    verdict: Verdict
    ended_at: datetime
    is_probe: bool = False
    asked: int | None = None


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the first wait is and the longest, and where in its spread this one lies (0 to 1)."""

    first: timedelta
    longest: timedelta
    jitter: float


def health_after(health: Health, trial: Trial, waits: Waits) -> Health:
    """Return how an LMS is doing after a try.

    - An answer shows that it is up. While it rests, only a probe's counts: another's was under way before the trouble.
    - What concerns all grades makes it rest, for a wait that grows with each failure in a row, or for as long as it
      asks. What was under way when the rest began does not make it longer: those are not failures in a row.
    - A failure that may be the grade's own makes it rest only when two different grades have failed, none between them
      having got through; then for a minute at the most. The next try is for another grade, as this one waits itself.
    - A probe that did not reach the LMS leaves it to the next one.
    """
    resting = health.rests_until is not None and health.rests_until > trial.ended_at and not trial.is_probe
    signal = trial.verdict.signal
    if signal is PlatformSignal.UP:
        return health if resting else Health()
    if signal is PlatformSignal.UNKNOWN:
        return _left_to_the_next(health, trial)
    if resting:
        return health
    if signal is PlatformSignal.ALL:
        return _rested(health, trial, waits, waits.longest)
    if health.failures == 0 and health.suspect in (None, trial.delivery_id):
        return Health(suspect=trial.delivery_id)
    return _rested(health, trial, waits, min(waits.longest, LONGEST_IN_DOUBT))


def _left_to_the_next(health: Health, trial: Trial) -> Health:
    if not trial.is_probe:
        return health
    return Health(health.failures, trial.ended_at, health.suspect, health.trouble)


def _rested(health: Health, trial: Trial, waits: Waits, longest: timedelta) -> Health:
    failures = health.failures + 1
    asked = min(timedelta(seconds=min(trial.asked or 0, 86_400)), LONGEST_ASKED)
    wait = max(wait_after(failures, waits.first, longest, waits.jitter), asked)
    return Health(failures, trial.ended_at + wait, trial.delivery_id, trial.verdict.words)
