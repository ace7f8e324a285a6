"""Reviewing: those who lead a course look at somebody's answers, from the LMS's gradebook."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lti.models import Membership, Person
from modules.attempts import open_attempt, progress_of
from modules.domain.content import Content
from modules.domain.progress import Progress
from modules.errors import NotTheirs
from modules.models import Attempt, ResultRow
from modules.publish import content_of
from modules.results import best_of, finished_attempts


@dataclass(frozen=True)
class Looked:
    """One finished attempt, opened."""

    attempt: Attempt
    content: Content
    progress: Progress
    result: ResultRow


@dataclass(frozen=True)
class Review:
    """Somebody's attempts at a module: the result that counts, all of them, and the one that is looked at."""

    person: Person
    results: Sequence[ResultRow]
    best: ResultRow | None
    under_way: Attempt | None
    looked: Looked | None


def review_of(
    session: Session, about_id: int | None, course_id: int, module: str, attempt_id: int | None = None
) -> Review | None:
    """Return somebody's attempts at a module, with that attempt or the one that counts; None where they never came.

    NotTheirs for an attempt of somebody else's, or at another module.
    """
    person = session.get(Person, about_id) if about_id else None
    if not person or not session.get(Membership, (course_id, person.id)):
        return None
    results = finished_attempts(session, person.id, module)
    best = best_of(results) if results else None
    shown = next((result for result in results if result.attempt_id == attempt_id), None) if attempt_id else best
    if attempt_id and not shown:
        raise NotTheirs
    looked = _looked(session, shown) if shown else None
    return Review(person, results, best, open_attempt(session, person.id, module), looked)


def _looked(session: Session, result: ResultRow) -> Looked:
    whole = select(Attempt).options(joinedload(Attempt.version, innerjoin=True)).where(Attempt.id == result.attempt_id)
    attempt = session.scalars(whole).one()
    return Looked(attempt, content_of(attempt.version), progress_of(session, attempt), result)
