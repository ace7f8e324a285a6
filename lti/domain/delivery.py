"""The fate of a delivery: what an LMS's answer to a grade means, and what follows (AGS 2.0; facts of platforms).

An outcome is what one try came to; ``verdict_on`` says what follows. ``health.py`` looks at the LMS as a whole.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum


class DeliveryState(Enum):
    """How far a delivery has got."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    NOT_KEPT = "not-kept"
    NEEDS_ATTENTION = "needs-attention"


class GradeKind(Enum):
    """What a delivery fills: the activity's own column, or one beside it that says 0 or 1."""

    SCORE = "score"
    COMPLETION = "completion"


class Next(Enum):
    """What follows from a try."""

    DONE = "done"
    SUPERSEDED = "superseded"
    NOT_KEPT = "not-kept"
    WAIT = "wait"
    SOON = "soon"
    COMPARE = "compare"
    SEND_ANEW = "send-anew"
    TELL_PEOPLE = "tell-people"


class PlatformSignal(Enum):
    """What a try tells us about the LMS as a whole: it is up, nothing, or possible or sure trouble for all grades."""

    UP = "up"
    UNKNOWN = "unknown"
    PERHAPS_ALL = "perhaps-all"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the LMS answered: an HTTP status, seconds that it asks us to wait, and what else it let us know.

    ``stale``: it holds a grade of the same time or later; ``early``: our clock is ahead of its own.
    """

    status: int
    retry_after: int | None = None
    out_of_calls: bool = False
    stale: bool = False
    early: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do after a try, words for the manager who looks at it, and what it tells us about the LMS.

    After ``patience`` failures in a row, people are told ``last_words``; None means that only days decide.
    """

    next: Next
    words: str
    signal: PlatformSignal = PlatformSignal.UP
    patience: int | None = None
    last_words: str = ""


DELIVERED = Verdict(Next.DONE, "The LMS has the grade.")
BUSY = Verdict(Next.WAIT, "The LMS is busy or down. We keep trying.", PlatformSignal.ALL)
STUMBLES = Verdict(
    Next.WAIT,
    "The LMS reports an error when it gets the grade, as Moodle does for a locked grade. We keep trying.",
    PlatformSignal.PERHAPS_ALL,
)
NO_ANSWER = Verdict(Next.WAIT, "The LMS did not answer. We keep trying.", PlatformSignal.ALL)
BAD_CERTIFICATE = Verdict(
    Next.WAIT,
    "We could not confirm the LMS’s identity: its certificate is not valid, or comes from an authority that we "
    "do not know. Its administrator can renew it, or the people who run this training can name the authority in "
    "the setting CA_BUNDLE. We keep trying.",
    PlatformSignal.ALL,
)
MOVED = Verdict(
    Next.WAIT,
    "The LMS sends our calls to another address, perhaps during maintenance or after a move. We keep trying. If "
    "this lasts, its administrator can register the tool again at the new address.",
    PlatformSignal.ALL,
)
OUR_CLOCK = Verdict(
    Next.WAIT,
    "The clock of this training is ahead of the LMS's. The people who run the training can correct it. We keep trying.",
)
OUR_FAULT = Verdict(Next.WAIT, "Something went wrong on our side. We keep trying.", PlatformSignal.UNKNOWN)
COMPARE = Verdict(Next.COMPARE, "The LMS has a grade of the same time or later.")

# About three hours at the usual waits: longer than LMSs keep our old keys, without leaving people in the dark.
REFUSALS = 10
UNWELCOME = Verdict(
    Next.WAIT,
    "The LMS does not accept our sign-in for this activity. We keep trying.",
    PlatformSignal.PERHAPS_ALL,
    REFUSALS,
    "The LMS does not accept our sign-in for this activity. Its administrator can allow the tool to use the "
    "grade service. Then send the grade again.",
)

NOT_ALLOWED = Verdict(
    Next.TELL_PEOPLE,
    "The LMS does not let us send grades to this activity. Its administrator can allow the tool to use the grade "
    "service. Then open the activity once and send the grade again.",
)
# Known beforehand, so that the LMS is not asked.
NO_RIGHT = replace(NOT_ALLOWED, signal=PlatformSignal.UNKNOWN)
IN_PART = Verdict(
    Next.TELL_PEOPLE,
    "We could not read the whole list of the gradebook’s columns from the LMS, so we cannot tell which one is for this "
    "grade, or whether it is there already. Tell the person who looks after the LMS, then send this again.",
    PlatformSignal.UNKNOWN,
)
NOT_CALLED = Verdict(
    Next.TELL_PEOPLE,
    "The LMS gives an address for grades that we are not allowed to call. It has to begin with https://, and an "
    "LMS in your own network has to be named in the setting PRIVATE_HOSTS. Once that is corrected, open the "
    "activity once and send the grade again.",
    PlatformSignal.UNKNOWN,
)
_GONE = (
    "The activity or its grade column is no longer in the LMS. If it was deleted on purpose, you do not need to "
    "do anything. If not, someone who edits the course can restore it. Then send the grade again."
)
_REFUSED = {
    400: "The LMS does not accept a grade for this person. Someone who leads the course can check there that the "
    "person is enrolled as a learner. Then send the grade again.",
    403: NOT_ALLOWED.words,
    404: _GONE,
    410: _GONE,
    412: "The LMS expects the grade in a form that we do not support. Its administrator can tell the people who run "
    "this training.",
    422: "The LMS does not accept a grade for this person now. Someone who leads the course can check there that the "
    "person is a learner, that the activity is published, that there are attempts left and that the course is "
    "open. Then send the grade again.",
}
# How an LMS refuses someone it does not know as a learner, such as a trainer who tries the training. Grades that were
# refused under an earlier version keep the second wording.
NOT_A_LEARNER = ("The LMS does not accept a grade for this person", "The LMS does not take a grade for this person")
_REFUSED[415] = _REFUSED[406] = _REFUSED[405] = _REFUSED[412]


def verdict_on(outcome: Outcome) -> Verdict:
    """Say what follows from a try, for which a new token was got where the first was refused.

    An equal or older time stamp is refused with 409 by Moodle, and with 400 and words to that effect by others; after a
    try that got no answer it can mean that the grade has arrived, so the LMS's own record is compared. Moodle answers
    500 for one locked grade, so that 500 alone says nothing of all others.
    """
    status = outcome.status
    if 200 <= status < 300:
        return DELIVERED
    if 300 <= status < 400:
        return MOVED
    if outcome.stale or status == 409:
        return COMPARE
    if outcome.early:
        return OUR_CLOCK
    if status in {408, 425, 429, 502, 503, 504} or (status == 403 and outcome.out_of_calls):
        return BUSY
    if status >= 500:
        return STUMBLES
    if status == 401:
        return UNWELCOME
    otherwise = f"The LMS refused the grade with status {status}. Its administrator can look up why."
    return Verdict(Next.TELL_PEOPLE, _REFUSED.get(status, otherwise))


@dataclass(frozen=True, slots=True)
class HeldGrade:
    """What the LMS holds for a person: a share from 0 to 1, or None for nothing or ``unread``, and of when if known."""

    share: float | None
    stamp: datetime | None = None
    unread: bool = False


# Where an activity's grades go, as far as the LMS tells us. We know the last two without asking it.
NO_COLUMN = Verdict(
    Next.NOT_KEPT,
    "The gradebook has no column for this activity, so there is nowhere to send the grade. If the activity should be "
    "graded, its trainer can switch grades on in its settings. The grade is then sent.",
)
NO_GRADES = replace(
    NO_COLUMN,
    words="The LMS does not say where this activity's grades go. If it should be graded, its trainer can switch "
    "grades on in the activity's settings, and the LMS's administrator can allow the tool to use the grade "
    "service. Then open the activity once.",
    signal=PlatformSignal.UNKNOWN,
)
MAY_NOT_LOOK = Verdict(
    Next.TELL_PEOPLE,
    "The LMS does not say which of this activity's columns is for the score, and does not let us look. Its "
    "administrator can allow the tool to see the columns of the gradebook. Then open the activity once and send "
    "the grade again.",
    PlatformSignal.UNKNOWN,
)
OTHER_TRAINING = Verdict(
    Next.SUPERSEDED, "The activity opens other training now, so this grade is not sent.", PlatformSignal.UNKNOWN
)
COLUMN_MOVED = Verdict(Next.SOON, "The column for the grade has a new address in the LMS. We send the grade there.")


# A learner cannot win against someone who keeps writing a different grade; people can settle it.
ENOUGH_COMPARISONS = 8
SUPERSEDED = Verdict(
    Next.SUPERSEDED, "The LMS has a later grade that is at least as good as ours, so there is nothing to send."
)


def compared(held: HeldGrade | None, share: float, stamp: datetime, times: int, replaces: bool = False) -> Verdict:
    """Say what follows where the LMS has told us that it holds a grade of the same time or later.

    ``held`` is that grade, or None where it cannot be read; ``times`` is how often it has told us so. Where ours
    ``replaces`` the grade of other training, a better one there may be that grade, and is no reason to keep ours back.
    """
    theirs = held.share if held else None
    if held and theirs is not None and theirs >= share - A_TRIFLE:
        later = held.stamp is not None and held.stamp > stamp
        is_better = theirs > share + A_TRIFLE
        if not (is_better and replaces):
            return SUPERSEDED if later or is_better else DELIVERED
    if times >= ENOUGH_COMPARISONS:
        return Verdict(
            Next.TELL_PEOPLE,
            "The LMS keeps a different grade for this person, and says each time that it is later than ours. "
            "Someone who leads the course can look at the person's grade there. Then send ours again.",
        )
    return Verdict(Next.SEND_ANEW, "The LMS has a later grade, which is not ours. We are sending ours with a new time.")


# Half a per cent: marks that people see as the same number count as the same.
SEEN_AS_THE_SAME = 0.005
ARRIVED = frozenset({DeliveryState.DELIVERED, DeliveryState.SUPERSEDED})


def differs(held: float, share: float) -> bool:
    """Say whether people who look at both would see that the mark in the LMS differs from ours."""
    return SEEN_AS_THE_SAME < abs(held - share) < float("inf")


def is_lost(state: DeliveryState, before: float | None, was_compared: bool, now: HeldGrade) -> bool:
    """Say whether an LMS has lost a grade that had arrived, as after a course reset.

    It has to have shown the grade before: some LMSs never show us grades, and would be sent each one for ever. If a
    grade was never looked at, all we know is that it arrived.
    """
    return state in ARRIVED and now.share is None and not now.unread and (before is not None or not was_compared)


# LMSs keep grades with four or five places, and not always as a share.
A_TRIFLE = 0.0001


def in_the_end(verdict: Verdict, failures: int, since: datetime, now: datetime, give_up_after: timedelta) -> Verdict:
    """Return the verdict, or a verdict that tells people if we have tried for long enough.

    Days alone do not decide: someone may have switched us off for that long.
    """
    if verdict.next is not Next.WAIT:
        return verdict
    if verdict.patience is not None and failures >= verdict.patience:
        return replace(verdict, next=Next.TELL_PEOPLE, words=verdict.last_words)
    if now - since >= give_up_after and failures >= REFUSALS:
        return replace(verdict, next=Next.TELL_PEOPLE, words=gave_up(verdict.words))
    return verdict


def gave_up(words: str) -> str:
    """Return the words for people about a grade that has been tried for long enough."""
    return f"We tried for many days and have stopped. The last problem: {words.replace(' We keep trying.', '')}"


def stamp_after(last: datetime | None, now: datetime) -> datetime:
    """Return the time stamp of a new score: whole seconds, and later than any before it for this person."""
    second = now.replace(microsecond=0)
    return max(second, last.replace(microsecond=0) + timedelta(seconds=1)) if last else second
