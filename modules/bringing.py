"""What a join brings from one entry of a person to another, and what its undoing takes back.

Passes and confirmations of the policy are copied under the person's other id, each with the join that it came by. So
whatever asks for somebody's pass finds it without knowing of joins, and nothing is left of a join that was a mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti.deliveries import Grade, owe_grade
from lti.domain.roles import Role
from lti.models import Membership, Placement
from lti.taking_back import take_back_grades
from modules.domain.days import day_of
from modules.models import Acknowledgement, Attempt, Certificate, Join, Pass, ResultRow
from modules.passes import held_by
from modules.results import best_of, comment_on, finished_attempts


@dataclass(frozen=True)
class Bringing:
    """To which of a person's ids something is brought, by which join, and whose course gets the grade, if one alone."""

    person_id: int
    course_id: int | None
    join_id: int | None


def bring(session: Session, made: Join, now: datetime) -> None:
    """Let what the earlier entry holds count for the person: all of it, or of the one module that was asked for.

    A pass whose certificate was revoked stays where it is.
    """
    revoked = select(Certificate.attempt_id).where(
        Certificate.person_id == made.same_as_id, Certificate.revoked_at.is_not(None)
    )
    theirs = select(Pass).where(Pass.person_id == made.same_as_id, Pass.attempt_id.not_in(revoked))
    theirs = theirs.where(Pass.module == made.module) if made.module else theirs
    passes = session.scalars(theirs.order_by(Pass.module, Pass.cycle, Pass.attempt_id)).all()
    to = Bringing(made.person_id, made.course_id, made.id)
    for module in dict.fromkeys(each.module for each in passes):
        bring_module(session, [each for each in passes if each.module == module], to, now)
    _bring_confirmations(session, made)
    session.flush()


def bring_module(session: Session, passes: Sequence[Pass], to: Bringing, now: datetime) -> None:
    """Let these passes of one module count for the person too, and owe the grade of the one that is valid longest."""
    best = max(passes, key=lambda each: (each.good_until or date.max, each.cycle))
    held = held_by(session, to.person_id, [best.module]).get(best.module)
    if not held or (held.good_until and (best.good_until or date.max) > held.good_until):
        later = held.cycle if held else 0
        session.add_all(_copy(each, to, later + each.cycle) for each in passes if not _has(session, each, to.person_id))
        session.flush()
    if best.good_until is None or best.good_until >= day_of(now):
        _owe(session, best, to, now)


def _has(session: Session, each: Pass, person_id: int) -> bool:
    return session.get(Pass, (each.attempt_id, each.module, person_id)) is not None


def _copy(each: Pass, to: Bringing, cycle: int) -> Pass:
    same = {"attempt_id": each.attempt_id, "module": each.module, "passed_at": each.passed_at}
    return Pass(**same, good_until=each.good_until, person_id=to.person_id, cycle=cycle, join_id=to.join_id)


def _owe(session: Session, best: Pass, to: Bringing, now: datetime) -> None:
    """Owe the grade of a pass to the activities of its module in the course, or in all of the person's courses."""
    result, attempt = session.get_one(ResultRow, best.attempt_id), session.get_one(Attempt, best.attempt_id)
    grade = Grade(result.score, comment_on(True, serious=False), attempt.started_at, best.passed_at, passed=True)
    learns = Membership.person_id == to.person_id, Membership.role == Role.STAFF, Membership.left_at.is_(None)
    placed = select(Placement.id).join(Membership, Membership.course_id == Placement.course_id).where(*learns)
    placed = placed.where(Placement.module == best.module)
    placed = placed.where(Placement.course_id == to.course_id) if to.course_id else placed
    for placement_id in session.scalars(placed.order_by(Placement.id)).all():
        owe_grade(session, placement_id, to.person_id, grade, now)


def _bring_confirmations(session: Session, made: Join) -> None:
    for given in session.scalars(select(Acknowledgement).where(Acknowledgement.person_id == made.same_as_id)).all():
        if not session.get(Acknowledgement, (made.person_id, given.trust, given.version)):
            same = {
                "digest": given.digest,
                "placement_id": given.placement_id,
                "acknowledged_at": given.acknowledged_at,
            }
            which = {"trust": given.trust, "version": given.version, "person_id": made.person_id}
            session.add(Acknowledgement(**which, **same, join_id=made.id))


def take_back(session: Session, made: Join, now: datetime) -> None:
    """Take back what a join has brought; a grade that is still waiting is not sent."""
    brought = session.execute(select(Pass.person_id, Pass.module).where(Pass.join_id == made.id).distinct()).all()
    for kept in (Pass, Acknowledgement):
        session.execute(delete(kept).where(kept.join_id == made.id))
    for person_id, module in brought:
        _correct_grade(session, person_id, module, now)


def _correct_grade(session: Session, person_id: int, module: str, now: datetime) -> None:
    """Set what is owed for a module back to what the person reached themselves, if no other pass of theirs is left."""
    if held_by(session, person_id, [module]):
        return
    results = finished_attempts(session, person_id, module)
    best = best_of(results) if results else None
    started_at = session.get_one(Attempt, best.attempt_id).started_at if best else now
    words = comment_on(best.passed, serious=False) if best else ""
    own = Grade(best.score, words, started_at, best.finished_at, best.passed) if best else None
    placements = session.scalars(select(Placement.id).where(Placement.module == module)).all()
    take_back_grades(session, placements, person_id, own, now)
