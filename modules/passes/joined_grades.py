"""The grades of passes that joins transfer: owed to the courses of the newer entry, and taken back when a join goes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from lti.domain.delivery import GradeKind
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.withdraw import owed_to, take_back_grade
from lti.learners import LEARNS_NOW
from lti.models import Activity, Delivery, Membership
from modules.domain.join_links import JoinLink
from modules.models import Attempt, Pass, ResultRow
from modules.passes.joined_passes import Passes, may_pass, until
from modules.passes.results import comment_on


@dataclass(frozen=True)
class Graded:
    """What some entries reached: the grade of each of their attempts, and whose it was, by attempt and module."""

    by_attempt: dict[int, Grade]
    own: dict[tuple[int, str], list[Grade]]


def settle_grades(
    session: Session, people: Collection[int], links: Sequence[JoinLink], passes: Passes, now: datetime
) -> None:
    """Take back the grades of what no longer counts for these entries, and owe those of what counts for them now."""
    graded = _graded(session, people, passes)
    for delivery in owed_to(session, people):
        if _is_foreign(delivery, passes, graded):
            counting = _counting(delivery.person_id, delivery.module, passes, graded, day_of(now))
            best = max(
                counting, key=lambda each: (each.passed, each.score, -each.finished_at.timestamp()), default=None
            )
            take_back_grade(session, delivery, best, now)
    for link in links:
        for row in _valid_longest(link, passes, day_of(now)):
            _owe(session, link.newer, row.module, graded.by_attempt[row.attempt_id], link.course, now)


def owe_here(session: Session, person_id: int, row: Pass, course_id: int, now: datetime) -> None:
    """Owe the grade of a pass under another entry to the activities of its module in one course of the person."""
    result, attempt = session.get_one(ResultRow, row.attempt_id), session.get_one(Attempt, row.attempt_id)
    _owe(session, person_id, row.module, _grade(result, attempt.started_at), course_id, now)


def _graded(session: Session, people: Collection[int], passes: Passes) -> Graded:
    attempts = {attempt for theirs in passes.own.values() for attempt, _ in theirs}
    wanted = or_(ResultRow.person_id.in_(people), ResultRow.attempt_id.in_(attempts))
    found = session.execute(
        select(ResultRow, Attempt.started_at).join(Attempt, Attempt.id == ResultRow.attempt_id).where(wanted)
    ).all()
    by_attempt = {result.attempt_id: _grade(result, started_at) for result, started_at in found}
    own: dict[tuple[int, str], list[Grade]] = {}
    for result, _ in found:
        own.setdefault((result.person_id, result.module), []).append(by_attempt[result.attempt_id])
    for person_id, theirs in passes.own.items():
        for attempt, module in theirs:
            own.setdefault((person_id, module), []).append(by_attempt[attempt])
    return Graded(by_attempt, own)


def _grade(result: ResultRow, started_at: datetime) -> Grade:
    words = comment_on(result.passed, serious=False)
    return Grade(result.score, words, started_at, result.finished_at, result.passed)


def _is_foreign(delivery: Delivery, passes: Passes, graded: Graded) -> bool:
    """Say whether a delivery carries the grade of another entry from which nothing is transferred any more."""
    person_id, module = delivery.person_id, delivery.module
    transferred = [graded.by_attempt[attempt] for attempt, of in passes.transferred.get(person_id, ()) if of == module]
    if any(_carries(delivery, grade) for grade in (*graded.own.get((person_id, module), ()), *transferred)):
        return False
    others = (grades for (whose, of), grades in graded.own.items() if whose != person_id and of == module)
    return any(_carries(delivery, grade) for grades in others for grade in grades)


def _carries(delivery: Delivery, grade: Grade) -> bool:
    score = float(grade.passed) if delivery.kind is GradeKind.COMPLETION else grade.score
    times = (delivery.started_at, delivery.finished_at) == (grade.started_at, grade.finished_at)
    return times and delivery.score == score


def _counting(person_id: int, module: str, passes: Passes, graded: Graded, today: date) -> Iterable[Grade]:
    """Return what a person reached themselves in a module, and the grades of what is transferred to them and valid."""
    yield from graded.own.get((person_id, module), ())
    for key in passes.transferred.get(person_id, ()):
        if key[1] == module and until(passes.source(key)) >= today:
            yield graded.by_attempt[key[0]]


def _valid_longest(link: JoinLink, passes: Passes, today: date) -> Iterable[Pass]:
    """Return of the valid passes that come by a link the one of each module that is valid longest."""
    came = [key for key, number in passes.transferred.get(link.newer, {}).items() if number == link.number]
    rows = [passes.source(key) for key in came if may_pass(link, key)]
    valid = sorted((row for row in rows if until(row) >= today), key=lambda row: (until(row), row.cycle))
    return {row.module: row for row in valid}.values()


def _owe(session: Session, person_id: int, module: str, grade: Grade, course_id: int | None, now: datetime) -> None:
    """Owe a grade to the activities of its module in the course, or in all of the person's courses."""
    learns = Membership.person_id == person_id, *LEARNS_NOW
    placed = select(Activity.id).join(Membership, Membership.course_id == Activity.course_id).where(*learns)
    placed = placed.where(Activity.module == module)
    placed = placed.where(Activity.course_id == course_id) if course_id else placed
    for activity_id in session.scalars(placed.order_by(Activity.id)).all():
        owe_grade(session, activity_id, person_id, grade, now)
