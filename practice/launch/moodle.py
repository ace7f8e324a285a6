"""What a launch says in Moodle's manner (4.5): few roles, short names, no more claims than these."""

from practice.addresses import Addresses
from practice.courses.people import OBSERVER, STAFF, PracticePerson
from practice.vocabulary import CLAIM, INSTITUTION, MEMBERSHIP, TEST_USER, Json

CONTEXT_TYPE = "CourseSection"
LIFE_OF_ID_TOKEN = 60  # seconds
IN_COURSE = {STAFF: "Learner", OBSERVER: "Mentor"}
DIALOG = (770, 578)  # pixels that the tool gets when activities are added


def launch_roles(person: PracticePerson) -> list[str]:
    """Roles at launch: trainer and manager look alike, since Moodle sends both as Instructor alone."""
    elsewhere = [f"{INSTITUTION}#{role}" for role in person.roles_elsewhere]
    return [
        *elsewhere,
        f"{MEMBERSHIP}#{IN_COURSE.get(person.role, 'Instructor')}",
        *([TEST_USER] if person.is_test else []),
    ]


def custom_as_sent(custom: dict[str, str]) -> dict[str, str]:
    """Custom values as Moodle sends them: keys in mixed case gain lower-case twins."""
    return {**custom, **{key.lower(): value for key, value in custom.items()}}


def platform_claims(addresses: Addresses) -> Json:
    """What the LMS says of itself."""
    return {
        f"{CLAIM}/tool_platform": {
            "product_family_code": "moodle",
            "version": "2024100706",
            "guid": addresses.url.partition("//")[2],
            "name": "Practice LMS",
            "description": "Practice LMS",
        },
        f"{CLAIM}/ext": {"lms": "moodle-2"},
    }


def person_claims(person: PracticePerson) -> Json:
    """The person's number in the trust's records, which is absent where there is none, and the name to log in with."""
    number = {f"{CLAIM}/lis": {"person_sourcedid": person.staff_number}} if person.staff_number else {}
    if not person.shares_identity:
        return number
    return number | {f"{CLAIM}/ext": {"user_username": person.email.partition("@")[0], "lms": "moodle-2"}}


def navigation_claims() -> Json:
    """Nothing: Moodle has no place for a tool in a course's menu."""
    return {}


def deep_linking_settings(_data: str | None) -> Json:
    """What may be added: several links, graded or not; Moodle asks for no data back."""
    return {
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_types": ["ltiResourceLink"],
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
    }
