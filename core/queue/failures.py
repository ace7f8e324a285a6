"""Failures of jobs: noted when a job fails, claimed when it is due again, and gone when it has succeeded."""

import json
import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from traceback import extract_tb

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from config import ROOT
from core.domain.waits import wait_after
from core.queue.jobs import JobFailed
from core.queue.models import LONGEST_ARGUMENTS, LONGEST_WORDS, JobFailure
from core.rows import change_rows

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
# About three days at these waits: a weekend without an LMS needs no one's hand.
MOST_TRIES = 20
# Longer than any job takes: one that was begun and has ended with its process is due again after this.
LEASE = timedelta(minutes=20)

Named = tuple[str, tuple[int, ...]]


def note_failure(session: Session, named: Named, error: Exception, now: datetime) -> None:
    """Note that a job has failed, and when it is tried again."""
    failure = session.scalar(select(JobFailure).where(*_of(named)).with_for_update())
    if not failure:
        failure = JobFailure(name=named[0], arguments=_written(named), first_at=now, tries=0)
        session.add(failure)
    failure.tries, failure.last_at, failure.words = failure.tries + 1, now, words_of(error)[:LONGEST_WORDS]
    is_tried_again = failure.tries < MOST_TRIES and getattr(error, "again", True)
    wait = wait_after(failure.tries, FIRST_WAIT, LONGEST_WAIT, random.random())
    failure.due_at = now + wait if is_tried_again else None


def words_of(error: Exception) -> str:
    """Say what went wrong: a fault of ours by its place alone, since its own words may be about someone."""
    if isinstance(error, JobFailed):
        return error.words
    return f"Something went wrong on our side: {type(error).__name__}{_place_of(error)}."


def _place_of(error: Exception) -> str:
    """Return where in our own code an error came up, or nothing."""
    ours = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(ROOT)]
    own = [frame for frame in ours if "site-packages" not in frame.filename]
    return f" at {Path(own[-1].filename).relative_to(ROOT)}:{own[-1].lineno}" if own else ""


def has_failed(session: Session, named: Named) -> bool:
    """Say whether a job failed at its last try."""
    return session.scalar(select(JobFailure.id).where(*_of(named))) is not None


def end_failure(session: Session, named: Named) -> None:
    """Note that a job has succeeded."""
    session.execute(delete(JobFailure).where(*_of(named)))


def is_any_due(session: Session, names: Collection[str], now: datetime) -> bool:
    """Say whether a failed job of these names is due again, so that no one writes only to find out."""
    return session.scalar(select(JobFailure.id).where(*_due(names, now)).limit(1)) is not None


def claim_due(session: Session, names: Collection[str], now: datetime) -> list[Named]:
    """Take up the failed jobs of these names that are due again, each under a lease."""
    due = select(JobFailure).where(*_due(names, now)).order_by(JobFailure.id)
    return [_claimed(failure, now) for failure in session.scalars(due.with_for_update(skip_locked=True))]


def _due(names: Collection[str], now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what picks them; a time further ahead than any wait was recorded by a clock that was wrong."""
    too_far = now + 2 * LONGEST_WAIT
    return JobFailure.name.in_(names), or_(JobFailure.due_at <= now, JobFailure.due_at > too_far)


def failures(session: Session) -> Sequence[JobFailure]:
    """Return all jobs that failed at their last try, the oldest failure first."""
    return session.scalars(select(JobFailure).order_by(JobFailure.first_at, JobFailure.id)).all()


def count_failures(session: Session, names: Collection[str]) -> int:
    """Return how many jobs of these names failed at their last try."""
    return session.scalar(select(func.count()).select_from(JobFailure).where(JobFailure.name.in_(names))) or 0


def retry(session: Session, numbers: Collection[int] | None, names: Collection[str], now: datetime) -> int:
    """Have the failures of these numbers, or all, tried again now if there are such jobs; return how many that is."""
    which = [JobFailure.name.in_(names), *([] if numbers is None else [JobFailure.id.in_(numbers)])]
    return change_rows(session, update(JobFailure).where(*which).values(due_at=now, tries=0))


def forget(session: Session, number: int) -> bool:
    """Take a failure off the list, as of a job that there is no longer; False where there is none of that number."""
    return bool(change_rows(session, delete(JobFailure).where(JobFailure.id == number)))


def arguments_of(failure: JobFailure) -> tuple[int, ...]:
    """Return the numbers with which a job that failed was asked for."""
    return tuple(json.loads(failure.arguments))


def _claimed(failure: JobFailure, now: datetime) -> Named:
    failure.due_at = now + LEASE
    return failure.name, arguments_of(failure)


def _of(named: Named) -> tuple[ColumnElement[bool], ...]:
    return JobFailure.name == named[0], JobFailure.arguments == _written(named)


def check_arguments(numbers: tuple[object, ...]) -> None:
    """Raise ValueError unless a failure of a job with these arguments can be noted."""
    # True would be written as a word, and read back as something else than a number.
    if not all(type(number) is int for number in numbers):
        raise ValueError("a job is asked for with whole numbers")
    if len(json.dumps(numbers)) > LONGEST_ARGUMENTS:
        raise ValueError(f"the arguments of a job take at most {LONGEST_ARGUMENTS} characters")


def _written(named: Named) -> str:
    return json.dumps(named[1])
