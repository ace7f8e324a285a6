"""Attempts: starting one, answering scene by scene, and what the last answer sets in motion."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from lti.deliveries import Grade, owe_grade
from lti.models import Placement
from modules.certificates import issue_if_earned
from modules.domain.progress import Answer, Progress, progress_from, result_of
from modules.errors import AnsweredAlready, NotAskedNow, NotYours, UnknownChoice
from modules.models import AnswerRow, Attempt, ResultRow
from modules.publish import content_of, latest_version

OWN_ATTEMPT = (
    select(Attempt)
    .options(joinedload(Attempt.version, innerjoin=True))
    .where(Attempt.id == bindparam("attempt_id"), Attempt.person_id == bindparam("person_id"))
)
ANSWERS = (
    select(AnswerRow.scenario, AnswerRow.scene, AnswerRow.choice)
    .where(AnswerRow.attempt_id == bindparam("attempt_id"))
    .order_by(AnswerRow.number)
)
OPEN = select(Attempt).where(
    Attempt.person_id == bindparam("person_id"), Attempt.module == bindparam("module"), Attempt.finished_at.is_(None)
)
THEIRS = (
    select(ResultRow)
    .where(ResultRow.person_id == bindparam("person_id"), ResultRow.module == bindparam("module"))
    .order_by(ResultRow.finished_at.desc(), ResultRow.attempt_id.desc())
)


def start_attempt(
    session: Session, person_id: int, placement_id: int, module: str | None, trust: str, now: datetime
) -> Attempt:
    """Return the person's open attempt at a module or start one on the latest version; NotPublished if it has none."""
    version = latest_version(session, module, trust)
    attempt = open_attempt(session, person_id, version.module)
    if not attempt:
        attempt = Attempt(
            person_id=person_id,
            placement_id=placement_id,
            module=version.module,
            version_id=version.id,
            started_at=now,
        )
        session.add(attempt)
        session.flush()
    return attempt


def open_attempt(session: Session, person_id: int, module: str) -> Attempt | None:
    """Return the attempt at a module that a person has not finished, or None."""
    return session.scalar(OPEN, {"person_id": person_id, "module": module})


def find_attempt(session: Session, attempt_id: int, person_id: int) -> Attempt:
    """Return a person's own attempt with its version; NotYours otherwise."""
    attempt = session.scalar(OWN_ATTEMPT, {"attempt_id": attempt_id, "person_id": person_id})
    if not attempt:
        raise NotYours
    return attempt


def progress_of(session: Session, attempt: Attempt) -> Progress:
    """Return how far an attempt has come."""
    answers = [Answer(*row) for row in session.execute(ANSWERS, {"attempt_id": attempt.id})]
    return progress_from(content_of(attempt.version), answers)


def give_answer(session: Session, attempt: Attempt, answer: Answer, placement_id: int, now: datetime) -> int:
    """Keep an answer, given in a visit from a placement, and return its number.

    The last one finishes the attempt and owes the grade to the LMS.

    The same answer sent twice counts once. NotAskedNow, AnsweredAlready and UnknownChoice leave everything as it was.
    """
    before = progress_of(session, attempt)
    if number := _number_of(before, answer):
        return number
    if not before.place or not before.place.asks(answer):
        raise NotAskedNow
    if answer.choice not in {choice.key for choice in before.place.scene.choices}:
        raise UnknownChoice
    number = len(before.steps) + 1
    session.add(AnswerRow(attempt_id=attempt.id, number=number, given_at=now, **_columns(answer)))
    given = [Answer(step.scenario.key, step.scene.key, step.choice.key) for step in before.steps]
    after = progress_from(content_of(attempt.version), [*given, answer])
    if not after.place:
        finish(session, attempt, after, placement_id, now)
    return number


def _number_of(progress: Progress, answer: Answer) -> int | None:
    """Return the number under which an answer has been kept before, or None for a new one."""
    for step in progress.steps:
        if (step.scenario.key, step.scene.key) == (answer.scenario, answer.scene):
            if step.choice.key != answer.choice:
                raise AnsweredAlready
            return step.number
    return None


def _columns(answer: Answer) -> dict[str, str]:
    return {"scenario": answer.scenario, "scene": answer.scene, "choice": answer.choice}


def finish(session: Session, attempt: Attempt, progress: Progress, placement_id: int, now: datetime) -> None:
    """Finish an attempt: its result, the deliveries of the best grade and a certificate are written together.

    A module can stand in two activities. The one where the attempt began and the one where it ended both get the grade.
    """
    result = result_of(content_of(attempt.version), progress.steps)
    attempt.finished_at = now
    session.add(
        ResultRow(
            attempt_id=attempt.id,
            person_id=attempt.person_id,
            module=attempt.module,
            marks=result.marks,
            out_of=result.out_of,
            score=result.score,
            passed=result.passed,
            finished_at=now,
        )
    )
    session.flush()
    best = best_of(finished_attempts(session, attempt.person_id, attempt.module))
    words = comment_on(best.passed, serious=best.attempt_id == attempt.id and bool(result.failed_on))
    started_at = session.get_one(Attempt, best.attempt_id).started_at
    grade = Grade(best.score, words, started_at, best.finished_at, best.passed)
    for placement in _graded(session, attempt, placement_id):
        owe_grade(session, placement, attempt.person_id, grade, now)
    if result.passed:
        issue_if_earned(session, attempt.person_id, attempt.module, now)


def _graded(session: Session, attempt: Attempt, placement_id: int) -> list[int]:
    """Return the activities that get the grade: only such as ask for this module, as another may be open in a tab."""
    played_in = Placement.id.in_({attempt.placement_id, placement_id}), Placement.module == attempt.module
    return list(session.scalars(select(Placement.id).where(*played_in).order_by(Placement.id)))


def best_of(results: Sequence[ResultRow]) -> ResultRow:
    """Return the result that counts: a pass before none, then the better score, then the earlier one."""
    return max(results, key=lambda result: (result.passed, result.score, -result.finished_at.timestamp()))


def comment_on(passed: bool, serious: bool) -> str:
    """Return the words that go to the LMS with a grade; ``serious`` where a breach decided against it."""
    if serious:
        return "Not passed: a serious breach of the policy in a scene that decides."
    return "Passed." if passed else "Not passed yet."


def finished_attempts(session: Session, person_id: int, module: str) -> list[ResultRow]:
    """Return a person's results in a module, the latest first."""
    return list(session.scalars(THEIRS, {"person_id": person_id, "module": module}))


def result_for(session: Session, attempt: Attempt) -> ResultRow:
    """Return the result of a finished attempt."""
    return session.get_one(ResultRow, attempt.id)
