"""What the tool must know about each course, so that it can register all of them without asking over HTTP."""

from dataclasses import dataclass

from practice.addresses import Addresses
from practice.courses.deployments import canvas_deployment_id
from practice.courses.people import COURSES, PracticeCourse


@dataclass(frozen=True)
class PracticeRegistration:
    """One course as the tool registers it: who signs, under which ids, and where to ask."""

    issuer: str
    client_id: str
    deployment_ids: tuple[str, ...]  # in Moodle's mood and in Canvas's
    auth_login_url: str
    token_url: str
    jwks_url: str
    trust: str
    name: str


def practice_registrations(url: str) -> tuple[PracticeRegistration, ...]:
    """The registrations of the first courses of the practice LMS at that URL."""
    return tuple(_registration(course, Addresses(url, tool_url="")) for course in COURSES)


def _registration(course: PracticeCourse, addresses: Addresses) -> PracticeRegistration:
    return PracticeRegistration(
        issuer=addresses.url,
        client_id=course.client_id,
        deployment_ids=(course.deployment_id, canvas_deployment_id(course.client_id)),
        auth_login_url=addresses.authorise,
        token_url=addresses.token,
        jwks_url=addresses.keys,
        trust=course.trust,
        name=course.title,
    )
