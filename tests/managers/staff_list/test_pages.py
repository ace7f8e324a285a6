"""The pages of the staff list: uploaded, looked at, applied, undone, and who may do that."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from core.grants.domain.grant import GrantRole
from core.grants.grants import held_by
from core.schools import schools_of
from db import Database, utcnow
from managers.models import StaffMember
from managers.staff_list.jobs import LONG, apply_waiting
from tests.managers.staff_list.keeper import written
from tests.support.grants import a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form, words_of
from tests.support.writes import writes_of_gets

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def lead(school: School, database: Database) -> Browser:
    give_grant(database, GrantRole.TRUST_LEAD)
    with database.transaction() as session:
        a_school(session)
    return with_address(school, database)


def upload(browser: Browser, content: bytes, name: str = "staff.csv") -> TestResponse:
    token = Form(browser.get("/staff-list").text).fields["csrf_token"]
    fields = {"csrf_token": token, "file": (io.BytesIO(content), name)}
    return browser.client.post(browser.visit + "/staff-list", data=fields, content_type="multipart/form-data")


def follow(browser: Browser, answer: TestResponse) -> str:
    assert answer.status_code == 303
    page = browser.get(answer.location.removeprefix(browser.visit))
    assert page.status_code == 200
    assert problems_of(page.text) == []
    return page.text


def send(browser: Browser, page: str, ending: str, **fields: str) -> TestResponse:
    """Send the form of a page whose address ends like this."""
    form = re.search(rf'<form method="post" action="([^"]*/{ending})".*?</form>', page, re.DOTALL)
    assert form, f"there is no form for {ending}"
    found = dict(re.findall(r'name="(csrf_token|wanted)"[^>]*value="([^"]*)"', form[0]))
    return browser.post(form[1].removeprefix(browser.visit), {**found, **fields})


ASHA = "asha@oak.example,S1,Oak Primary,-,Leader,01/09/2019"
DAN = "dan@oak.example,S2,Oak Primary,asha@oak.example,Teacher,03/04/2020"


def test_a_list_is_looked_at_applied_and_undone(lead: Browser, database: Database) -> None:
    page = follow(lead, upload(lead, written(ASHA, DAN)))
    said = words_of(page)
    assert "2 new people" in said and "2 people are not on the learning site yet" in said
    assert "1 person will become a line manager" in said
    assert "Start date: 3 April 2020" in said and "Line manager: asha@oak.example" in said
    with database.reading() as session:
        assert session.scalars(select(StaffMember.email).where(StaffMember.number.is_not(None))).all() == []
    page = follow(lead, send(lead, page, "apply"))
    assert "The list has been applied: 2 people are new" in words_of(page)
    with database.reading() as session:
        people = {each.email: each for each in session.scalars(select(StaffMember).where(StaffMember.number != ""))}
        assert people["dan@oak.example"].line_manager_id == people["asha@oak.example"].id
        assert [held.role for held in held_by(session, "invictus", "asha@oak.example", utcnow())] == [
            GrantRole.LINE_MANAGER
        ]
    page = follow(lead, send(lead, lead.get("/staff-list").text, "undo"))
    assert "The list has been undone" in page
    with database.reading() as session:
        assert session.scalars(select(StaffMember).where(StaffMember.number.is_not(None))).all() == []
        assert held_by(session, "invictus", "asha@oak.example", utcnow()) == ()


def test_looking_writes_nothing_and_asks_as_much_for_many_people_as_for_a_few(
    lead: Browser, database: Database
) -> None:
    few = upload(lead, written(ASHA))
    many = upload(lead, written(*(f"p{each}@oak.example,,Oak Primary,,," for each in range(300))))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts = []
    with writes_of_gets(database) as seen:
        for look in (lambda: follow(lead, few), lambda: follow(lead, many), lambda: lead.get("/staff-list")):
            asked.clear()
            look()
            counts.append(len(asked))
    assert seen == []
    assert counts[0] == counts[1] <= 13
    assert counts[2] <= 8


def test_what_cannot_be_applied_is_listed_line_by_line_with_what_to_do(lead: Browser) -> None:
    lines = (
        "asha@oak.example,S1,Oak Primry,asha@oak.example,Leader,2099-01-01",
        "asha@oak.example,S9,,,,",
        "not an address,,,,,",
        "dan@oak.example,,,nobody@oak.example,,31/02/2020",
        "eve@oak.example,,,fay@oak.example,,",
        "fay@oak.example,,,eve@oak.example,,",
    )
    page = follow(lead, upload(lead, written(*lines)))
    said = words_of(page)
    for expected in (
        "There is no school “Oak Primry”. Did you mean Oak Primary?",
        "is their own line manager",
        "2099-01-01 is in the future",
        "3 asha@oak.example is also in line 2",
        "4 “not an address” is not an e-mail address",
        "5 No one is known as the line manager “nobody@oak.example”",
        "5 The start date “31/02/2020” is not a date",
        "line managers in a circle: eve@oak.example → fay@oak.example → eve@oak.example",
    ):
        assert expected in said
    assert "/apply" not in page
    assert "Add this school" in said


def test_schools_that_only_the_list_names_are_added_where_someone_says_so(lead: Browser, database: Database) -> None:
    page = follow(lead, upload(lead, written("asha@oak.example,,Elm High,,,", "dan@oak.example,,elm  high,,,")))
    assert "/apply" not in page
    page = follow(lead, send(lead, page, "schools", add_schools="yes"))
    assert "1 school is added: Elm High" in words_of(page)
    follow(lead, send(lead, page, "apply"))
    assert "Elm High" in {each.name for each in schools(database)}
    follow(lead, send(lead, lead.get("/staff-list").text, "undo"))
    assert "Elm High" not in {each.name for each in schools(database)}


def schools(database: Database) -> list:
    with database.reading() as session:
        return list(schools_of(session, "invictus"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Select a CSV file"),
        (b"PK\x03\x04 and so on", "This is a workbook, not a CSV file"),
        (b"Surname,Shoe size\nOkafor,7\n", "No column is called E-mail or Staff number"),
        (b"E-mail,Work email\na@b.example,\n", "both give the e-mail"),
        (b"E-mail,School\n", "The list names no one"),
        (b'E-mail,School\n"a@b.example,Oak\n', "quotation marks from line 2 on do not match"),
        (b"\x81\x8d\x00\x01", "not plain text"),
    ],
)
def test_a_file_that_is_no_list_is_asked_for_again(lead: Browser, content: bytes, says: str) -> None:
    answer = upload(lead, content)
    assert answer.status_code == 422
    assert says in words_of(answer.text) and "There is a problem" in answer.text
    assert problems_of(answer.text) == []


def test_a_file_that_is_too_large_is_said_to_be(lead: Browser) -> None:
    body = b"--x\r\n" + b"x" * 10_000_001
    content_type = "multipart/form-data; boundary=x"
    answer = lead.client.post(lead.visit + "/staff-list", data=body, content_type=content_type)
    assert answer.status_code == 413
    assert "larger than 10 MB" in words_of(answer.text)
    assert problems_of(answer.text) == []


def test_a_list_that_no_longer_fits_is_shown_again_and_changes_nothing(lead: Browser, database: Database) -> None:
    first = follow(lead, upload(lead, written(ASHA)))
    second = follow(lead, upload(lead, written("asha@oak.example,S7,,,Office,")))
    follow(lead, send(lead, first, "apply"))
    answer = send(lead, second, "apply")
    assert answer.status_code == 409
    assert "nothing in this list was applied" in words_of(answer.text)
    assert problems_of(answer.text) == []
    with database.reading() as session:
        found = session.scalars(select(StaffMember).where(StaffMember.email == "asha@oak.example")).one()
        assert (found.number, found.job_group) == ("S1", "Leader")
    follow(lead, send(lead, answer.text, "apply"))
    with database.reading() as session:
        found = session.scalars(select(StaffMember).where(StaffMember.email == "asha@oak.example")).one()
        assert (found.number, found.job_group) == ("S7", "Office")


def test_an_earlier_list_is_undone_only_after_the_later_one(lead: Browser) -> None:
    follow(lead, send(lead, follow(lead, upload(lead, written(ASHA))), "apply"))
    first = lead.get("/staff-list/1").text
    follow(lead, send(lead, follow(lead, upload(lead, written(DAN))), "apply"))
    answer = send(lead, first, "undo")
    assert answer.status_code == 409
    assert "Undo a later list first" in words_of(answer.text)
    assert "A later list was applied. To undo this one, undo the list of" in words_of(lead.get("/staff-list/1").text)


def test_a_long_list_is_applied_in_the_background(lead: Browser, database: Database, app: Flask) -> None:
    lines = [f"person{each}@oak.example,,Oak Primary,,," for each in range(LONG + 1)]
    page = follow(lead, upload(lead, written(*lines)))
    assert "The first 50 of 2,001 are shown" in words_of(page)
    page = follow(lead, send(lead, page, "apply"))
    assert "The list is being applied" in words_of(page)
    assert apply_waiting(database) == 1
    assert "The list has been applied: 2,001 people are new" in words_of(lead.get("/staff-list/1").text)


def test_formulas_are_kept_as_text(lead: Browser) -> None:
    page = follow(lead, upload(lead, written("asha@oak.example,,,,=1+1,")))
    assert "1 cell begins with =, +, - or @" in words_of(page)
    assert "Job group: =1+1" in words_of(page)


def test_there_is_a_list_to_begin_with(lead: Browser) -> None:
    answer = lead.get("/staff-list/template.csv")
    assert answer.text == "\ufeffE-mail,Staff number,School,Line manager,Job group,Start date\r\n"
    assert upload(lead, answer.data).status_code == 422


def test_no_one_else_sees_lists(school: School, database: Database, lead: Browser) -> None:
    follow(lead, upload(lead, written(ASHA)))
    other = school.visit("Sam Reed")
    assert_polite(other.get("/staff-list/1"), 403, "")
    assert_polite(lead.get("/staff-list/99"), 404, "")
