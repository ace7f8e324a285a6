"""What a launch says in Canvas's manner: roles of course, institution and system together, and full type names."""

from hashlib import sha1

from practice.addresses import Addresses
from practice.courses.people import MANAGER, OBSERVER, STAFF, TRAINER, PracticePerson
from practice.services.roster import CANVAS_ROLES
from practice.vocabulary import CLAIM, INSTITUTION, SYSTEM, TEST_USER, Json

CONTEXT_TYPE = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"
LIFE_OF_ID_TOKEN = 3600  # seconds
DIALOG = (800, 600)  # pixels that the tool gets when activities are added
# Canvas has a place for what its checks of a claim found, and sends it along empty.
UNCHECKED: Json = {"validation_context": None, "errors": {"errors": {}}}
IN_INSTITUTION = {TRAINER: "Instructor", MANAGER: "Instructor", STAFF: "Student", OBSERVER: "Observer"}


def launch_roles(person: PracticePerson) -> list[str]:
    """Roles at launch: one of the institution, those of the course, one of the system."""
    elsewhere = person.roles_elsewhere or (IN_INSTITUTION[person.role],)
    system = TEST_USER if person.is_test else f"{SYSTEM}#User"
    return [*(f"{INSTITUTION}#{role}" for role in elsewhere), *CANVAS_ROLES[person.role], system]


def custom_as_sent(custom: dict[str, str]) -> dict[str, str]:
    """Custom values as they were typed."""
    return custom


def platform_claims(addresses: Addresses) -> Json:
    """What the LMS says of itself."""
    return {
        f"{CLAIM}/tool_platform": {
            "product_family_code": "canvas",
            "version": "cloud",
            "guid": sha1(addresses.url.encode(), usedforsecurity=False).hexdigest(),
            "name": "Practice LMS",
            **UNCHECKED,
        },
        "locale": "en-GB",
    }


def person_claims(person: PracticePerson) -> Json:
    """The person's number in the trust's records, empty where there is none."""
    return {f"{CLAIM}/lis": {"person_sourcedid": person.staff_number or None, **UNCHECKED}}


def navigation_claims() -> Json:
    """Where in Canvas the message comes from: the course's menu."""
    return {"https://www.instructure.com/placement": "course_navigation"}


def deep_linking_settings(data: str | None) -> Json:
    """What may be added from a module's menu: several links, graded or not; the data must come back as it was."""
    return {
        "accept_lineitem": True,
        "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
        "accept_multiple": True,
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_types": ["ltiResourceLink"],
        "auto_create": True,
        "data": data,
    }
