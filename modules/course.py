"""A course as a whole: which modules stand in it, and how many of its people have passed each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lti.models import Membership, Placement
from modules.domain.content import Content, TrainingModule
from modules.models import ModuleVersion, Pass
from modules.passes import Renewal, held_by, is_good, renewal_from
from modules.publish import contents_by_digest, is_latest
from modules.whereabouts import learns_in


@dataclass(frozen=True)
class CourseModule:
    """A module of a course, with how many of those who are to take it have passed, and where one person is with it."""

    module: TrainingModule
    passed: int
    people: int
    mine: Renewal


def modules_of_course(
    session: Session, course_id: int, trust: str, person_id: int, now: datetime
) -> list[CourseModule]:
    """Return the modules that stand in a course, by title; one that the trust does not have is left out."""
    found = own_modules(session, course_id, trust, person_id, now)
    passed, people = _passed(session, course_id, now), _people(session, course_id)
    return [CourseModule(own.module, passed.get(own.module.key, 0), people, own.renewal) for own in found]


@dataclass(frozen=True)
class OwnModule:
    """A module of a course, with where one person is with it."""

    content: Content
    renewal: Renewal

    @property
    def module(self) -> TrainingModule:
        """Return the module itself."""
        return self.content.module


def own_modules(session: Session, course_id: int, trust: str, person_id: int, now: datetime) -> list[OwnModule]:
    """Return the modules that stand in a course as one person sees them, by title."""
    found = _contents_in(session, course_id, trust)
    held = held_by(session, person_id, [content.module.key for content in found])
    return [OwnModule(each, renewal_from(held.get(each.module.key), each.module, now)) for each in found]


def _contents_in(session: Session, course_id: int, trust: str) -> list[Content]:
    digests = set(session.scalars(PLACED, {"course_id": course_id, "trust": trust}))
    return sorted(contents_by_digest(session, digests).values(), key=lambda content: content.module.title)


PLACED = select(ModuleVersion.digest).where(
    ModuleVersion.trust == bindparam("trust"),
    ModuleVersion.module.in_(select(Placement.module).where(Placement.course_id == bindparam("course_id"))),
    is_latest(),
)


def _passed(session: Session, course_id: int, now: datetime) -> dict[str, int]:
    counted = (
        select(Pass.module, func.count(Pass.person_id.distinct()))
        .join(Membership, Membership.person_id == Pass.person_id)
        .where(*learns_in(course_id), is_good(now))
        .group_by(Pass.module)
    )
    return dict(session.execute(counted).all())


def _people(session: Session, course_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Membership).where(*learns_in(course_id))) or 0
