"""Dropping an attempt that its owner did not mean to start, or does not want to finish."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.changes import records_changed
from modules.content.publish import content_of
from modules.domain.progress import Progress
from modules.errors import Finished, HasToBeFinished
from modules.models import Attempt
from modules.passes.attempts import progress_of


def drop_attempt(session: Session, attempt: Attempt, now: datetime) -> None:
    """Drop an open attempt: it is never marked, no longer counts as in progress, and leaves room for a new one.

    Its answers stay on record. No one gains by dropping: attempts are unlimited and the best one counts anyway. But
    dropping must not hide a serious breach that fails the attempt: this raises HasToBeFinished. It raises Finished if
    there is already a result. An attempt that has been dropped stays as it is.
    """
    session.refresh(attempt, ["finished_at", "dropped_at"], with_for_update=True)
    if attempt.dropped_at:
        return
    if attempt.finished_at:
        raise Finished
    if not may_drop(attempt, progress_of(session, attempt)):
        raise HasToBeFinished
    attempt.dropped_at = now
    records_changed(session, [attempt.person_id], now)


def may_drop(attempt: Attempt, progress: Progress) -> bool:
    """Say whether an open attempt can be dropped: not after a serious breach that fails it, unless it is practice."""
    return content_of(attempt.version).module.is_practice or not any(step.fails for step in progress.steps)
