"""The desk: what people may do beyond their own training, who finds the way there, and how an address is confirmed."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from core.filters import on_day
from core.grants.domain.grant import GrantRole
from core.mail.domain.ending import MailState
from core.mail.models import Mail
from db import Database, utcnow
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.models import Activity, Membership, Person
from lti.visits.address_codes import forget_codes
from lti.visits.models import AddressCode
from tests.support.grants import ADDRESS, a_school, give_grant, of_kind, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School
from tests.support.visitor import Form

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def jo(school: School, database: Database) -> Browser:
    """Give someone who learns in a course of an LMS that confirms addresses."""
    return with_address(school, database)


@pytest.fixture
def to_confirm(school: School, jo: Browser, database: Database) -> Browser:
    """Give someone who holds a role under an address that their LMS does not confirm."""
    give_grant(database, GrantRole.ADMINISTRATOR)
    of_kind(school, database, None)
    return jo


def page_of(browser: Browser, address: str = "/desk") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    assert problems_of(answer.text) == []
    return answer.text


def items_on(page: str) -> list[str]:
    navigation = re.search(r'<nav class="ftp-desk".*?</nav>', page, re.DOTALL)
    return re.findall(r"<a[^>]*>([^<]+)</a>", navigation[0])[1:] if navigation else []


def test_someone_who_only_learns_is_told_which_address_counts_and_is_led_nowhere(jo: Browser) -> None:
    page = page_of(jo)
    assert "You have no other role here" in page and ADDRESS in page
    assert items_on(page) == []
    assert "/desk" not in page_of(jo, "/module")


def test_someone_whose_address_is_not_shared_is_told_so(school: School) -> None:
    assert "your course may not share your e-mail address" in page_of(school.visit())


def test_someone_who_learns_and_holds_a_role_finds_their_desk_from_the_module(jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.ADMINISTRATOR)
    assert page_of(jo, "/module").count('/desk">Your desk</a>') == 2
    page = page_of(jo)
    assert items_on(page) == [
        "Due dates",
        "Reminders",
        "Reminders sent",
        "Schools",
        "Staff list",
        "Possible duplicates",
        "Roles",
    ]
    assert "Administrator for <bdi>Invictus Education Trust</bdi>." in " ".join(page.split())


def test_the_desk_is_found_from_an_activity_without_training_too(
    school: School, jo: Browser, database: Database
) -> None:
    with database.transaction() as session:
        session.get_one(Activity, school.activity.id).module = None
    assert "/desk" not in page_of(jo, "/activity/not-ready")
    give_grant(database, GrantRole.ADMINISTRATOR)
    assert "Your desk</a>: what you can do here" in page_of(jo, "/activity/not-ready")


def test_the_desk_says_for_which_schools_and_until_when_a_role_is_held(jo: Browser, database: Database) -> None:
    last_day = utcnow().date() + timedelta(days=40)
    with database.transaction() as session:
        oak, elm = a_school(session).id, a_school(session, name="Elm High").id
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=(oak, elm), until=last_day)
    page = re.sub(r"<[^>]+>", "", " ".join(page_of(jo).split()))
    assert f"School lead for Elm High, Oak Primary, until {on_day(last_day)}." in page


def test_someone_who_leads_the_course_has_a_desk_without_holding_a_role(school: School) -> None:
    trainer = school.visit("Sam Reed", Role.TRAINER)
    assert items_on(page_of(trainer)) == ["People", "Evidence", "Same person", "Policies"]
    assert 'href="' + trainer.visit + '/desk">Your desk</a>' in page_of(trainer, "/people")


def test_the_desk_opens_from_the_courses_menu_too_and_offers_what_is_there(school: School, database: Database) -> None:
    from_menu = {"purpose": Purpose.COURSE, "activity_id": None}
    jo = with_address(school, database)
    give_grant(database, GrantRole.ADMINISTRATOR)
    menu = school.on_another_device(jo, **from_menu)
    assert "Your desk</a>: what you can do here" in page_of(menu, "/course")
    assert items_on(page_of(menu)) == [
        "Training in this course",
        "Due dates",
        "Reminders",
        "Reminders sent",
        "Schools",
        "Staff list",
        "Possible duplicates",
        "Roles",
    ]


@pytest.mark.parametrize("purpose", [Purpose.CHOOSING, Purpose.REVIEW])
def test_a_dialog_of_the_lms_has_no_desk(school: School, jo: Browser, purpose: Purpose) -> None:
    inside = school.on_another_device(jo, purpose=purpose, about_id=jo.person_id, choosing={})
    assert inside.get("/desk").status_code == 403


def test_a_leader_who_looks_as_learners_do_is_told_to_switch_back(jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.ADMINISTRATOR)
    with database.transaction() as session:
        session.execute(update(Membership).values(role=Role.TRAINER))
    assert "Switch back to your own role" in page_of(jo)


def test_only_the_front_page_asks_a_learner_for_grants_and_once(
    school: School, jo: Browser, database: Database
) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    jo.get("/module")
    assert len([each for each in asked if "FROM grants" in each]) == 1
    asked.clear()
    for address in ("/policy", "/certificates", "/stories/fork"):
        assert jo.get(address).status_code == 200
    assert [each for each in asked if "grants" in each] == []
    asked.clear()
    school.visit("No Address").get("/module")
    assert [each for each in asked if "grants" in each] == []


class TestConfirmingAnAddress:
    def test_a_mailed_code_opens_the_desk(self, to_confirm: Browser, database: Database) -> None:
        assert "Confirm your address" in page_of(to_confirm)
        assert to_confirm.get("/grants").status_code == 403
        assert "Your desk" in page_of(to_confirm, "/module")
        code = self.ask_for_code(to_confirm, database)
        assert to_confirm.get("/grants").status_code == 403
        answer = self.enter(to_confirm, f" {code[:3]} {code[3:]} ")
        assert answer.status_code == 303 and answer.location.endswith("/desk")
        assert items_on(page_of(to_confirm)) == [
            "Due dates",
            "Reminders",
            "Reminders sent",
            "Schools",
            "Staff list",
            "Possible duplicates",
            "Roles",
        ]
        assert to_confirm.get("/desk/address").status_code == 302
        assert to_confirm.get("/grants").status_code == 200

    def test_the_code_goes_to_the_address_alone_and_is_not_kept(self, to_confirm: Browser, database: Database) -> None:
        code = self.ask_for_code(to_confirm, database)
        with database.reading() as session:
            mail, kept = session.scalars(select(Mail)).one(), session.scalars(select(AddressCode)).one()
        assert mail.recipient == ADDRESS and code in mail.text and code in mail.html
        assert code not in mail.subject and kept.code_hash != code and len(kept.code_hash) == 64

    def test_after_five_wrong_tries_even_the_right_code_is_refused(
        self, to_confirm: Browser, database: Database
    ) -> None:
        code = self.ask_for_code(to_confirm, database)
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        for _ in range(4):
            answer = self.enter(to_confirm, wrong)
            assert answer.status_code == 422 and "This is not the code that we sent" in answer.text
        answer = self.enter(to_confirm, wrong)
        assert answer.status_code == 422 and "is no longer valid" in answer.text
        assert self.enter(to_confirm, code).status_code == 422
        new = self.ask_for_code(to_confirm, database)
        assert self.enter(to_confirm, new).status_code == 303

    def test_a_code_is_valid_for_half_an_hour(self, to_confirm: Browser, database: Database) -> None:
        code = self.ask_for_code(to_confirm, database)
        with database.transaction() as session:
            session.execute(update(AddressCode).values(sent_at=utcnow() - timedelta(minutes=30)))
        assert "is no longer valid" in self.enter(to_confirm, code).text
        with database.transaction() as session:
            session.execute(update(AddressCode).values(sent_at=utcnow() - timedelta(minutes=29)))
        assert self.enter(to_confirm, code).status_code == 303

    def test_a_new_code_takes_the_place_of_the_one_before(self, to_confirm: Browser, database: Database) -> None:
        first = self.ask_for_code(to_confirm, database)
        second = self.ask_for_code(to_confirm, database)
        if first != second:
            assert self.enter(to_confirm, first).status_code == 422
        assert self.enter(to_confirm, second).status_code == 303

    def test_nothing_entered_is_asked_for_again_and_costs_no_try(self, to_confirm: Browser, database: Database) -> None:
        self.ask_for_code(to_confirm, database)
        answer = self.enter(to_confirm, "")
        assert answer.status_code == 422 and "Enter the code from the e-mail" in answer.text
        assert problems_of(answer.text) == []
        with database.reading() as session:
            assert session.scalars(select(AddressCode.tries)).all() == [0]

    def test_five_codes_a_day_and_no_more(self, to_confirm: Browser, database: Database) -> None:
        for _ in range(5):
            self.ask_for_code(to_confirm, database)
        answer = self.send(to_confirm)
        assert answer.status_code == 429 and "Ask for another one tomorrow" in answer.text
        with database.transaction() as session:
            session.execute(update(AddressCode).values(sent_at=utcnow() - timedelta(days=1, seconds=1)))
        self.ask_for_code(to_confirm, database)
        with database.reading() as session:
            assert len(session.scalars(select(AddressCode)).all()) == 1

    def test_many_people_cannot_fill_one_mailbox(self, school: School, to_confirm: Browser, database: Database) -> None:
        with database.transaction() as session:
            for number in range(15):
                theirs = Person(platform_id=school.platform.id, subject=f"other-{number}")
                session.add(theirs)
                session.flush()
                session.add(
                    AddressCode(person_id=theirs.id, address=ADDRESS, code_hash="0" * 64, sent_at=utcnow(), tries=0)
                )
        assert self.send(to_confirm).status_code == 429

    def test_no_one_else_can_use_the_code(self, school: School, to_confirm: Browser, database: Database) -> None:
        code = self.ask_for_code(to_confirm, database)
        other = school.visit("Ben Cole")
        with database.transaction() as session:
            session.get_one(Person, other.person_id).email = ADDRESS
        assert self.enter(other, code).status_code == 422
        assert other.get("/grants").status_code == 403

    def test_someone_without_anything_to_confirm_gets_no_code(self, jo: Browser, database: Database) -> None:
        token = Form(jo.get("/module").text).fields["csrf_token"]
        for address in ("/desk/address/code", "/desk/address"):
            answer = jo.post(address, {"csrf_token": token, "code": "123456"})
            assert answer.status_code == 303 and answer.location.endswith("/desk")
        with database.reading() as session:
            assert session.scalars(select(Mail)).all() == []

    @pytest.mark.parametrize(
        ("columns", "says"),
        [
            ({"state": MailState.SENT}, "We have sent a code"),
            ({"state": MailState.WAITING, "tries": 1}, "the mail server is not accepting it at the moment"),
            ({"state": MailState.FAILED, "tries": 1}, "The mail server refused the code"),
            ({"state": MailState.UNCONFIRMED, "tries": 1}, "We have sent a code"),
        ],
    )
    def test_the_page_says_how_far_the_message_has_got(
        self, to_confirm: Browser, database: Database, columns: dict[str, object], says: str
    ) -> None:
        self.ask_for_code(to_confirm, database)
        with database.transaction() as session:
            session.execute(update(Mail).values(**columns))
        assert says in " ".join(page_of(to_confirm, "/desk/address").split())

    def test_a_code_is_forgotten_after_a_day(self, to_confirm: Browser, database: Database) -> None:
        self.ask_for_code(to_confirm, database)
        with database.transaction() as session:
            forget_codes(session, utcnow() + timedelta(hours=23))
            assert len(session.scalars(select(AddressCode)).all()) == 1
            forget_codes(session, utcnow() + timedelta(hours=25))
            assert session.scalars(select(AddressCode)).all() == []

    def send(self, browser: Browser):
        token = Form(browser.get("/desk/address").text).fields["csrf_token"]
        return browser.post("/desk/address/code", {"csrf_token": token})

    def enter(self, browser: Browser, code: str):
        token = Form(browser.get("/desk/address").text).fields["csrf_token"]
        return browser.post("/desk/address", {"csrf_token": token, "code": code})

    def ask_for_code(self, browser: Browser, database: Database) -> str:
        assert self.send(browser).status_code == 303
        page = page_of(browser, "/desk/address")
        assert "A code is on its way" in page
        with database.reading() as session:
            text = session.scalars(select(Mail.text).order_by(Mail.id.desc())).first()
        found = re.search(r"Your code is (\d{6})\b", text or "")
        assert found
        return found[1]


def test_the_code_is_mailed_by_the_job_that_sends_mail(app: Flask, to_confirm: Browser, database: Database) -> None:
    code = TestConfirmingAnAddress().ask_for_code(to_confirm, database)
    assert code not in app.test_cli_runner().invoke(args=["mail", "list"]).output
