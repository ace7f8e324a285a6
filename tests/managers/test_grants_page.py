"""The administrator's page: roles are given and withdrawn there, but never that of the last administrator."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from core.audit.domain.event import ActorKind
from core.audit.models import AuditEvent
from core.grants.domain.grant import GrantRole, HeldGrant
from core.grants.grants import held_by
from core.grants.models import Grant
from db import Database, utcnow
from lti.domain.roles import Role
from tests.support.grants import ADDRESS, a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")

OTHER = "sam.reed@oak.example"


@pytest.fixture
def own(school: School, database: Database) -> int:
    """Give the number of the administrator's own grant."""
    return give_grant(database, GrantRole.ADMINISTRATOR)


@pytest.fixture
def administrator(school: School, database: Database, own: int) -> Browser:
    return with_address(school, database)


def give(browser: Browser, **fields: str | list[str]) -> TestResponse:
    token = Form(browser.get("/grants").text).fields["csrf_token"]
    return browser.post("/grants", {"csrf_token": token, **fields})


def withdraw(browser: Browser, number: int) -> TestResponse:
    token = Form(browser.get("/grants").text).fields["csrf_token"]
    return browser.post(f"/grants/{number}/withdraw", {"csrf_token": token})


def held(database: Database, email: str = OTHER) -> tuple[HeldGrant, ...]:
    with database.reading() as session:
        return held_by(session, "invictus", email, utcnow())


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_an_administrator_gives_a_role_and_finds_it_on_the_list(administrator: Browser, database: Database) -> None:
    with database.transaction() as session:
        oak, elm = a_school(session).id, a_school(session, name="Elm High").id
    until = {"until_day": "31", "until_month": "8", "until_year": "2099"}
    answer = give(administrator, role="school-lead", address=f" {OTHER.upper()} ", school=[str(oak), str(elm)], **until)
    assert answer.status_code == 303
    page = administrator.get(answer.location.partition("#")[0].removeprefix(administrator.visit)).text
    assert problems_of(page) == []
    assert f"{OTHER} is now school lead until 31 August 2099." in words_of(page)
    assert f"{OTHER} School lead Elm High, Oak Primary 31 August 2099 Withdraw" in words_of(page)
    (grant,) = held(database)
    assert grant.school_ids == {oak, elm}
    with database.reading() as session:
        recorded = session.scalars(select(AuditEvent).where(AuditEvent.thing_id == grant.number)).all()[-1]
    assert (recorded.actor, recorded.person_id) == (ActorKind.PERSON, administrator.person_id)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"address": OTHER}, "Select a role"),
        ({"role": "headteacher", "address": OTHER}, "Select a role"),
        ({"role": "trainer"}, "Enter an e-mail address"),
        ({"role": "trainer", "address": "sam"}, "Enter an e-mail address"),
        ({"role": "school-lead", "address": OTHER}, "Name at least one school"),
        ({"role": "school-lead", "address": OTHER, "school": "77"}, "Choose schools of this trust"),
        ({"role": "school-lead", "address": OTHER, "school": "x"}, "Choose schools of this trust"),
        ({"role": "approver", "address": OTHER}, "Enter the title"),
        ({"role": "trainer", "address": OTHER, "title": "x" * 201}, "Enter 200 characters or fewer"),
        ({"role": "trainer", "address": OTHER, "until_day": "31"}, "Last day must include a month and a year"),
        (
            {"role": "trainer", "address": OTHER, "until_day": "31", "until_month": "2", "until_year": "2099"},
            "Last day must be a real date",
        ),
        (
            {"role": "trainer", "address": OTHER, "until_day": "1", "until_month": "2", "until_year": "2020"},
            "Last day must be today or later",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_asked_for_again_and_nothing_that_was_typed_is_lost(
    administrator: Browser, database: Database, fields: dict[str, str], says: str
) -> None:
    answer = give(administrator, **fields)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text and says in words_of(answer.text)
    assert problems_of(answer.text) == []
    typed = Form(answer.text).fields
    # Of a role, a ticked one is what the form would send.
    kept = {name: value for name, value in fields.items() if name in {"address", "title", "until_day", "until_month"}}
    assert {name: typed[name] for name in kept} == kept
    assert held(database) == ()


def test_giving_the_same_role_again_changes_its_last_day(administrator: Browser, database: Database) -> None:
    give(administrator, role="trainer", address=OTHER)
    give(administrator, role="trainer", address=OTHER, until_day="31", until_month="8", until_year="2099")
    (grant,) = held(database)
    assert str(grant.until) == "2099-08-31"


def test_a_role_is_withdrawn_after_a_question_and_stays_listed_as_ended(
    administrator: Browser, database: Database
) -> None:
    number = give_grant(database, GrantRole.TRAINER, OTHER)
    question = administrator.get(f"/grants/{number}/withdraw")
    assert question.status_code == 200 and problems_of(question.text) == []
    assert f"{OTHER} is trainer." in words_of(question.text)
    assert len(held(database)) == 1
    assert withdraw(administrator, number).status_code == 303
    assert held(database) == ()
    page = administrator.get("/grants?withdrawn=yes").text
    assert "The role has been withdrawn." in page
    ended = words_of(page.partition(">Ended roles</h2>")[2])
    assert f"{OTHER} Trainer The trust Withdrawn on" in ended
    assert_polite(withdraw(administrator, number), 404, "What to do next")


def test_a_role_whose_last_day_is_over_is_listed_as_ended(administrator: Browser, database: Database) -> None:
    number = give_grant(database, GrantRole.TRAINER, OTHER)
    with database.transaction() as session:
        session.execute(update(Grant).where(Grant.id == number).values(until=utcnow().date() - timedelta(days=1)))
    ended = words_of(administrator.get("/grants").text.partition(">Ended roles</h2>")[2])
    assert f"{OTHER} Trainer The trust After" in ended
    assert administrator.get(f"/grants/{number}/withdraw").status_code == 404


def test_the_last_administrator_cannot_be_withdrawn_and_is_told_why(
    administrator: Browser, database: Database, own: int
) -> None:
    give_grant(database, GrantRole.ADMINISTRATOR, "someone@agora.example", trust="agora")
    question = administrator.get(f"/grants/{own}/withdraw")
    assert "Without an administrator, no one could give or withdraw roles" in words_of(question.text)
    assert "<form" not in question.text.partition("<main")[2]
    answer = withdraw(administrator, own)
    assert answer.status_code == 409 and "Give someone else this role first" in answer.text
    assert len(held(database, ADDRESS)) == 1


def test_the_last_administrator_cannot_be_given_a_last_day(
    administrator: Browser, database: Database, own: int
) -> None:
    until = {"until_day": "31", "until_month": "8", "until_year": "2099"}
    answer = give(administrator, role="administrator", address=ADDRESS, **until)
    assert answer.status_code == 422 and "The last administrator cannot have a last day" in answer.text
    assert [each.until for each in held(database, ADDRESS)] == [None]
    give(administrator, role="administrator", address=OTHER)
    assert give(administrator, role="administrator", address=ADDRESS, **until).status_code == 303


def test_an_administrator_can_step_down_once_there_is_another_and_gets_back_to_their_desk(
    administrator: Browser, database: Database, own: int
) -> None:
    give(administrator, role="administrator", address=OTHER)
    answer = withdraw(administrator, own)
    assert answer.status_code == 303 and answer.location.endswith("/desk")
    assert administrator.get("/grants").status_code == 403


def test_roles_of_another_trust_are_neither_shown_nor_withdrawn(administrator: Browser, database: Database) -> None:
    number = give_grant(database, GrantRole.TRAINER, "someone@agora.example", trust="agora")
    assert "agora" not in administrator.get("/grants").text
    assert administrator.get(f"/grants/{number}/withdraw").status_code == 404
    assert withdraw(administrator, number).status_code == 404
    with database.reading() as session:
        assert session.get_one(Grant, number).withdrawn_at is None


def test_an_administrator_of_the_lms_is_none_of_ours(school: School) -> None:
    assert school.visit("Sam Reed", Role.ADMINISTRATOR).get("/grants").status_code == 403


def test_an_address_from_a_command_cannot_smuggle_anything_into_the_page(
    administrator: Browser, database: Database
) -> None:
    give_grant(database, GrantRole.TRAINER, "o'brien&sons@oak.example")
    page = administrator.get("/grants").text
    assert "o&#39;brien&amp;sons@oak.example" in page and problems_of(page) == []
