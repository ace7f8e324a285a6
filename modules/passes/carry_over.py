"""Carrying over: a pass counts in every activity of its module, even in one that was added later."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti.domain.delivery import DeliveryState, GradeKind
from lti.grades.deliveries import Grade, Owed, owe_grade, owed_at
from lti.models import Activity, Delivery, Membership
from modules.domain.content import TrainingModule
from modules.domain.renewal import Stage
from modules.models import Attempt, Pass, ResultRow
from modules.passes.course_progress import learns_in
from modules.passes.passes import Renewal, is_valid, renewal_of
from modules.passes.results import best_of, comment_on, finished_attempts


def pass_to_carry(results: Sequence[ResultRow], owed: Owed, renewal: Renewal) -> ResultRow | None:
    """Return the pass that an activity has yet to hear of: the best that is still good; None where there is none.

    All is in hand where a page shows an activity, so that nothing is asked of the database where nothing is lacking.
    """
    if renewal.stage is Stage.EXPIRED:
        return None
    # A refresher renews a pass of an earlier cycle.
    passed = [result for result in results if result.passed]
    good = [result for result in renewal.counting(results) if result.passed] or passed
    best = best_of(good) if good else None
    return best if best and owed.lacks(best.score, best.passed) else None


MOST_AT_ONCE = 100


def carry_over_all(session: Session, activity_id: int, module: TrainingModule, now: datetime) -> int:
    """Owe an activity the grades of learners who passed elsewhere, for up to this many people; return how many.

    When someone opens the activity, their grade is carried over anyway.
    """
    people = session.scalars(_lacking(session, activity_id, module.key, now).limit(MOST_AT_ONCE)).all()
    return sum(_carried_over(session, activity_id, person_id, module, now) for person_id in people)


def _lacking(session: Session, activity_id: int, module: str, now: datetime) -> Select[int]:
    course_id = session.get_one(Activity, activity_id).course_id
    holds = select(Pass.attempt_id).where(Pass.person_id == Membership.person_id, Pass.module == module, is_valid(now))
    passed = select(ResultRow.attempt_id).where(
        ResultRow.person_id == Membership.person_id, ResultRow.module == module, ResultRow.passed
    )
    here = Delivery.activity_id == activity_id, Delivery.person_id == Membership.person_id
    owed = select(Delivery.id).where(*here, Delivery.kind == GradeKind.SCORE, Delivery.module == module)
    learners = select(Membership.person_id).where(*learns_in(course_id)).order_by(Membership.person_id)
    return learners.where(holds.exists(), passed.exists(), ~owed.exists())


def _carried_over(session: Session, activity_id: int, person_id: int, module: TrainingModule, now: datetime) -> bool:
    results = finished_attempts(session, person_id, module.key)
    owed, renewal = owed_at(session, activity_id, person_id), renewal_of(session, person_id, module, now)
    best = pass_to_carry(results, owed, renewal)
    return best is not None and carry_over(session, activity_id, best, now) is not None


def carry_attempt(session: Session, activity_id: int, attempt_id: int, now: datetime) -> None:
    """Owe an activity the grade of a pass from elsewhere, unless the activity has other training by now."""
    result, activity = session.get(ResultRow, attempt_id), session.get(Activity, activity_id)
    if result and activity and activity.module == result.module:
        carry_over(session, activity_id, result, now)


def as_carried(session: Session, owed: Owed, result: ResultRow, activity_id: int) -> Delivery | None:
    """Return the delivery as it will be once the grade of a pass has been carried over; nothing is written."""
    before = owed.grade
    if before and before.score >= result.score:
        return before
    attempt = session.get_one(Attempt, result.attempt_id)
    is_sending = before is not None and before.state is DeliveryState.SENDING
    return Delivery(
        score=result.score,
        state=DeliveryState.SENDING if is_sending else DeliveryState.WAITING,
        carried=attempt.activity_id != activity_id,
        delivered_at=before.delivered_at if before else None,
        tries=0,
        words="",
    )


def carry_over(session: Session, activity_id: int, result: ResultRow, now: datetime) -> Delivery | None:
    """Owe the grade of a pass, made in another activity or before this one had a column, to this one too."""
    attempt = session.get_one(Attempt, result.attempt_id)
    words = comment_on(result.passed, serious=False)
    grade = Grade(result.score, words, attempt.started_at, result.finished_at, result.passed)
    owed = owe_grade(session, activity_id, result.person_id, grade, now)
    if owed and attempt.activity_id != activity_id and owed.finished_at == result.finished_at:
        owed.carried = True
    return owed
