"""Practising: where nothing counts, a decision can be taken back and made again."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from modules.content.publish import content_of
from modules.errors import ItCounts
from modules.models import AnswerRow, Attempt, CheckAnswerRow
from modules.passes.attempts import open_attempt, require_kept


def take_back(session: Session, attempt: Attempt, number: int) -> None:
    """Take back an answer and all that followed; raises ItCounts in an assessment, Dropped in a dropped attempt.

    Someone who has reached the end of their practice is then in the middle of it again.
    """
    require_kept(attempt)
    if not content_of(attempt.version).module.is_practice:
        raise ItCounts
    for table in (AnswerRow, CheckAnswerRow):
        session.execute(delete(table).where(table.attempt_id == attempt.id, table.number >= number))
    if attempt.finished_at:
        _drop_other(session, attempt)
        attempt.finished_at = None


def _drop_other(session: Session, attempt: Attempt) -> None:
    """Drop the practice that was begun after this one, as one at a time is open; nothing of it counts."""
    other = open_attempt(session, attempt.person_id, attempt.module)
    if other:
        for table in (AnswerRow, CheckAnswerRow):
            session.execute(delete(table).where(table.attempt_id == other.id))
        session.delete(other)
        session.flush()
