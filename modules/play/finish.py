"""Finishing: what the last answer sets in motion, all in its transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.changes import records_changed
from lti.grades.deliveries import Grade, owe_grade
from lti.models import Activity
from modules.certificates.certificates import issue_if_earned
from modules.content.publish import content_of
from modules.domain.progress import Progress
from modules.domain.renewal import HeldPass
from modules.domain.result import Result, result_of
from modules.models import Attempt, ResultRow
from modules.passes.apply_joins import apply_joins_of
from modules.passes.passes import cycle_of, held_by, note_passes, renewal_from
from modules.passes.results import best_of, comment_on, finished_attempts


def finish(session: Session, attempt: Attempt, progress: Progress, activity_id: int, now: datetime) -> None:
    """Finish an attempt; one that counts brings a result, the grade, what it is good for, and a certificate."""
    attempt.finished_at = now
    if not content_of(attempt.version).module.is_practice:
        _conclude(session, attempt, progress, activity_id, now)
    records_changed(session, [attempt.person_id], now)


def _conclude(session: Session, attempt: Attempt, progress: Progress, activity_id: int, now: datetime) -> None:
    module = content_of(attempt.version).module
    result = result_of(content_of(attempt.version), progress)
    held = held_by(session, attempt.person_id, [module.key, *module.renews])
    row = _keep_result(session, attempt, result, cycle_of(held.get(module.key), module, now), now)
    good_for = note_passes(session, attempt, held, now) if result.passed else []
    _owe_grades(session, attempt, row, held.get(module.key), activity_id, bool(result.failed_on))
    for key in good_for:
        issue_if_earned(session, attempt.person_id, key, now)
    if good_for:
        apply_joins_of(session, attempt.person_id, now)


def _keep_result(session: Session, attempt: Attempt, result: Result, cycle: int, now: datetime) -> ResultRow:
    row = ResultRow(
        attempt_id=attempt.id,
        person_id=attempt.person_id,
        module=attempt.module,
        cycle=cycle,
        marks=result.marks,
        out_of=result.out_of,
        score=result.score,
        passed=result.passed,
        finished_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _owe_grades(
    session: Session, attempt: Attempt, row: ResultRow, held: HeldPass | None, activity_id: int, serious: bool
) -> None:
    """Owe the grade that counts.

    A module can stand in two activities. The one where the attempt began and the one where it ended both get the grade.
    A pass that renews is sent again though the LMS may hold the same already: it was earned anew.
    """
    results = finished_attempts(session, attempt.person_id, attempt.module)
    own_cycle = [result for result in results if result.cycle == row.cycle]
    renews = row.cycle > 1 and [result for result in own_cycle if result.passed] == [row]
    module, now = content_of(attempt.version).module, row.finished_at
    good = renewal_from(held, module, now).counting(results)
    best = best_of(own_cycle if row.passed else good or own_cycle)
    words = comment_on(best.passed, serious=best is row and serious)
    started_at = session.get_one(Attempt, best.attempt_id).started_at
    grade = Grade(best.score, words, started_at, best.finished_at, best.passed)
    for activity in _graded(session, attempt, activity_id):
        owe_grade(session, activity, attempt.person_id, grade, now, afresh=renews)


def _graded(session: Session, attempt: Attempt, activity_id: int) -> list[int]:
    """Return the activities that get the grade: only such as ask for this module, as another may be open in a tab."""
    played_in = Activity.id.in_({attempt.activity_id, activity_id}), Activity.module == attempt.module
    return list(session.scalars(select(Activity.id).where(*played_in).order_by(Activity.id)))
