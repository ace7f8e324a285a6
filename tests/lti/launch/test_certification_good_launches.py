"""The launches of 1EdTech's certification that a tool must accept: nine as teacher, and the same nine as learner.

https://www.imsproject.org/spec/lti/v1p3/cert/#valid-teacher-launches
"""

import pytest

from lti.domain.roles import Role
from lti.models import Course
from tests.support.lms.double import lti
from tests.support.lms.outcomes import assert_landed, visit_of

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2"
WHO = {
    "name": "Zoë Fairweather",
    "given_name": "Zoë",
    "family_name": "Fairweather",
    "email": "zoe@school.example",
    "picture": "https://lms.example/zoe.png",
}
NAMES = ("name", "given_name", "family_name")

LAUNCHES = {
    "launch as {}": {},
    "launch {} with multiple role values": {lti("roles"): ["membership#{}", "institution/person#{}"]},
    "launch {} with short role value": {lti("roles"): ["{}"]},
    "launch {} with unknown role": {lti("roles"): ["uknownrole/unknownrole#Helper"]},
    "launch {} with no role": {lti("roles"): []},
    "launch {} only email": dict.fromkeys((*NAMES, "picture")),
    "launch {} only names": dict.fromkeys(("email", "picture")),
    "launch {} no PII": dict.fromkeys(WHO),
    "launch {} with email no context": dict.fromkeys((*NAMES, "picture", lti("context"))),
}
WITHOUT_A_ROLE_WE_KNOW = {"launch {} with unknown role", "launch {} with no role"}


def changes_of(launch: str, role: str) -> dict:
    """The launch's changes, with the role put in and its names spelt out."""
    changes = WHO | {lti("roles"): ["membership#{}"]} | LAUNCHES[launch]
    names = [name.format(role) for name in changes[lti("roles")]]
    return changes | {lti("roles"): [f"{VOCABULARY}/{name}" if "#" in name else name for name in names]}


def launches_as(role: str) -> list:
    return [pytest.param(launch, id=launch.format(role)) for launch in LAUNCHES]


def assert_all_is_known(database, visit, changes: dict) -> None:
    """What the message shares is kept, and nothing else is."""
    assert visit.person_name == changes["name"]
    assert visit.person_email == changes["email"]
    assert visit.module == "photos"
    with database.reading() as session:
        context = session.get_one(Course, visit.course_id).context
    assert context == ("activity:101" if lti("context") in changes else "11")


@pytest.mark.parametrize("launch", launches_as("Instructor"))
def test_teacher_lands(lms, database, launch):
    changes = changes_of(launch, "Instructor")
    assert_landed(lms.launches(changes))
    visit = visit_of(database, lms.browser.visit_cookie())
    assert visit.role is (Role.OBSERVER if launch in WITHOUT_A_ROLE_WE_KNOW else Role.TRAINER)
    assert_all_is_known(database, visit, changes)
    assert lms.browser.get("/", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("launch", launches_as("Learner"))
def test_learner_lands(lms, database, launch):
    changes = changes_of(launch, "Learner")
    assert_landed(lms.launches(changes))
    visit = visit_of(database, lms.browser.visit_cookie())
    assert visit.role is (Role.OBSERVER if launch in WITHOUT_A_ROLE_WE_KNOW else Role.STAFF)
    assert_all_is_known(database, visit, changes)
    page = lms.browser.get("/")
    assert page.status_code == 200
    assert '<h1 class="govuk-heading-l">Photos</h1>' in page.text
