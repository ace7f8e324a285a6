"""The roster of a course: Moodle's with short names for two roles, Canvas's with roles in full; everybody is Active."""

from lti.practice.addresses import Addresses
from lti.practice.courses import MANAGER, PEOPLE, STAFF, TRAINER, PracticePerson
from lti.practice.models import Client, Course
from lti.practice.moods import Mood

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
CANVAS_ROLES = {
    TRAINER: [f"{MEMBERSHIP}#Instructor"],
    MANAGER: [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"],
    STAFF: [f"{MEMBERSHIP}#Learner"],
}


def roster_roles(mood: Mood, person: PracticePerson) -> list[str]:
    """The roles in the roster: Moodle takes a non-editing teacher, who is Instructor at launch, for a Learner here."""
    if mood is Mood.CANVAS:
        return CANVAS_ROLES[person.role]
    return ["Instructor" if person.role == TRAINER else "Learner"]


def members(mood: Mood, client: Client, role: str | None) -> list[dict]:
    """The members with that role, or all of them; Moodle takes a role's short name too, Canvas its full one alone."""
    wanted = role.rpartition("#")[2] if role and mood is Mood.MOODLE else role
    everybody = [_member(person, client, roster_roles(mood, person)) for person in PEOPLE]
    return [member for member in everybody if not wanted or wanted in member["roles"]]


def membership_container(addresses: Addresses, course: Course, page: list[dict]) -> dict:
    """One page of the roster with the course that it belongs to."""
    return {
        "id": addresses.memberships(course),
        "context": {"id": course.context_id, "label": course.label, "title": course.title},
        "members": page,
    }


def _member(person: PracticePerson, client: Client, roles: list[str]) -> dict:
    member = {"user_id": person.id, "roles": roles, "status": "Active"}
    if person.staff_number:
        member["lis_person_sourcedid"] = person.staff_number
    if person.shares_identity and client.shares_name:
        member |= {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
    if person.shares_identity and client.shares_email:
        member["email"] = person.email
    return member
