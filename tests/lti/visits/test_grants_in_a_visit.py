"""Grants in a visit: they count where the person's address is theirs, and open the routes that name them."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update

from core.grants.domain.grant import GrantRole
from core.grants.grants import withdraw
from core.grants.models import Grant
from db import Database
from lti.domain.roles import Role
from lti.models import Membership, Person
from lti.visits.models import ConfirmedAddress
from lti.visits.permission import current_grants, may_use, permit, visit_grants
from tests.support.factories import NOW
from tests.support.grants import ADDRESS, COMMAND, give_grant, of_kind, with_address
from tests.support.school import Browser, School

LEADS = frozenset({GrantRole.TRUST_LEAD, GrantRole.SCHOOL_LEAD})


@pytest.fixture
def app(app: Flask) -> Flask:
    """Give the application with a page for leaders of a course, and for two kinds of grants."""

    @app.get("/led")
    @permit(frozenset({Role.TRAINER}), grants=LEADS)
    def led() -> str:
        return "\n".join(held.role.value for held in current_grants()) or "by role"

    @app.get("/known")
    @permit(frozenset(Role))
    def known() -> str:
        return f"{may_use('led')} {may_use('nowhere')} {visit_grants().has_to_confirm}"

    return app


@pytest.fixture
def jo(school: School, database: Database) -> Browser:
    return with_address(school, database)


def status(browser: Browser) -> int:
    return browser.get("/led").status_code


def test_a_grant_opens_a_route_that_names_it_to_someone_who_only_learns(jo: Browser, database: Database) -> None:
    assert status(jo) == 403
    give_grant(database, GrantRole.TRUST_LEAD, ADDRESS.upper())
    answer = jo.get("/led")
    assert (answer.status_code, answer.text) == (200, "trust-lead")
    assert jo.get("/known").text == "True False False"


def test_a_grant_that_the_route_does_not_name_opens_nothing(jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.ADMINISTRATOR)
    assert status(jo) == 403


def test_a_grant_of_another_trust_opens_nothing(jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.TRUST_LEAD, trust="agora")
    assert status(jo) == 403


def test_a_withdrawn_or_ended_grant_opens_nothing(jo: Browser, database: Database) -> None:
    number = give_grant(database, GrantRole.TRUST_LEAD)
    with database.transaction() as session:
        session.execute(update(Grant).values(until=NOW.date() - timedelta(days=1)))
    assert status(jo) == 403
    with database.transaction() as session:
        session.execute(update(Grant).values(until=None))
    assert status(jo) == 200
    with database.transaction() as session:
        withdraw(session, number, COMMAND, NOW)
    assert status(jo) == 403


@pytest.mark.parametrize(
    ("family", "decided", "expected"),
    [
        ("moodle", None, 200),
        ("Canvas", None, 200),
        ("blackboard", None, 403),
        (None, None, 403),
        ("moodle", False, 403),
        (None, True, 200),
    ],
)
def test_a_grant_counts_where_the_lms_confirms_addresses(
    school: School, jo: Browser, database: Database, family: str | None, decided: bool | None, expected: int
) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    of_kind(school, database, family, decided)
    assert status(jo) == expected


def test_a_confirmed_address_counts_until_the_lms_names_another(
    school: School, jo: Browser, database: Database
) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    give_grant(database, GrantRole.TRUST_LEAD, "other@oak.example")
    of_kind(school, database, None)
    assert jo.get("/known").text == "False False True"
    with database.transaction() as session:
        session.add(ConfirmedAddress(person_id=jo.person_id, address=ADDRESS, confirmed_at=NOW))
    assert status(jo) == 200
    with database.transaction() as session:
        session.get_one(Person, jo.person_id).email = "other@oak.example"
    assert status(jo) == 403


def test_what_one_person_confirmed_counts_for_no_one_else(school: School, jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    of_kind(school, database, None)
    ada = school.visit()
    with database.transaction() as session:
        session.add(ConfirmedAddress(person_id=jo.person_id, address=ADDRESS, confirmed_at=NOW))
        session.get_one(Person, ada.person_id).email = ADDRESS
    assert (status(jo), status(ada)) == (200, 403)


@pytest.mark.parametrize("email", [None, "", "not an address"])
def test_someone_whose_address_is_not_shared_holds_nothing(jo: Browser, database: Database, email: str | None) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    with database.transaction() as session:
        session.get_one(Person, jo.person_id).email = email
    assert status(jo) == 403


def test_a_leader_who_looks_at_the_course_as_learners_see_it_holds_nothing(jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    with database.transaction() as session:
        session.execute(update(Membership).values(role=Role.TRAINER))
    assert status(jo) == 403


def test_a_test_person_holds_nothing(jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    with database.transaction() as session:
        session.get_one(Person, jo.person_id).is_test = True
    assert status(jo) == 403


def test_grants_are_asked_for_once_and_only_where_they_matter(school: School, jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    jo.get("/policy")
    assert [each for each in asked if "grants" in each] == []
    jo.get("/led")
    assert len([each for each in asked if "grants" in each]) == 1
