"""Starting an attempt, and answering scene by scene and rule check by rule check."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.changes import records_changed
from modules.content.publish import content_of, latest_version
from modules.domain.check_step import CheckAnswer
from modules.domain.progress import Answer, progress_from, progress_with
from modules.errors import AnsweredAlready, NotAskedNow, UnknownChoice
from modules.models import AnswerRow, Attempt, CheckAnswerRow
from modules.passes.attempts import answers_to, open_attempt, require_kept
from modules.play.finish import finish


def start_attempt(
    session: Session, person_id: int, activity_id: int, module: str | None, trust: str, now: datetime
) -> Attempt:
    """Return the person's open attempt at a module or start one on the latest version; NotPublished if it has none."""
    version = latest_version(session, module, trust)
    attempt = open_attempt(session, person_id, version.module)
    if not attempt:
        attempt = Attempt(
            person_id=person_id,
            activity_id=activity_id,
            module=version.module,
            version_id=version.id,
            draw=_attempts_before(session, person_id, version.module),
            started_at=now,
        )
        session.add(attempt)
        session.flush()
        records_changed(session, [person_id], now)
    return attempt


def draw_for(session: Session, person_id: int, module: str) -> int:
    """Return which draw of rule checks a person is asked at a module: in their open attempt, or else in the next."""
    attempt = open_attempt(session, person_id, module)
    return attempt.draw if attempt else _attempts_before(session, person_id, module)


def _attempts_before(session: Session, person_id: int, module: str) -> int:
    """Return how many attempts a person has begun at a module: each is asked other rule checks than the last."""
    own = Attempt.person_id == person_id, Attempt.module == module
    return session.scalar(select(func.count()).where(*own)) or 0


def give_answer(
    session: Session, attempt: Attempt, answer: Answer | CheckAnswer, activity_id: int, now: datetime
) -> int:
    """Keep an answer, given in a visit from an activity, and return its number.

    The last one finishes the attempt and owes the grade to the LMS.

    The same answer sent twice counts once. After Dropped, NotAskedNow, AnsweredAlready or UnknownChoice, nothing
    changes.
    """
    require_kept(attempt)
    content = content_of(attempt.version)
    given = answers_to(session, attempt, content)
    if number := _number_of(given, answer):
        return number
    before = progress_from(content, given, attempt.draw)
    if not before.place or not before.place.asks(answer):
        raise NotAskedNow
    try:
        after = progress_with(content, before, answer)
    except (KeyError, ValueError) as error:
        raise UnknownChoice from error
    session.add(_row(attempt, after.answered, answer, now))
    if not after.place:
        finish(session, attempt, after, activity_id, now)
    return after.answered


def _number_of(given: Sequence[Answer | CheckAnswer], answer: Answer | CheckAnswer) -> int | None:
    """Return the number under which an answer has been kept before, or None for a new one."""
    for number, each in enumerate(given, start=1):
        if each.question == answer.question:
            if each != answer:
                raise AnsweredAlready
            return number
    return None


def _row(attempt: Attempt, number: int, answer: Answer | CheckAnswer, now: datetime) -> AnswerRow | CheckAnswerRow:
    common = {"attempt_id": attempt.id, "number": number, "given_at": now}
    if isinstance(answer, CheckAnswer):
        return CheckAnswerRow(rule_check=answer.check, given=dict(answer.given), **common)
    return AnswerRow(scenario=answer.scenario, scene=answer.scene, choice=answer.choice, **common)
