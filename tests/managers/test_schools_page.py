"""The page of schools: added, renamed, and courses that belong to them."""

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from core.audit.models import AuditEvent
from core.grants.domain.grant import GrantRole
from core.schools import schools_of
from db import Database
from demo import register_practice
from lti.models import Course, Deployment, Platform
from managers.models import CourseSchool, StaffMember
from managers.staff.refresh import refresh_people
from practice.courses.people import COURSES
from tests.support.factories import NOW, add_platform
from tests.support.grants import ADDRESS, a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form, words_of
from tests.support.writes import writes_of_gets

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def lead(school: School, database: Database) -> Browser:
    give_grant(database, GrantRole.TRUST_LEAD)
    return with_address(school, database)


def send(browser: Browser, path: str, **fields: str) -> TestResponse:
    token = Form(browser.get("/schools").text).fields["csrf_token"]
    return browser.post(path, {"csrf_token": token, **fields})


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.name for each in schools_of(session, "invictus")]


def test_a_trust_without_schools_is_told_what_to_do(lead: Browser) -> None:
    page = lead.get("/schools").text
    assert "Your trust has no schools here yet" in page
    assert problems_of(page) == []


def test_a_school_is_added_and_renamed(lead: Browser, database: Database) -> None:
    assert send(lead, "/schools", name=" Oak   Primary ").status_code == 303
    assert names(database) == ["Oak Primary"]
    page = lead.get("/schools/1").text
    assert problems_of(page) == [] and 'value="Oak Primary"' in page
    assert send(lead, "/schools/1", name="Elm High").status_code == 303
    assert names(database) == ["Elm High"]
    with database.reading() as session:
        acts = session.scalars(select(AuditEvent).where(AuditEvent.thing_kind == "school")).all()
    assert [(each.action, each.person_id) for each in acts] == [("added", lead.person_id), ("renamed", lead.person_id)]


@pytest.mark.parametrize(("name", "says"), [("", "from 1 to 200 characters"), ("oak  primary", "already a school")])
def test_a_name_that_cannot_be_used_is_asked_for_again(lead: Browser, database: Database, name: str, says: str) -> None:
    with database.transaction() as session:
        a_school(session)
        number = a_school(session, name="Elm High").id
    for path in ("/schools", f"/schools/{number}"):
        answer = send(lead, path, name=name)
        assert answer.status_code == 422
        assert says in words_of(answer.text) and problems_of(answer.text) == []
        assert Form(answer.text).fields["name"] == name


def test_a_course_is_given_to_a_school_and_its_people_follow(lead: Browser, school: School, database: Database) -> None:
    with database.transaction() as session:
        oak = a_school(session).id
        refresh_people(session, [lead.person_id], NOW)
    field = f"course-{school.activity.course_id}"
    page = lead.get("/schools").text
    assert "On Oak Tree Moodle" in words_of(page)
    assert send(lead, "/schools/courses", **{field: str(oak)}).status_code == 303
    page = words_of(lead.get("/schools?done=courses").text)
    assert "The schools of these courses have been saved." in page and "Oak Primary 1 1 Rename" in page
    with database.reading() as session:
        assert session.scalars(select(StaffMember.school_id).where(StaffMember.email == ADDRESS)).one() == oak
    send(lead, "/schools/courses", **{field: ""})
    with database.reading() as session:
        assert session.scalars(select(CourseSchool)).all() == []
        assert session.scalars(select(StaffMember.school_id).where(StaffMember.email == ADDRESS)).one() is None


def test_courses_and_schools_of_another_trust_stay_out_of_reach(
    lead: Browser, school: School, database: Database
) -> None:
    with database.transaction() as session:
        other = a_school(session, "agora", "Ash").id
        own = a_school(session).id
        platform = add_platform(session, "agora", "https://agora.example")
        deployment = Deployment(platform_id=platform.id, deployment_id="9")
        session.add(deployment)
        session.flush()
        course = Course(deployment_id=deployment.id, context="c", title="Of another trust")
        session.add(course)
        session.flush()
        theirs = course.id
    assert "Of another trust" not in lead.get("/schools").text
    send(lead, "/schools/courses", **{f"course-{theirs}": str(own), f"course-{school.activity.course_id}": str(other)})
    with database.reading() as session:
        assert session.scalars(select(CourseSchool)).all() == []
    assert_polite(lead.get(f"/schools/{other}"), 404, "")
    assert send(lead, f"/schools/{other}", name="Mine").status_code == 404
    assert_polite(school.visit("Sam Reed").get("/schools"), 403, "")


def test_many_courses_are_shown_in_pages_with_a_fixed_number_of_questions(
    lead: Browser, school: School, database: Database
) -> None:
    with database.transaction() as session:
        a_school(session)
        at = session.scalars(select(Deployment.id).join(Platform)).first()
        session.add_all(Course(deployment_id=at, context=f"c{each}", title=f"Course {each:03}") for each in range(60))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with writes_of_gets(database) as written:
        first, second = lead.get("/schools").text, lead.get("/schools?page=2").text
    assert written == []
    assert len(asked) <= 2 * 10
    assert "Course 048" in first and "Course 059" not in first and "Next courses" in first
    assert "Course 059" in second and problems_of(second) == []
    assert lead.get("/schools?page=99999999999").status_code == 200


def test_the_demonstration_has_a_trust_with_two_schools_and_a_course_for_each(app: Flask, database: Database) -> None:
    for _ in range(2):
        assert app.test_cli_runner().invoke(register_practice).exit_code == 0
    assert names(database) == ["Elmbridge High School", "Oakfield Primary School"]
    assert [course.key for course in COURSES if course.trust == "invictus"] == ["invictus", "elmbridge"]
