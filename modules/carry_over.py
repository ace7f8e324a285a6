"""Carrying over: a pass that somebody holds counts in every activity of its module, also in one that came later."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lti.deliveries import Grade, Owed, owe_grade
from lti.models import Delivery
from modules.domain.renewal import Stage
from modules.models import Attempt, ResultRow
from modules.passes import Renewal
from modules.results import best_of, comment_on


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


def carry_over(session: Session, placement_id: int, result: ResultRow, now: datetime) -> Delivery | None:
    """Owe the grade of a pass, made in another activity or before this one had a column, to this one too."""
    attempt = session.get_one(Attempt, result.attempt_id)
    words = comment_on(result.passed, serious=False)
    grade = Grade(result.score, words, attempt.started_at, result.finished_at, result.passed)
    owed = owe_grade(session, placement_id, result.person_id, grade, now)
    if owed and attempt.placement_id != placement_id and owed.finished_at == result.finished_at:
        owed.carried = True
    return owed
