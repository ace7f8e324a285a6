"""Results: what finished attempts came to, and which of them counts."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lti.models import Activity
from modules.models import Attempt, ResultRow

THEIRS = (
    select(ResultRow)
    .where(ResultRow.person_id == bindparam("person_id"), ResultRow.module == bindparam("module"))
    .order_by(ResultRow.finished_at.desc(), ResultRow.attempt_id.desc())
)


IN_COURSE = (
    THEIRS.join(Attempt, Attempt.id == ResultRow.attempt_id)
    .join(Activity, Activity.id == Attempt.activity_id)
    .where(Activity.course_id == bindparam("course_id"))
)


def best_of(results: Sequence[ResultRow]) -> ResultRow:
    """Return the result that counts: a pass before none, then the better score, then the earlier one."""
    return max(results, key=lambda result: (result.passed, result.score, -result.finished_at.timestamp()))


def comment_on(passed: bool, serious: bool) -> str:
    """Return the words that go to the LMS with a grade; ``serious`` where a breach decided against it."""
    if serious:
        return "Not passed because of a serious breach."
    return "Passed." if passed else "Not passed yet."


def finished_attempts(session: Session, person_id: int, module: str) -> list[ResultRow]:
    """Return a person's results in a module, the latest first."""
    return list(session.scalars(THEIRS, {"person_id": person_id, "module": module}))


def finished_in_course(session: Session, person_id: int, module: str, course_id: int) -> list[ResultRow]:
    """Return a person's results of attempts that began in a course, the latest first."""
    return list(session.scalars(IN_COURSE, {"person_id": person_id, "module": module, "course_id": course_id}))
