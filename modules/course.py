"""A course as a whole: which modules stand in it, and how many of its people have passed each."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti.models import Membership, Placement
from modules.domain.content import TrainingModule
from modules.models import ModuleVersion, ResultRow
from modules.people import learns_in
from modules.publish import content_of


@dataclass(frozen=True)
class CourseModule:
    """A module of a course, with how many of those who are to take it have passed, and whether one person has."""

    module: TrainingModule
    passed: int
    people: int
    passed_by_me: bool


def modules_of_course(session: Session, course_id: int, trust: str, person_id: int) -> list[CourseModule]:
    """Return the modules that stand in a course, by title; one that the trust does not have is left out."""
    placed = select(Placement.module).where(Placement.course_id == course_id, Placement.module.is_not(None))
    published = select(ModuleVersion).where(ModuleVersion.trust == trust, ModuleVersion.module.in_(placed))
    latest = {version.module: version for version in session.scalars(published.order_by(ModuleVersion.number))}
    passed, people = _passed(session, course_id), _people(session, course_id)
    mine = _passed_by(session, person_id)
    found = [content_of(version).module for version in latest.values()]
    return [
        CourseModule(module, passed.get(module.key, 0), people, module.key in mine)
        for module in sorted(found, key=lambda module: module.title)
    ]


def _passed(session: Session, course_id: int) -> dict[str, int]:
    counted = (
        select(ResultRow.module, func.count(ResultRow.person_id.distinct()))
        .join(Membership, Membership.person_id == ResultRow.person_id)
        .where(*learns_in(course_id), ResultRow.passed)
        .group_by(ResultRow.module)
    )
    return dict(session.execute(counted).all())


def _people(session: Session, course_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Membership).where(*learns_in(course_id))) or 0


def _passed_by(session: Session, person_id: int) -> set[str]:
    return set(session.scalars(select(ResultRow.module).where(ResultRow.person_id == person_id, ResultRow.passed)))
