"""The roster of a course: Moodle's with short names for two roles, Canvas's with roles in full; everybody is Active."""

from collections.abc import Iterable

from practice.addresses import Addresses
from practice.courses.people import MADE_AGAIN, MANAGER, OBSERVER, STAFF, TRAINER, PracticePerson
from practice.failures import Failure
from practice.models import Client, Course
from practice.moods import Mood
from practice.vocabulary import INSTITUTION, MEMBERSHIP, TEST_USER, Json

CANVAS_ROLES = {
    TRAINER: [f"{MEMBERSHIP}#Instructor"],
    MANAGER: [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"],
    STAFF: [f"{MEMBERSHIP}#Learner"],
    OBSERVER: [f"{MEMBERSHIP}#Mentor"],
}

NOT_HERE_TO_LEARN: list[Json] = [
    {"user_id": "91", "name": "Olive Observer", "status": "Active", "roles": [f"{MEMBERSHIP}#Mentor"]},
    {"user_id": "92", "name": "Otto Officer", "status": "Active", "roles": [f"{MEMBERSHIP}#Officer"]},
    {"user_id": "93", "name": "Gus Guest", "status": "Active", "roles": [f"{INSTITUTION}#Guest"]},
    {"user_id": "94", "name": "Una Unknown", "status": "Active", "roles": ["urn:example:role:helper"]},
    {"user_id": "95", "name": "Test Student", "status": "Active", "roles": [f"{MEMBERSHIP}#Learner", TEST_USER]},
    {"user_id": "96", "name": "Dora Deleted", "status": "DELETED", "roles": [f"{MEMBERSHIP}#Learner"]},
]


HARD_NAMES = (
    "Álvaro Cruz",
    "\u202enyaH eillE",
    "Øyvind Dahl",
    "Wilhelmina Featherstonehaugh-Cholmondeley",
    "x" * 120,
    "Zo" + "\u0308" * 200 + "e",
    "محمد علي",
    "o’Neill Sean",
)


def roster_roles(mood: Mood, person: PracticePerson) -> list[str]:
    """The roles in the roster: Moodle takes a non-editing teacher, who is Instructor at launch, for a Learner here."""
    if mood is Mood.CANVAS:
        return CANVAS_ROLES[person.role]
    return ["Instructor" if person.role == TRAINER else "Learner"]


def members(mood: Mood, client: Client, people: Iterable[PracticePerson], role: str | None) -> list[Json]:
    """Those of them with that role, or all; Moodle takes a role's short name too, Canvas its full one alone."""
    wanted = role.rpartition("#")[2] if role and mood is Mood.MOODLE else role
    everybody = [_member(person, client, roster_roles(mood, person)) for person in people]
    return [member for member in everybody if not wanted or wanted in member["roles"]]


def odd_members(listed: list[Json]) -> list[Json]:
    """The same people as other LMSs may list them, and others who are not here to learn."""
    spelt: list[Json] = [{"status": None}, {"status": "active"}, {}]
    odd = [member | spelt[place % 3] | {"user_id": int(member["user_id"])} for place, member in enumerate(listed)]
    for place, member in enumerate(odd):
        if place % 3 == 2:
            del member["status"]
    return odd + NOT_HERE_TO_LEARN


def unreadable_members(listed: list[Json]) -> list[Json]:
    """All but the last three people, two entries that do not say who they are about, and one without a role."""
    without_id: list[Json] = [{"name": "Without an id", "roles": ["Learner"]}, {"user_id": True, "roles": ["Learner"]}]
    return [*listed[:-3], *without_id, listed[-3] | {"roles": None}]


def members_listed_twice(listed: list[Json]) -> list[Json]:
    """The same people, each of them once more as an observer, last of all."""
    return listed + [member | {"roles": CANVAS_ROLES[OBSERVER]} for member in listed]


def members_made_again(listed: list[Json]) -> list[Json]:
    """The same people, one of them under the id of a new account."""
    return [member | {"user_id": MADE_AGAIN.id} if member["user_id"] == "5" else member for member in listed]


def members_with_hard_names(listed: list[Json]) -> list[Json]:
    """The same people under names that are hard to show or to sort."""
    names = (name for _ in listed for name in HARD_NAMES)
    return [{**member, "name": name} for member, name in zip(listed, names, strict=False)]


def who_can_open(failure: Failure, course: Course, link: str | None, listed: list[Json]) -> list[Json]:
    """The members who can open an activity (``rlid``): all of them without an activity, and usually with one too."""
    if not link or failure not in (Failure.RESTRICTED, Failure.OPEN_TO_NO_ONE):
        return listed
    if failure is Failure.OPEN_TO_NO_ONE:
        return []
    return listed[::2] if link == course.activities[0].id else listed


def membership_container(addresses: Addresses, course: Course, page: list[Json]) -> Json:
    """One page of the roster with the course that it belongs to."""
    return {
        "id": addresses.memberships(course),
        "context": {"id": course.context_id, "label": course.label, "title": course.title},
        "members": page,
    }


def _member(person: PracticePerson, client: Client, roles: list[str]) -> Json:
    member: Json = {"user_id": person.id, "roles": roles, "status": "Active"}
    if person.staff_number:
        member["lis_person_sourcedid"] = person.staff_number
    if person.shares_identity and client.shares_name:
        member |= {"name": person.name, "given_name": person.given_name, "family_name": person.family_name}
    if person.shares_identity and client.shares_email:
        member["email"] = person.email
    return member
