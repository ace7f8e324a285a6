"""Keeping an answer that was sent, to a decision or to a rule check."""

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.services import service
from db import in_transaction, utcnow
from lti.grades.jobs import GradeJobs
from lti.visits.permission import activity_of, current_visit
from modules.domain.check_step import CheckAnswer
from modules.domain.progress import Answer
from modules.models import Attempt
from modules.passes.attempts import take_attempt
from modules.play.answers import give_answer
from turns import is_locked

NOT_KEPT = (
    "We could not save this answer because our server is busy. All your earlier answers are saved. "
    "Select “Confirm” to try again"
)


def keep(attempt_id: int, given: Answer | CheckAnswer) -> int | None:
    """Keep an answer of the person who is here and return its number; None if the database stayed locked.

    The last answer of an attempt has its grade sent.
    """
    visit = current_visit()

    def keep_own(session: Session) -> tuple[Attempt, int]:
        attempt = take_attempt(session, attempt_id, visit.person_id)
        return attempt, give_answer(session, attempt, given, activity_of(visit), utcnow())

    try:
        attempt, number = in_transaction(keep_own)
    except OperationalError as error:
        if not is_locked(error):
            raise
        return None
    if attempt.finished_at:
        service(GradeJobs).send()
    return number
