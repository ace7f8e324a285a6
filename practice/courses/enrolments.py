"""Who is enrolled as what: some people's roles change while that is switched on, and are as before afterwards."""

from collections.abc import Iterable
from dataclasses import replace
from types import MappingProxyType

from sqlalchemy.orm import Session

from practice.courses.people import PEOPLE, STAFF, TRAINER, PracticePerson, person_by_id
from practice.failures import Failure, standing_failure

# The trainer learns, and the caretaker leads the course.
CHANGED = MappingProxyType({"3": STAFF, "6": TRAINER})


def enrolled(session: Session, people: Iterable[PracticePerson] = PEOPLE) -> list[PracticePerson]:
    """These people in the roles that they have now."""
    changed = CHANGED if standing_failure(session) is Failure.ROLES_CHANGED else {}
    return [replace(person, role=changed.get(person.id, person.role)) for person in people]


def enrolled_by_id(session: Session, person_id: str) -> PracticePerson | None:
    """The person with that id in the role that they have now."""
    person = person_by_id(person_id)
    return enrolled(session, [person])[0] if person else None
