"""Certified under another id: what the front page says, who confirms it, what it brings, and what is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from config import Settings
from core.services import provide, service
from db import Database
from lti.domain.roles import Role
from lti.models import Activity, Course, Delivery, Membership, Person, Platform, Visit
from managers.people import Standing, course_query, people_page
from modules.certificates.certificates import certificates_of, issue_all_earned, revoke_certificate
from modules.domain.check_code import in_groups
from modules.domain.progress import Answer
from modules.models import Certificate, Join, JoinState, Pass
from modules.passes.attempts import find_attempt
from modules.passes.joins import join, separate
from modules.play.answers import give_answer, start_attempt
from tests.support.factories import ADMINISTRATOR, CONTENT, NOW, add_activity, add_person, add_platform
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form

PHOTOS = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
EMAIL = "ada.okafor@school.example"
SAID = "You may not need to take this training"
ASKED = "You have asked to use a certificate"
HELD = "You already hold this certificate"
USE = "/module/certificate-from-elsewhere"
ASK = f"{USE}/request"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + timedelta(days=30), tick=False) as clock:
        yield clock


@pytest.fixture
def school(app: Flask, database: Database, clock: time_machine.Traveller) -> School:
    provide(app, replace(service(Settings, app), match_emails=True))
    school = School(app, database)
    school.publish(PHOTOS, days_later=0)
    return school


class Other:
    """Another LMS, and somebody on it who has passed the module there."""

    def __init__(self, session: Session, email: str | None = EMAIL, trust: str = "invictus") -> None:
        self.session = session
        self.platform = _second_platform(session, trust)
        self.activity: Activity = add_activity(session, self.platform)
        self.person = self.add("Ada Okafor", email)
        _pass(session, self.person, self.activity)

    def add(self, name: str, email: str | None) -> Person:
        person = add_person(self.session, self.activity, self.platform, name)
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


def _pass(session: Session, person: Person, activity: Activity) -> None:
    begun = start_attempt(session, person.id, activity.id, "photos", "invictus", NOW)
    attempt = find_attempt(session, begun.id, person.id)
    for place in (("fork", "first"), ("fork", "second"), ("short", "only")):
        give_answer(session, attempt, Answer(*place, "decline"), activity.id, NOW)


@pytest.fixture
def ada(school: School, database: Database) -> Browser:
    ada = school.visit()
    with database.transaction() as session:
        session.get_one(Person, ada.person_id).email = "Ada.Okafor@School.example"
    return ada


@pytest.fixture
def mo(school: School) -> Browser:
    """Give someone who leads the course."""
    return school.visit("Mo Aziz", Role.TRAINER)


def send(browser: Browser, path: str) -> int:
    token = Form(browser.get("/module").text).fields["csrf_token"]
    return browser.post(path, {"csrf_token": token}).status_code


def ask(browser: Browser) -> int:
    return send(browser, ASK)


def use(browser: Browser) -> int:
    return send(browser, USE)


def decide(browser: Browser, what: str, number: int = 1) -> int:
    return send(browser, f"/people/joins/{number}/{what}")


def owed_here(database: Database, person_id: int) -> list[float]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery.score).where(Delivery.person_id == person_id)))


def test_the_page_says_that_there_may_be_one_and_nothing_of_whose(
    school: School, ada: Browser, database: Database
) -> None:
    with database.transaction() as session:
        Other(session).person.name = "Okafor, ADA B."
    page = ada.get("/module").text
    assert problems_of(page) == []
    assert SAID in page and "Ask for it to be used here" in page
    assert "Okafor, ADA" not in page and "20 November 2027" not in page and "100%" not in page


def test_asking_brings_nothing_until_someone_who_leads_the_course_confirms_it(
    school: School, ada: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        Other(session)
    assert [ask(ada), ask(ada)] == [303, 303]
    assert ASKED in ada.get("/module").text and owed_here(database, ada.person_id) == []
    assert use(ada) == 409
    assert "One person has asked" in mo.get("/people").text
    page = mo.get("/people/joins").text
    assert problems_of(page) == []
    assert "asked on 20 December 2026" in page and "valid until 20 November 2027" in page and EMAIL in page
    assert decide(mo, "confirm") == 303
    assert owed_here(database, ada.person_id) == [1.0]
    with database.reading() as session:
        page = people_page(session, course_query(session, school.activity.course_id, PHOTOS.module, NOW), None, 1, 10)
        assert page.rows[0].standing is Standing.PASSED
        joined = session.scalars(select(Join)).one()
        assert (joined.state, joined.decided_by, joined.asked_at is not None) == (JoinState.JOINED, "Mo Aziz", True)
    page = ada.get("/module").text
    assert "You have passed" in page and SAID not in page
    assert decide(mo, "confirm") == 404


def test_one_who_asks_under_another_name_gets_nothing(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session).person.name = "Grace Hopper"
    assert SAID not in ada.get("/module").text
    assert [ask(ada), use(ada)] == [409, 409]


def test_what_was_declined_brings_nothing_and_can_still_be_confirmed(
    school: School, ada: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        Other(session)
    ask(ada)
    assert decide(mo, "decline") == 303
    assert "was declined" in ada.get("/module").text
    assert [ask(ada), use(ada), owed_here(database, ada.person_id)] == [409, 409, []]
    assert decide(mo, "confirm") == 303
    assert owed_here(database, ada.person_id) == [1.0]


def test_staff_decide_nothing_and_no_one_decides_about_themselves(
    school: School, ada: Browser, database: Database
) -> None:
    with database.transaction() as session:
        Other(session)
    ask(ada)
    ben = school.visit("Ben Cole")
    assert send(ben, "/people/joins/1/confirm") == 403
    with database.transaction() as session:
        for of_role in (Visit, Membership):
            session.execute(update(of_role).values(role=Role.TRAINER))
    assert "This is about you" in ada.get("/people/joins").text
    assert (decide(ada, "confirm"), owed_here(database, ada.person_id)) == (409, [])


@pytest.mark.parametrize("joined", [False, True], ids=["of the same name and address", "joined with the asker"])
def test_no_one_decides_about_themselves_under_another_id_of_theirs(
    school: School, ada: Browser, database: Database, joined: bool
) -> None:
    leader = school.visit("Ada the trainer", Role.TRAINER)
    with database.transaction() as session:
        Other(session)
        if joined:
            join(session, leader.person_id, ada.person_id, "Priya", "", NOW)
        else:
            session.get_one(Person, leader.person_id).name = "Okafor, Ada"
            session.get_one(Person, leader.person_id).email = EMAIL.upper()
    assert ask(ada) == 303
    assert "This is about you" in leader.get("/people/joins").text
    number = 2 if joined else 1
    assert [decide(leader, what, number) for what in ("confirm", "decline")] == [409, 409]
    assert owed_here(database, ada.person_id) == []
    mo = school.visit("Mo Aziz", Role.TRAINER)
    assert decide(mo, "confirm", number) == 303
    page = leader.get("/people/joins").text
    assert ">Undo<" not in page and decide(leader, "undo", number) == 409
    assert decide(mo, "undo", number) == 303


def test_those_who_lead_another_course_neither_see_nor_decide_it(
    school: School, ada: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        course_id = Other(session).activity.course_id
    ask(ada)
    with database.transaction() as session:
        session.execute(update(Visit).where(Visit.person_id == mo.person_id).values(course_id=course_id))
    assert "asked on" not in mo.get("/people/joins").text
    assert [decide(mo, "confirm"), decide(mo, "decline"), owed_here(database, ada.person_id)] == [404, 404, []]


def test_one_that_was_revoked_since_it_was_asked_for_cannot_be_confirmed(
    school: School, ada: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        Other(session)
    ask(ada)
    with database.transaction() as session:
        code = session.scalars(select(Certificate)).one().code
        revoke_certificate(session, code, "Someone else took the module.", "Mo Aziz", ADMINISTRATOR, NOW)
    assert [decide(mo, "confirm"), owed_here(database, ada.person_id)] == [409, []]


def test_a_certificate_used_with_a_click_goes_when_the_joins_that_lead_to_it_are_undone(
    school: School, ada: Browser, database: Database
) -> None:
    with database.transaction() as session:
        other = Other(session).person.id
        nobody, between = (add_person(session, school.activity, school.platform, name).id for name in ("X", "B"))
        join(session, ada.person_id, nobody, "Mo Aziz", "", NOW)
        first = join(session, ada.person_id, between, "Mo Aziz", "", NOW)
        first.module = "essentials"
        join(session, between, other, "Mo Aziz", "", NOW)
    assert (use(ada), owed_here(database, ada.person_id)) == (303, [1.0])
    with database.transaction() as session:
        made = session.scalars(select(Pass).where(Pass.person_id == ada.person_id)).one()
        assert made.join_id == first.id
        separate(session, 3, "Mo Aziz", "", NOW)
        assert session.scalars(select(Pass).where(Pass.person_id == ada.person_id)).all() == []
    assert owed_here(database, ada.person_id) == []


def test_a_certificate_is_given_to_one_entry_alone_and_no_request_closes_a_ring(
    school: School, ada: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        other = Other(session).person.id
        second = add_person(session, school.activity, school.platform, "Ada Okafor (again)").id
        third = add_person(session, school.activity, school.platform, "Ada Okafor (once more)").id
    ask(ada)
    with database.transaction() as session:
        join(session, second, other, "Mo Aziz", "", NOW)
    assert (decide(mo, "confirm"), owed_here(database, ada.person_id)) == (409, [])
    with database.transaction() as session:
        join(session, third, second, "Mo Aziz", "", NOW)
        session.add(Join(person_id=other, same_as_id=third, state=JoinState.ASKED, asked_at=NOW, module="photos"))
        session.flush()
        session.execute(update(Join).values(course_id=school.activity.course_id))
        session.execute(update(Certificate).values(person_id=third))
    assert decide(mo, "confirm", 4) == 409


def _by_hand(leader: Browser, person: int, earlier: int) -> int:
    fields = {"person": str(person), "earlier": str(earlier), "because": "I know her"}
    token = Form(leader.get("/module").text).fields["csrf_token"]
    return leader.post("/people/joins", {"csrf_token": token} | fields).status_code


@pytest.fixture
def old(school: School, database: Database) -> Browser:
    """Give an earlier entry of Ada's in the same course, with a pass and her address."""
    old = school.visit("Ada Okafor (old)")
    with database.transaction() as session:
        person = session.get_one(Person, old.person_id)
        person.name, person.email = "Ada Okafor", EMAIL
        _pass(session, person, school.activity)
    return old


def _second_course(school: School, database: Database, *people: int) -> tuple[Activity, Browser]:
    """Give an activity of another course of the same people, and the browser of someone who leads that course."""
    with database.transaction() as session:
        here = session.get_one(Course, school.activity.course_id)
        course = Course(deployment_id=here.deployment_id, context="course-2", title="Refresher day")
        session.add(course)
        session.flush()
        placed = {"title": "Photos", "module": "photos", "line_item_url": "https://lms.example/items/2", "scopes": []}
        activity = Activity(course_id=course.id, resource_link="link-2", **placed)
        session.add(activity)
        session.add_all(Membership(course_id=course.id, person_id=each, role=Role.STAFF) for each in people)
    lee = school.visit("Lee Leader", Role.TRAINER)
    with database.transaction() as session:
        where = {"course_id": activity.course_id, "activity_id": activity.id}
        session.execute(update(Visit).where(Visit.person_id == lee.person_id).values(**where))
    return activity, lee


def test_joining_by_hand_does_as_the_leader_says_whatever_was_asked_before(
    school: School, ada: Browser, old: Browser, mo: Browser, database: Database
) -> None:
    assert [ask(ada), _by_hand(mo, old.person_id, ada.person_id)] == [303, 303]
    with database.reading() as session:
        request, made = session.scalars(select(Join).order_by(Join.id))
        assert (request.state, request.ended_by, request.module) == (JoinState.SEPARATED, "Mo Aziz", "photos")
        assert (made.person_id, made.same_as_id, made.module) == (old.person_id, ada.person_id, None)
        page = people_page(session, course_query(session, school.activity.course_id, PHOTOS.module, NOW), None, 1, 10)
        assert [row.person_id for row in page.rows] == [old.person_id]
    assert "asked on" not in mo.get("/people/joins").text


def test_no_one_joins_entries_by_hand_of_which_one_seems_to_be_their_own(
    school: School, ada: Browser, old: Browser, database: Database
) -> None:
    leader = school.visit("Ada Okafor (trainer)", Role.TRAINER)
    with database.transaction() as session:
        session.get_one(Person, leader.person_id).email = EMAIL
    assert _by_hand(leader, ada.person_id, old.person_id) == 409
    assert school.count(Join) == 0


@pytest.mark.parametrize("declined", [False, True])
def test_joining_by_hand_after_a_request_for_one_module_brings_all_of_them(
    school: School, ada: Browser, old: Browser, mo: Browser, database: Database, declined: bool
) -> None:
    with database.transaction() as session:
        made = session.scalars(select(Pass)).one()
        same = {"attempt_id": made.attempt_id, "passed_at": made.passed_at, "valid_until": made.valid_until}
        session.add(Pass(**same, module="essentials", person_id=old.person_id, cycle=1))
    assert ask(ada) == 303
    assert not declined or decide(mo, "decline") == 303
    assert _by_hand(mo, ada.person_id, old.person_id) == 303
    with database.reading() as session:
        theirs = session.scalars(select(Pass.module).where(Pass.person_id == ada.person_id).order_by(Pass.module))
        assert list(theirs) == ["essentials", "photos"]


def test_a_join_by_hand_belongs_to_the_course_in_which_it_was_made(
    school: School, ada: Browser, old: Browser, database: Database
) -> None:
    assert ask(ada) == 303
    second, lee = _second_course(school, database, ada.person_id, old.person_id)
    assert _by_hand(lee, ada.person_id, old.person_id) == 303
    with database.reading() as session:
        owed = session.scalars(select(Delivery.activity_id).where(Delivery.person_id == ada.person_id)).all()
    assert owed == [second.id]
    assert "Joined by" in lee.get("/people/joins").text
    assert decide(lee, "undo", 2) == 303


def test_once_they_are_joined_a_further_certificate_needs_no_one(
    school: School, ada: Browser, mo: Browser, database: Database, clock: time_machine.Traveller
) -> None:
    with database.transaction() as session:
        other = Other(session)
        join(session, ada.person_id, other.person.id, "Mo Aziz", "", NOW)
        session.execute(delete(Delivery))
        session.execute(delete(Pass).where(Pass.person_id == ada.person_id))
    page = ada.get("/module").text
    assert HELD in page and "valid until 20 November 2027" in page and "Use it here" in page
    assert [use(ada), use(ada)] == [303, 303]
    assert owed_here(database, ada.person_id) == [1.0]


def test_who_used_one_before_joins_were_noted_keeps_it(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        other = Other(session)
        brought = session.scalars(select(Pass)).one()
        same = {
            "attempt_id": brought.attempt_id,
            "module": "photos",
            "passed_at": NOW,
            "valid_until": brought.valid_until,
        }
        session.add(Pass(person_id=ada.person_id, cycle=1, **same))
    assert HELD in ada.get("/module").text
    assert (use(ada), owed_here(database, ada.person_id)) == (303, [1.0])
    assert other.person.id != ada.person_id


def test_it_is_certified_there_and_not_a_second_time_here_but_shown(
    school: School, ada: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        other = Other(session).person.id
    ask(ada)
    decide(mo, "confirm")
    with database.transaction() as session:
        issue_all_earned(session, ada.person_id, NOW)
        assert [held.person_id for held in certificates_of(session, ada.person_id)] == [other]
        code = session.scalars(select(Certificate)).one().code
    assert ada.get(f"/certificates/{in_groups(code)}.pdf").status_code == 200


def test_a_new_account_in_the_same_lms_is_offered_it_too(
    school: School, ada: Browser, mo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        before = add_person(session, school.activity, school.platform, "Ada Okafor (old)")
        before.name, before.email = "ada okafor", EMAIL
        _pass(session, before, school.activity)
        session.execute(update(Membership).where(Membership.person_id == before.id).values(left_at=NOW))
    assert SAID in ada.get("/module").text
    assert [ask(ada), decide(mo, "confirm"), owed_here(database, ada.person_id)] == [303, 303, [1.0]]
    assert "(an earlier account here)" in mo.get("/people/joins").text


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
    assert (ask(ada), use(ada), owed_here(database, ada.person_id)) == (409, 409, [])


def test_a_certificate_from_another_trust_does_not_count(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        other = Other(session)
        other.platform.trust = "agora"
    assert SAID not in ada.get("/module").text
    assert [ask(ada), use(ada)] == [409, 409]


def test_a_certificate_of_another_module_does_not_count(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
        session.scalars(select(Certificate)).one().module = "essentials"
    assert [ask(ada), use(ada)] == [409, 409]


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
        ada.post(ASK, {"csrf_token": Form(ada.get("/module").text).fields["csrf_token"]}),
        409,
        "no certificate that you can",
    )


def test_a_certificate_that_was_revoked_does_not_count(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
        code = session.scalars(select(Certificate)).one().code
        revoke_certificate(session, code, "Somebody else took the module.", "Mo Aziz", ADMINISTRATOR, NOW)
    assert SAID not in ada.get("/module").text
    assert [ask(ada), use(ada)] == [409, 409]


def test_an_address_that_two_people_share_proves_nothing(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session).add("Ben Cole", EMAIL.upper())
    assert [ask(ada), use(ada)] == [409, 409]


def test_an_address_that_two_people_share_here_proves_nothing(school: School, ada: Browser, database: Database) -> None:
    ben = school.visit("Ben Cole")
    with database.transaction() as session:
        Other(session)
        session.get_one(Person, ben.person_id).email = EMAIL
    assert [ask(ada), ask(ben)] == [409, 409]


def test_no_one_real_gets_nothing(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
        session.get_one(Person, ada.person_id).is_test = True
    assert [ask(ada), use(ada)] == [409, 409]


def test_unless_the_setting_says_so_no_one_is_matched(
    app: Flask, school: School, ada: Browser, database: Database
) -> None:
    with database.transaction() as session:
        Other(session)
    provide(app, replace(service(Settings, app), match_emails=Settings().match_emails))
    assert SAID not in ada.get("/module").text
    assert [ask(ada), use(ada)] == [409, 409]


def test_without_the_forms_token_nothing_happens(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        Other(session)
    assert [ada.post(path).status_code for path in (ASK, USE)] == [400, 400]
    with database.reading() as session:
        assert session.scalars(select(Pass).where(Pass.person_id == ada.person_id)).all() == []
