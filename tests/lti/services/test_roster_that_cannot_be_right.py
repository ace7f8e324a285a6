"""Lists of people that cannot be right: someone comes in while one is read, or there is no one in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

import db
from config import Settings
from core.services import service
from db import Database
from lti.models import Course, Membership, Person
from lti.services.roster import NO_LIST, NO_ONE, RosterReader, RosterUnread
from tests.support.lms.double import INSTRUCTOR, LEARNER, Lms, lti
from tests.support.lms.outcomes import assert_landed
from tests.support.lms.services import Reply, listed

NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
CANVAS = {lti("tool_platform"): {"product_family_code": "canvas", "guid": "1"}}


def entry(subject: str, role: str = LEARNER) -> dict[str, Any]:
    return {"user_id": subject, "status": "Active", "roles": [role], "name": f"Person {subject}"}


@dataclass
class Course11:
    """A course whose list of people is answered by the test, and into which people come meanwhile."""

    lms: Lms
    database: Database
    reader: RosterReader
    listed: list[Any] = field(default_factory=list)
    can_open: list[dict[str, Any]] | None = None
    meanwhile: Callable[[], None] = lambda: None

    def answer(self, request: Any) -> Reply:
        asks_for_one = "rlid" in request.url
        if asks_for_one == (self.can_open is not None):
            self.meanwhile()
        people = self.can_open if asks_for_one and self.can_open is not None else self.listed
        return listed({"id": self.lms.services.members_url, "members": people})

    def opens(self, subject: str, role: str = LEARNER, **more: Any) -> None:
        said = {"sub": subject, "name": f"Person {subject}", lti("roles"): [role]}
        service = {NRPS: {"context_memberships_url": self.lms.services.members_url, "service_versions": ["2.0"]}}
        assert_landed(self.lms.launches(said | service | CANVAS | more))

    def read(self) -> None:
        with self.database.reading() as session:
            course_id = session.scalars(select(Course.id)).one()
        self.reader.read(course_id)

    def member(self, subject: str) -> Membership:
        with self.database.reading() as session:
            whose = select(Membership).join(Person, Person.id == Membership.person_id)
            return session.scalars(whose.where(Person.subject == subject)).one()


@pytest.fixture
def course(app: Flask, lms: Lms) -> Course11:
    database = db.database(app)
    course = Course11(lms, database, RosterReader(database, service(Settings, app)))
    lms.services.odd |= {"members": course.answer, "members of activity": course.answer}
    course.opens("9", INSTRUCTOR)
    course.listed = [entry("9", INSTRUCTOR), entry("20")]
    return course


def test_someone_who_comes_in_meanwhile_has_not_left(course: Course11) -> None:
    course.meanwhile = lambda: course.opens("77")
    course.read()
    assert course.member("77").left_at is None
    course.meanwhile = lambda: None
    course.opens("9", INSTRUCTOR)
    assert "Person 77" in course.lms.browser.get("/people").text


def test_someone_whose_first_launch_was_before_has_left_as_ever(course: Course11) -> None:
    course.opens("77")
    course.read()
    assert course.member("77").left_at is not None


@pytest.mark.parametrize(("before", "since"), [(INSTRUCTOR, LEARNER), (LEARNER, INSTRUCTOR)])
def test_a_role_that_changes_meanwhile_is_that_of_the_launch(course: Course11, before: str, since: str) -> None:
    course.opens("20", before)
    course.listed = [entry("9", INSTRUCTOR), entry("20", before)]
    course.meanwhile = lambda: course.opens("20", since)
    course.read()
    assert course.member("20").role.value == ("staff" if since == LEARNER else "trainer")


def test_a_leader_who_comes_in_meanwhile_is_not_taken_off_by_the_next_list(course: Course11) -> None:
    course.listed.append(entry("30", INSTRUCTOR))
    course.meanwhile = lambda: course.opens("30", INSTRUCTOR)
    course.read()
    course.meanwhile, course.listed = (lambda: None), course.listed[:2]
    course.read()
    assert course.lms.browser.get("/people").status_code == 200


def test_someone_who_comes_in_meanwhile_can_open_the_activity(course: Course11) -> None:
    course.can_open = [entry("9", INSTRUCTOR), entry("20")]
    course.listed.append(entry("77"))
    course.meanwhile = lambda: course.opens("77")
    course.read()
    course.opens("9", INSTRUCTOR)
    assert "Person 77" in course.lms.browser.get("/people").text


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ([], NO_ONE),
        ([entry("9", INSTRUCTOR) | {"status": "Inactive"}], NO_ONE),
        ([None], NO_LIST),
        ([entry("9", INSTRUCTOR) | {"roles": None}], NO_LIST),
    ],
)
def test_a_list_that_names_no_one_changes_nothing(course: Course11, listed: list[Any], words: str) -> None:
    course.opens("20")
    course.listed = listed
    with pytest.raises(RosterUnread) as trouble:
        course.read()
    assert trouble.value.words == words
    assert [course.member(subject).left_at for subject in ("9", "20")] == [None, None]
