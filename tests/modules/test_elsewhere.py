"""Certified on another LMS of the trust: what the front page says, what using it brings, and what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import Database
from lti.models import Delivery, Person, Placement, Platform
from modules.attempts import find_attempt, give_answer, start_attempt
from modules.certificates import certificates_of, issue_all_earned, revoke_certificate
from modules.domain.progress import Answer
from modules.models import Certificate, Pass
from modules.people import Standing, people_page
from tests.factories import CONTENT, NOW, add_person, add_placement, add_platform
from tests.law.page_rules import problems_of
from tests.school import Browser, School, assert_polite
from tests.visitor import Form

PHOTOS = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
EMAIL = "ada.okafor@school.example"
SAID = "You hold this certificate already"
USE = "/module/certificate-from-elsewhere"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + timedelta(days=30), tick=False) as clock:
        yield clock


@pytest.fixture
def school(app: Flask, database: Database, clock: time_machine.Traveller) -> School:
    school = School(app, database)
    school.publish(PHOTOS, days_later=0)
    return school


class Other:
    """Another LMS, and somebody on it who has passed the module there."""

    def __init__(self, session: Session, email: str | None = EMAIL, trust: str = "invictus") -> None:
        self.session = session
        self.platform = _second_platform(session, trust)
        self.placement: Placement = add_placement(session, self.platform)
        self.person = self.add("Ada Okafor", email)
        _pass(session, self.person, self.placement)

    def add(self, name: str, email: str | None) -> Person:
        person = add_person(self.session, self.placement, self.platform, name)
        person.email = email
        self.session.flush()
        return person


def _second_platform(session: Session, trust: str) -> Platform:
    session.scalars(select(Platform).where(Platform.client_id == "client-1")).one().client_id = "client-0"
    session.flush()
    platform = add_platform(session, trust)
    platform.client_id = "client-2"
    session.scalars(select(Platform).where(Platform.client_id == "client-0")).one().client_id = "client-1"
    session.flush()
    return platform


def _pass(session: Session, person: Person, placement: Placement) -> None:
    begun = start_attempt(session, person.id, placement.id, "photos", "invictus", NOW)
    attempt = find_attempt(session, begun.id, person.id)
    for place in (("fork", "first"), ("fork", "second"), ("short", "only")):
        give_answer(session, attempt, Answer(*place, "decline"), placement.id, NOW)


@pytest.fixture
def ada(school: School, database: Database) -> Browser:
    ada = school.visit()
    with database.transaction() as session:
        session.get_one(Person, ada.person_id).email = "Ada.Okafor@School.example"
    return ada


def use(browser: Browser) -> int:
    token = Form(browser.get("/module").text).fields["csrf_token"]
    return browser.post(USE, {"csrf_token": token}).status_code


def owed_here(database: Database, person_id: int) -> list[float]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery.score).where(Delivery.person_id == person_id)))


def test_the_page_says_that_it_is_held_and_until_when(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
    page = ada.get("/module").text
    assert problems_of(page) == []
    assert SAID in page and "valid until 20 November 2027" in page and "Use it here" in page


def test_using_it_brings_the_grade_and_the_standing_once(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
    assert [use(ada), use(ada)] == [303, 303]
    assert owed_here(database, ada.person_id) == [1.0]
    with database.reading() as session:
        page = people_page(session, school.placement.course_id, PHOTOS.module, None, 1, 10, NOW)
        assert page.rows[0].standing is Standing.PASSED
        assert [
            delivery.version for delivery in session.scalars(select(Delivery).where(Delivery.placement_id == 1))
        ] == [1]
    page = ada.get("/module").text
    assert "You have passed" in page and SAID not in page


def test_it_is_certified_there_and_not_a_second_time_here(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
    use(ada)
    with database.transaction() as session:
        issue_all_earned(session, ada.person_id, NOW)
        assert certificates_of(session, ada.person_id) == []
        assert len(session.scalars(select(Certificate)).all()) == 1


@pytest.mark.parametrize(
    ("here", "there"),
    [(None, EMAIL), ("", ""), ("  ", "  "), (EMAIL, None), (None, None), ("ben@school.example", EMAIL)],
    ids=["not shared here", "empty on both", "blank on both", "not shared there", "shared nowhere", "somebody else's"],
)
def test_who_cannot_be_matched_by_address_is_told_nothing_and_gets_nothing(
    school: School, ada: Browser, database: Database, here: str | None, there: str | None
) -> None:
    with database.transaction() as session:
        Other(session, there)
        session.get_one(Person, ada.person_id).email = here
    assert SAID not in ada.get("/module").text
    assert (use(ada), owed_here(database, ada.person_id)) == (409, [])


def test_a_certificate_from_another_trust_does_not_count(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        other = Other(session)
        other.platform.trust = "agora"
    assert SAID not in ada.get("/module").text
    assert use(ada) == 409


def test_a_certificate_of_another_module_does_not_count(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
        session.scalars(select(Certificate)).one().module = "essentials"
    assert use(ada) == 409


def test_a_certificate_that_has_run_out_does_not_count(
    school: School, ada: Browser, database: Database, clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        Other(session)
    clock.move_to(NOW + timedelta(days=365, hours=14))
    assert SAID in ada.get("/module").text
    clock.move_to(NOW + timedelta(days=366))
    assert SAID not in ada.get("/module").text
    assert_polite(
        ada.post(USE, {"csrf_token": Form(ada.get("/module").text).fields["csrf_token"]}),
        409,
        "no certificate that can",
    )


def test_a_certificate_that_was_revoked_does_not_count(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
        code = session.scalars(select(Certificate)).one().code
        revoke_certificate(session, code, "Somebody else took the module.", "Mo Aziz", NOW)
    assert SAID not in ada.get("/module").text
    assert use(ada) == 409


def test_an_address_that_two_people_share_proves_nothing(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session).add("Ben Cole", EMAIL.upper())
    assert use(ada) == 409


def test_an_address_that_two_people_share_here_proves_nothing(school: School, ada: Browser, database: Database) -> None:
    ben = school.visit("Ben Cole")
    with database.transaction() as session:
        Other(session)
        session.get_one(Person, ben.person_id).email = EMAIL
    assert [use(ada), use(ben)] == [409, 409]


def test_nobody_real_gets_nothing(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
        session.get_one(Person, ada.person_id).is_test = True
    assert use(ada) == 409


def test_where_the_setting_says_no_nobody_is_linked(
    app: Flask, school: School, ada: Browser, database: Database
) -> None:
    with database.transaction() as session:
        Other(session)
    app.extensions["settings"] = replace(app.extensions["settings"], match_emails=False)
    assert SAID not in ada.get("/module").text
    assert use(ada) == 409


def test_without_the_forms_token_nothing_happens(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
    assert ada.post(USE).status_code == 400
    with database.reading() as session:
        assert session.scalars(select(Pass).where(Pass.person_id == ada.person_id)).all() == []
