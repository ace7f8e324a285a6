"""People about whose role a course's own list and their latest launch disagree."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.domain.roles import Role
from lti.models import Course, Membership, Person
from lti.services.roster import differs

MOST_NAMED = 20


@dataclass(frozen=True)
class RoleDifference:
    """Someone whose role differs between the course's own list and their latest launch."""

    name: str
    seen_as: Role
    listed_as: Role

    @property
    def is_counted(self) -> bool:
        """Say whether they are in the numbers: a learner by their latest launch."""
        return self.seen_as is Role.STAFF


def role_differences(session: Session, course: Course) -> list[RoleDifference]:
    """Return the first people about whose role the list and the launches of a course disagree, by name.

    There is no query if the latest reading of the list found no such person.
    """
    if not course.roster_differs:
        return []
    whose = select(Person.name, Person.email, Person.subject, Membership.seen_as, Membership.listed_as)
    here = whose.join(Membership, Membership.person_id == Person.id).where(Membership.course_id == course.id)
    found = session.execute(
        here.where(Membership.left_at.is_(None), differs()).order_by(Person.sort_name, Person.id).limit(MOST_NAMED)
    )
    return [
        RoleDifference(name or email or f"LMS id {subject}", seen_as, listed_as)
        for name, email, subject, seen_as, listed_as in found
        if seen_as and listed_as
    ]
