"""What is said to someone on a day: for each module, whether something has become due to be said that was not said yet.

Each date that matters has days on which something is to be said about it. Whatever was said on the latest such day or
since then has done it. So what falls on a quiet day is said on the next day that is not quiet, and only once, however
many such days went by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

WEEK = timedelta(days=7)


class Occasion(Enum):
    """Why a module is mentioned; ``TO_DO`` is for a nudge alone: it is not passed, and no date has come near."""

    BEFORE = "before"
    ON_THE_DAY = "on-the-day"
    OVERDUE = "overdue"
    EXPIRING = "expiring"
    TO_DO = "to-do"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a trust reminds its people.

    ``before`` and ``expiring`` are days before a due date and before the end of a pass. When something is overdue, it
    is said once a week, ``most`` times in all.
    """

    before: tuple[int, ...] = (14, 3)
    expiring: tuple[int, ...] = (30, 7)
    most: int = 6


@dataclass(frozen=True, slots=True)
class TrainingDates:
    """A module that someone has to take: by when, whether they passed it, and how long their pass lasts if it ends."""

    module: str
    due_on: date | None
    has_passed: bool = False
    valid_until: date | None = None

    def is_certified(self, day: date) -> bool:
        """Say whether their pass is valid on a day."""
        return self.has_passed and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to someone about a module on a day; ``about`` is the date that it was about."""

    module: str
    reason: Occasion
    about: date | None
    day: date
    by_person: bool = False


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be said about a module, and the date that it is about."""

    module: str
    reason: Occasion
    about: date | None


def to_say(
    trainings: Iterable[TrainingDates], said: Sequence[Said], frequency: Frequency, today: date
) -> tuple[Saying, ...]:
    """Return what is to be said to someone today, the earliest date first; nothing if there is nothing to say."""
    found = (_of_module(training, said, frequency, today) for training in trainings)
    return in_order(saying for saying in found if saying)


def in_order(sayings: Iterable[Saying]) -> tuple[Saying, ...]:
    """Return what is said by its dates, and what has none last."""
    return tuple(sorted(sayings, key=lambda saying: (saying.about or date.max, saying.module)))


def _of_module(training: TrainingDates, said: Sequence[Said], frequency: Frequency, today: date) -> Saying | None:
    """Return what is to be said about a module: of its due date first, since that decides what someone has to do."""
    own = [each for each in said if each.module == training.module]
    of_due_date = _of_due_date(training, own, frequency, today)
    if of_due_date or (training.due_on and training.due_on < today):
        return of_due_date
    return _of_end(training, own, frequency, today)


def _of_due_date(training: TrainingDates, own: Sequence[Said], frequency: Frequency, today: date) -> Saying | None:
    due = training.due_on
    if not due:
        return None
    if due < today:
        return Saying(training.module, Occasion.OVERDUE, due) if _is_overdue_again(own, due, frequency, today) else None
    # A pass that ends on the due date is announced as one that ends, and not once more as training that is due.
    before = () if due == training.valid_until else frequency.before
    if not _is_unsaid(own, due, (*before, 0), today):
        return None
    return Saying(training.module, Occasion.ON_THE_DAY if due == today else Occasion.BEFORE, due)


def _is_overdue_again(own: Sequence[Said], due: date, frequency: Frequency, today: date) -> bool:
    last = max((each.day for each in own if each.about == due), default=None)
    times = sum(each.reason is Occasion.OVERDUE and each.about == due and not each.by_person for each in own)
    return times < frequency.most and (last is None or last < due or last + WEEK <= today)


def _of_end(training: TrainingDates, own: Sequence[Said], frequency: Frequency, today: date) -> Saying | None:
    end = training.valid_until
    if not training.has_passed or not end or not _is_unsaid(own, end, frequency.expiring, today):
        return None
    return Saying(training.module, Occasion.EXPIRING, end)


def _is_unsaid(own: Sequence[Said], about: date, days_before: Sequence[int], today: date) -> bool:
    """Say whether one of the days before a date has come since something was last said about it."""
    come = [day for day in (about - timedelta(days=days) for days in days_before) if day <= today]
    return bool(come) and not any(each.about == about and each.day >= max(come) for each in own)


def to_nudge(trainings: Iterable[TrainingDates], frequency: Frequency, today: date) -> tuple[Saying, ...]:
    """Return what someone can be nudged about today: what is not certified, and what has to be renewed soon."""
    return in_order(saying for training in trainings if (saying := _open(training, frequency, today)))


def _open(training: TrainingDates, frequency: Frequency, today: date) -> Saying | None:
    due, end, module = training.due_on, training.valid_until, training.module
    if due and due < today:
        return Saying(module, Occasion.OVERDUE, due)
    if due and due <= today + _longest(frequency.before):
        return Saying(module, Occasion.ON_THE_DAY if due == today else Occasion.BEFORE, due)
    if training.has_passed and end and end <= today + _longest(frequency.expiring):
        return Saying(module, Occasion.EXPIRING, end)
    return None if training.is_certified(today) else Saying(module, Occasion.TO_DO, due)


def _longest(days: Sequence[int]) -> timedelta:
    return timedelta(days=max(days, default=0))


# For so long after a reminder, no manager can send someone another one.
REST = timedelta(days=3)


def rests_since(days: Iterable[date], today: date) -> date | None:
    """Return the day on which someone was last reminded if that is too short a time ago for a nudge, or None."""
    last = max(days, default=None)
    return last if last and last + REST > today else None


def is_week_over(day_of_week: int, last: date | None, today: date) -> bool:
    """Say whether a manager gets their weekly message: its day has come since they last got one."""
    latest = today - timedelta(days=(today.weekday() - day_of_week) % 7)
    return last is None or last < latest
