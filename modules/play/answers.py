"""Starting an attempt, and answering scene by scene."""

from datetime import datetime

from sqlalchemy.orm import Session

from modules.content.publish import content_of, latest_version
from modules.domain.progress import Answer, Progress, progress_from
from modules.errors import AnsweredAlready, NotAskedNow, UnknownChoice
from modules.models import AnswerRow, Attempt
from modules.passes.attempts import open_attempt, progress_of, require_kept
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
            started_at=now,
        )
        session.add(attempt)
        session.flush()
    return attempt


def give_answer(session: Session, attempt: Attempt, answer: Answer, activity_id: int, now: datetime) -> int:
    """Keep an answer, given in a visit from an activity, and return its number.

    The last one finishes the attempt and owes the grade to the LMS.

    The same answer sent twice counts once. After Dropped, NotAskedNow, AnsweredAlready or UnknownChoice, nothing
    changes.
    """
    require_kept(attempt)
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
        finish(session, attempt, after, activity_id, now)
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
