"""The page of evidence and its files: who may ask about whom, what they see, and what they are told about bad input."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import event

from core.grants.domain.grant import GrantRole
from db import Database
from lti.domain.roles import Role
from lti.models import Person
from managers.evidence.files import NOTES
from managers.models import StaffEntry, StaffMember
from managers.staff.refresh import refresh_people
from modules.models import Certificate
from tests.managers.evidence.records import certificate, valid
from tests.support.factories import CONTENT, NOW
from tests.support.grants import a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")

ON = "on=2026-06-30&module=photos"
ASKING = replace(CONTENT, module=replace(CONTENT.module, acknowledges=True))
REVOKED = datetime(2026, 7, 4, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def schools(school: School, database: Database) -> tuple[int, int]:
    """Certify Ada of Oak, and Bea of Elm, whose certificate was revoked later."""
    ada, bea = (school.visit(name).person_id for name in ("Ada Okafor", "=Bea"))
    with database.transaction() as session:
        refresh_people(session, [ada, bea], NOW)
        oak, elm = a_school(session).id, a_school(session, name="Elm High").id
        for person_id, school_id in ((ada, oak), (bea, elm)):
            person = session.get_one(Person, person_id)
            member = session.get_one(StaffMember, session.get_one(StaffEntry, person_id).staff_id)
            member.school_id, member.school_given = school_id, True
            record = valid() if person_id == ada else replace(valid(), revoked_at=REVOKED)
            session.add(certificate(person, record))
    return oak, elm


@pytest.fixture
def lead(school: School, database: Database, schools: tuple[int, int]) -> Browser:
    give_grant(database, GrantRole.TRUST_LEAD)
    return with_address(school, database)


def names(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r'<span class="ftp-name">(.*?)</span>', page)]


def rows_of(browser: Browser, query: str = ON) -> list[dict[str, str]]:
    answer = browser.get(f"/evidence.csv?{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_trust_lead_sees_who_was_certified_and_what_has_happened_since(lead: Browser) -> None:
    page = lead.get(f"/evidence?{ON}")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    assert names(page.text) == ["=Bea", "Ada Okafor"]
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "2 people held 2 certificates when this day ended. 1 of these certificates was revoked later." in text
    assert "Revoked on 4 July 2026" in text and "Still valid" in text and "Oak Primary" in text


def test_after_the_revocation_the_certificate_is_not_in_force(lead: Browser) -> None:
    assert names(lead.get("/evidence?on=2026-07-03&module=photos").text) == ["=Bea", "Ada Okafor"]
    assert names(lead.get("/evidence?on=2026-07-04&module=photos").text) == ["Ada Okafor"]


def test_without_a_day_it_is_today_and_without_a_module_that_of_the_activity(lead: Browser) -> None:
    page = lead.get("/evidence").text
    assert "Who is certified today" in page and names(page) == ["Ada Okafor"]
    assert "1 person hold" in " ".join(page.split())
    assert '<option value="photos" selected>' in page


def test_a_day_before_the_first_certificate_says_when_records_begin(lead: Browser) -> None:
    page = " ".join(lead.get("/evidence?on=2020-01-01&module=photos").text.split())
    assert "No one was certified. The first certificate for this training was issued on 30 June 2026." in page


def test_a_typed_day_leads_to_an_address_that_can_be_kept(lead: Browser) -> None:
    answer = lead.get("/evidence?on_day=30&on_month=6&on_year=2026&module=photos&school=")
    assert answer.status_code == 303 and answer.location.endswith("/evidence?on=2026-06-30&module=photos")


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("on_day=31&on_month=6&on_year=2026", 422, "Day must be a real date"),
        ("on_day=&on_month=6&on_year=2026", 422, "Day must include a day"),
        ("on=30.06.2026", 422, "Day must be a real date, such as 2026-06-30 in the address"),
        ("on=2026-11-21", 422, "Day must be today or in the past"),
        ("on=9999-12-31", 422, "Day must be today or in the past"),
        ("module=nothing", 404, "There is no such training. Choose from the list"),
        ("school=99999", 403, "You cannot see these people. Choose from the list"),
        ("school=%00", 403, "You cannot see these people. Choose from the list"),
    ],
)
def test_what_cannot_be_asked_for_is_said_by_its_field_and_shows_no_one(
    lead: Browser, query: str, status: int, words: str
) -> None:
    page = lead.get(f"/evidence?{query}")
    assert (page.status_code, problems_of(page.text)) == (status, [])
    assert page.text.count(words) == 2 and "There is a problem" in page.text and names(page.text) == []
    file = lead.get(f"/evidence.xlsx?{query}")
    assert file.status_code == 303 and lead.client.get(file.location).status_code == status


@pytest.mark.parametrize("on", ["0001-01-01", "1900-01-01"])
def test_a_day_long_ago_has_no_one_and_is_no_fault(lead: Browser, on: str) -> None:
    assert lead.get(f"/evidence?on={on}").status_code == 200
    assert rows_of(lead, f"on={on}") == []


@pytest.mark.parametrize("after", ["99999999999999999999", "-99999999999999999999", "2147483648", "no-one"])
def test_a_place_in_the_list_that_there_is_not_is_its_beginning(lead: Browser, after: str) -> None:
    page = lead.get(f"/evidence?{ON}&after={after}")
    assert page.status_code == 200 and names(page.text) == ["=Bea", "Ada Okafor"]


def test_an_address_with_bytes_that_are_no_text_is_answered_in_words(lead: Browser) -> None:
    for ending in ("", ".csv"):
        answer = lead.client.get(f"{lead.visit}/evidence{ending}", environ_overrides={"QUERY_STRING": "on=\xff\xfe"})
        answer = lead.client.get(answer.location) if answer.location else answer
        assert answer.status_code == 422 and "Day must be a real date" in answer.text


def test_what_was_typed_stays_in_the_form(lead: Browser) -> None:
    page = lead.get("/evidence?on_day=31&on_month=6&on_year=2026&module=photos").text
    assert re.findall(r'name="on_\w+"[^>]*value="(\d+)"', page) == ["31", "6", "2026"]


def test_a_school_lead_sees_their_schools_alone(school: School, database: Database, schools: tuple[int, int]) -> None:
    oak, elm = schools
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=(oak,))
    lead = with_address(school, database)
    page = lead.get(f"/evidence?{ON}")
    assert names(page.text) == ["Ada Okafor"] and "Elm High" not in page.text
    assert lead.get(f"/evidence?{ON}&school={elm}").status_code == 403
    assert lead.get(f"/evidence?{ON}&school=course").status_code == 403
    assert [row["Name now"] for row in rows_of(lead)] == ["Ada Okafor"]
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=(elm,))
    both = lead.get(f"/evidence?{ON}").text
    assert names(both) == ["=Bea", "Ada Okafor"] and "All your schools" in both
    assert names(lead.get(f"/evidence?{ON}&school={elm}").text) == ["=Bea"]


def test_someone_who_leads_the_course_sees_its_people_and_no_school(
    school: School, schools: tuple[int, int], database: Database
) -> None:
    leader = school.visit("Mo Aziz", Role.TRAINER)
    with database.transaction() as session:
        elsewhere = Person(platform_id=school.platform.id, subject="cy", name="Cy")
        session.add(elsewhere)
        session.flush()
        session.add(certificate(elsewhere, valid()))
    assert names(leader.get(f"/evidence?{ON}").text) == ["=Bea", "Ada Okafor"]
    assert leader.get(f"/evidence?{ON}&school={schools[0]}").status_code == 403
    give_grant(database, GrantRole.DATA_PROTECTION_OFFICER)
    officer = with_address(school, database, role=Role.TRAINER)
    assert names(officer.get(f"/evidence?{ON}").text) == ["=Bea", "Ada Okafor", "Cy"]
    assert names(officer.get(f"/evidence?{ON}&school=course").text) == ["=Bea", "Ada Okafor"]


def test_staff_are_kept_from_the_page_and_its_files(school: School) -> None:
    ada = school.visit()
    for path in ("/evidence", "/evidence.csv", "/evidence.xlsx"):
        assert ada.get(path).status_code == 403


def test_the_csv_file_has_all_that_records_say_and_no_formula(lead: Browser) -> None:
    bea, ada = rows_of(lead)
    assert (bea["Name on the certificate"], bea["Revoked since, at"]) == ("'=Bea", "2026-07-04 11:00:00")
    assert (bea["Status now"], ada["Status now"]) == ("Revoked", "Valid")
    assert (ada["School now"], ada["Valid from"], ada["Valid until"]) == ("Oak Primary", "2026-06-30", "2027-06-30")
    assert ada["Certificate issued at"] == "2026-06-30 10:00:00"
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", ada["Check code"])


def test_the_workbook_says_on_its_first_sheet_what_it_is_evidence_of(lead: Browser, schools: tuple[int, int]) -> None:
    answer = lead.get(f"/evidence.xlsx?{ON}&school={schools[0]}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=certified-on-2026-06-30-2026-11-20.xlsx"
    book = load_workbook(io.BytesIO(answer.data))
    said = dict(book["About this list"].iter_rows(max_row=8, values_only=True))
    assert said == {
        "List": "Certified on 2026-06-30",
        "About": "Oak Primary",
        "Filtered by day": "30 June 2026",
        "Filtered by training": "Photos",
        "Rows": 1,
        "Made by": "Jo Hill",
        "Made on": "20 November 2026 at 9.00am",
        "How to read it": NOTES[0],
    }
    assert book["List"]["B2"].value == "Ada Okafor" and book["List"]["M2"].value == datetime(2026, 6, 30)


NOTE = (
    "Each row is a certificate that was in force at midnight in the UK when the day ended, or now if the day is today."
)


def test_files_end_with_those_who_had_passed_but_were_not_certified(
    lead: Browser, school: School, database: Database
) -> None:
    school.publish(ASKING)
    school.visit("Dee").play()
    assert names(lead.get("/evidence?module=photos").text) == ["Ada Okafor"]
    rows = rows_of(lead, "module=photos")
    assert [(row["Evidence"], row["Name now"]) for row in rows] == [
        ("Certified", "Ada Okafor"),
        ("Passed, not certified", "Dee"),
    ]
    assert (rows[1]["Module"], rows[1]["Passed on"], rows[1]["Check code"]) == ("Photos", "2026-11-20", "")


def test_files_without_a_module_have_all_training(lead: Browser, school: School, database: Database) -> None:
    with database.transaction() as session:
        person = session.query(Person).filter_by(name="Ada Okafor").one()
        session.add(certificate(person, valid(), module="leading"))
    assert len(rows_of(lead)) == 2 and len(rows_of(lead, "on=2026-06-30")) == 3


def test_the_page_asks_a_fixed_number_of_questions(lead: Browser, school: School, database: Database) -> None:
    seen: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: seen.append(told[2]))

    def asked() -> int:
        seen.clear()
        assert lead.get(f"/evidence?{ON}").status_code == 200
        return len([each for each in seen if each.startswith(("SELECT", "WITH"))])

    asked()  # what is worked out once is not asked for again
    before = asked()
    with database.transaction() as session:
        for number in range(30):
            person = Person(platform_id=school.platform.id, subject=f"p{number}", name=f"Person {number}")
            session.add(person)
            session.flush()
            session.add(certificate(person, valid()))
    assert asked() == before <= 10


def test_a_certificate_earned_here_is_evidence_from_its_day_on(school: School, database: Database) -> None:
    ada = school.visit()
    ada.play()
    with database.reading() as session:
        assert session.query(Certificate).one().valid_from == date(2026, 11, 20)
    leader = school.visit("Mo Aziz", Role.TRAINER)
    assert names(leader.get("/evidence?module=photos").text) == ["Ada Okafor"]
    yesterday = date(2026, 11, 20) - timedelta(days=1)
    assert names(leader.get(f"/evidence?module=photos&on={yesterday}").text) == []
