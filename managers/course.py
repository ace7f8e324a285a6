"""A course as a whole: its modules, and how many of its people have passed each and confirmed the policy."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from lti.models import Course, Membership
from modules.content.publish import content_of, version_in_force
from modules.domain.content import TrainingModule
from modules.models import Pass
from modules.passes.course_progress import can_open, has_confirmed, learns_in
from modules.passes.passes import Renewal, is_valid
from modules.play.course_modules import OwnModule, own_modules
from modules.policy.acknowledgements import versions_that_count


@dataclass(frozen=True)
class CourseModule:
    """A module in a course, with how many of the people who have to take it have passed, and one person's own status.

    ``unconfirmed`` counts those who passed but still have to confirm the policy in force; None if that is not asked.
    """

    module: TrainingModule
    passed: int
    unconfirmed: int | None
    people: int
    mine: Renewal


def modules_of_course(
    session: Session, course_id: int, trust: str, person_id: int, now: datetime
) -> list[CourseModule]:
    """Return the modules in a course, by title; any that the trust does not have are left out."""
    found = own_modules(session, course_id, trust, person_id, now)
    if not found:
        return []
    passed = _passed(session, course_id, trust, now)
    people = _people(session, course_id, [own.module.key for own in found])
    return [_counted(own, *passed.get(own.module.key, (0, 0)), people[own.module.key]) for own in found]


def _counted(own: OwnModule, passed: int, unconfirmed: int, people: int) -> CourseModule:
    return CourseModule(own.module, passed, unconfirmed if own.module.acknowledges else None, people, own.renewal)


def _passed(session: Session, course_id: int, trust: str, now: datetime) -> dict[str, tuple[int, int]]:
    """Return for each module how many have passed, and how many of them have not confirmed the policy in force."""
    policy = content_of(version_in_force(session, trust)).policy
    confirmed = has_confirmed(policy, versions_that_count(session, policy))
    counted = (
        select(
            Pass.module,
            func.count(Pass.person_id.distinct()),
            func.count(case((~confirmed, Pass.person_id)).distinct()),
        )
        .join(Membership, Membership.person_id == Pass.person_id)
        .where(*learns_in(course_id), is_valid(now))
        .group_by(Pass.module)
    )
    return {module: (passed, unconfirmed) for module, passed, unconfirmed in session.execute(counted)}


def _people(session: Session, course_id: int, modules: list[str]) -> dict[str, int]:
    """Return how many have to take each module: all who learn here, or those who can open it."""
    counted = select(func.count()).select_from(Membership).where(*learns_in(course_id))
    restricted = select(Course.restricted_count).where(Course.id == course_id).scalar_subquery()
    everyone, is_restricted = session.execute(select(counted.scalar_subquery(), restricted)).one()
    if not is_restricted:
        return dict.fromkeys(modules, everyone)
    return {each: session.scalar(counted.where(can_open(course_id, each))) or 0 for each in modules}
