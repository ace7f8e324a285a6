"""Reviewing: people who lead a course look at the answers a person gave there, from the LMS's gradebook."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lti.models import Membership, Person
from modules.content.publish import content_of
from modules.domain.content import Content
from modules.domain.progress import Progress
from modules.errors import NotTheirs
from modules.models import Attempt, ResultRow
from modules.passes.attempts import open_attempt, progress_of
from modules.passes.results import best_of, finished_attempts, finished_in_course


@dataclass(frozen=True)
class ReviewedAttempt:
    """A finished attempt that someone is reviewing."""

    attempt: Attempt
    content: Content
    progress: Progress
    result: ResultRow


@dataclass(frozen=True)
class Review:
    """A person's attempts at a module: the result that counts, those to look at, and the one being reviewed at.

    ``elsewhere`` says that there are attempts in other courses, whose answers are for the leaders of those.
    """

    person: Person
    results: Sequence[ResultRow]
    best: ResultRow | None
    under_way: Attempt | None
    reviewed: ReviewedAttempt | None
    elsewhere: bool


def review_of(
    session: Session, about_id: int | None, course_id: int, module: str, own: bool, attempt_id: int | None = None
) -> Review | None:
    """Return a person's attempts at a module, with that attempt or the one that counts; None if they never came.

    Leaders of a course see the attempts that began there; people see all of their ``own``. NotTheirs for an attempt
    that is someone else's, at another module, or began in another course.
    """
    person = session.get(Person, about_id) if about_id else None
    if not person or not session.get(Membership, (course_id, person.id)):
        return None
    everywhere = finished_attempts(session, person.id, module)
    results = everywhere if own else finished_in_course(session, person.id, module, course_id)
    shown = _shown(results, attempt_id)
    return Review(
        person,
        results,
        best=best_of(everywhere) if everywhere else None,
        under_way=open_attempt(session, person.id, module),
        reviewed=_reviewed(session, shown) if shown else None,
        elsewhere=len(everywhere) > len(results),
    )


def _shown(results: Sequence[ResultRow], attempt_id: int | None) -> ResultRow | None:
    """Return the result of an attempt, or the best if none is asked for; NotTheirs for one that is not among them."""
    if not attempt_id:
        return best_of(results) if results else None
    if found := next((result for result in results if result.attempt_id == attempt_id), None):
        return found
    raise NotTheirs


def _reviewed(session: Session, result: ResultRow) -> ReviewedAttempt:
    whole = select(Attempt).options(joinedload(Attempt.version, innerjoin=True)).where(Attempt.id == result.attempt_id)
    attempt = session.scalars(whole).one()
    return ReviewedAttempt(attempt, content_of(attempt.version), progress_of(session, attempt), result)
