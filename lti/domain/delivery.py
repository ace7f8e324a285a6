"""The fate of a delivery: what an LMS's answer to a grade means, and when to try again (AGS 2.0; facts of platforms).

Nothing here sends. An outcome is what one try came to; ``verdict_on`` says what follows from it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class State(Enum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    NEEDS_ATTENTION = "needs-attention"


class Kind(Enum):
    """What a delivery fills: the activity's own column, or one beside it that says 0 or 1."""

    SCORE = "score"
    COMPLETION = "completion"


class Next(Enum):
    """What follows from a try."""

    DONE = "done"
    WAIT = "wait"
    RENEW_TOKEN = "renew-token"
    COMPARE = "compare"
    TELL_PEOPLE = "tell-people"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try came to: an HTTP status, or None where no answer came; seconds that the LMS asks us to wait."""

    status: int | None
    retry_after: int | None = None
    out_of_calls: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do after a try, and words for the manager who looks at it."""

    next: Next
    words: str


BUSY = "The LMS is busy or down. We keep trying."
NO_ANSWER = "The LMS did not answer. We keep trying."
_REFUSED = {
    400: "The LMS does not take a grade for this person. Check that they are enrolled in the course as a learner.",
    403: "The LMS does not let us send grades to this activity. Its administrator can allow it.",
    404: "The activity or its grade column is gone from the LMS.",
    422: "The LMS does not take a grade for this person now. Check that the activity is published and the course open.",
}
_REFUSED_OTHERWISE = "The LMS refused the grade."


def verdict_on(outcome: Outcome) -> Verdict:
    """Say what follows from a try.

    An equal or older time stamp is refused with 409 by Moodle, and with 400 and words to that effect by others; after a
    try that got no answer it can mean that the grade has arrived, so the LMS's own record is compared.
    """
    status = outcome.status
    if status is None:
        return Verdict(Next.WAIT, NO_ANSWER)
    if 200 <= status < 300:
        return Verdict(Next.DONE, "The LMS has the grade.")
    if status == 401:
        return Verdict(Next.RENEW_TOKEN, "The LMS no longer knows us. We sign in again.")
    if status == 409:
        return Verdict(Next.COMPARE, "The LMS has a grade of the same time or later.")
    if status in {408, 425, 429} or status >= 500 or (status == 403 and outcome.out_of_calls):
        return Verdict(Next.WAIT, BUSY)
    return Verdict(Next.TELL_PEOPLE, _REFUSED.get(status, _REFUSED_OTHERWISE))


def wait_after(tries: int, first: timedelta, longest: timedelta, jitter: float, asked: int | None) -> timedelta:
    """Return the wait after so many failed tries: doubling, spread by ``jitter`` (0 to 1), and as long as asked.

    Nobody is let down for a day by an LMS that asks for a year: a wait that it asks for counts up to the longest.
    """
    doubled = min(first * 2.0 ** min(tries - 1, 30), longest)
    spread: timedelta = doubled * (0.75 + jitter / 2)
    return max(spread, min(timedelta(seconds=min(asked or 0, 86_400)), longest))


def stamp_after(last: datetime | None, now: datetime) -> datetime:
    """Return the time stamp of a new score: whole seconds, and later than any before it for this person."""
    second = now.replace(microsecond=0)
    return max(second, last + timedelta(seconds=1)) if last else second
