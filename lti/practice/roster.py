"""The roster of a course as Moodle gives it: short role names, everybody Active, no job finer than two roles."""

from lti.practice.addresses import Addresses
from lti.practice.courses import PEOPLE, TRAINER, PracticePerson
from lti.practice.models import Course


def roster_role(person: PracticePerson) -> str:
    """The short role: a non-editing teacher, who is Instructor at launch, is a Learner here."""
    return "Instructor" if person.role == TRAINER else "Learner"


def members(role: str | None) -> list[dict]:
    """The members with that role, named short or in full, or all of them."""
    wanted = role.rpartition("#")[2] if role else None
    return [_member(person) for person in PEOPLE if wanted in (None, roster_role(person))]


def membership_container(addresses: Addresses, course: Course, page: list[dict]) -> dict:
    """One page of the roster with the course that it belongs to."""
    return {
        "id": addresses.memberships(course),
        "context": {"id": course.context_id, "label": course.label, "title": course.title},
        "members": page,
    }


def _member(person: PracticePerson) -> dict:
    member = {"user_id": person.id, "roles": [roster_role(person)], "status": "Active"}
    if person.staff_number:
        member["lis_person_sourcedid"] = person.staff_number
    return member | (_identity(person) if person.shares_identity else {})


def _identity(person: PracticePerson) -> dict:
    return {
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": person.email,
    }
