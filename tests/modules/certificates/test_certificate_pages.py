"""A person's own certificates in the browser, and the administrators' commands."""

import io
import os
import pwd
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import event

from core.audit.trail import events
from db import Database
from lti.domain.roles import Role
from modules.certificates.certificates import certificates_of
from modules.domain.check_code import in_groups
from modules.models import Certificate
from tests.support.factories import CONTENT, NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.trusts import present

YEARLY = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
NOBODYS = "0000-0000-0000-0000"
FILES = ("{}.pdf", "{}/badge.jwt", "{}/badge.png", "{}/badge.svg")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def certified(school: School, ada: Browser, database: Database) -> Certificate:
    """Certify Ada."""
    school.publish(YEARLY, days_later=0)
    ada.play()
    with database.reading() as session:
        return certificates_of(session, ada.person_id)[0]


@pytest.fixture
def code(certified: Certificate) -> str:
    return in_groups(certified.code)


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=["people", *words])


def test_who_has_passed_nothing_is_told_how_to_get_a_certificate(ada: Browser) -> None:
    page = ada.get("/certificates")
    assert page.status_code == 200 and problems_of(page.text) == []
    assert "You do not have any certificates yet" in page.text


def test_what_others_see_lies_outside_the_visit(ada: Browser, code: str) -> None:
    assert f'href="http://localhost/verify/{code}" target="_blank"' in ada.get("/certificates").text


def test_a_pass_from_before_there_were_certificates_brings_one_by_command(
    school: School, ada: Browser, certified: Certificate, run: Callable[..., Result], database: Database
) -> None:
    with database.transaction() as session:
        session.delete(session.get_one(Certificate, certified.number))
    assert run("issue-certificates").output == "1 certificate issued.\n"
    assert run("issue-certificates").output == "0 certificates issued.\n"
    with database.reading() as session:
        assert len(certificates_of(session, ada.person_id)) == 1


def test_the_page_lists_state_dates_and_what_can_be_done_with_each(ada: Browser, code: str) -> None:
    page = ada.get("/certificates")
    assert problems_of(page.text) == []
    for words in ("Photos", "Valid", "20 November 2027", code, f"/certificates/{code}.pdf", f"/verify/{code}"):
        assert words in page.text
    for file in FILES:
        assert f'href="{ada.visit}/certificates/{file.format(code)}"' in page.text


def test_the_page_says_what_was_tested(ada: Browser, certified: Certificate, database: Database) -> None:
    with database.transaction() as session:
        session.get_one(Certificate, certified.number).tested_rules = 32
    assert "3 decisions and 32 rules of the Social media policy" in ada.get("/certificates").text


def test_who_leads_the_course_holds_certificates_as_well(school: School, code: str) -> None:
    leader = school.visit("Mo Aziz", Role.TRAINER)
    leader.play()
    assert "Valid" in leader.get("/certificates").text


def test_the_percentage_is_shown_where_the_trust_shows_it(ada: Browser, code: str, database: Database) -> None:
    assert "Result" not in ada.get("/certificates").text
    present(database, certificate_shows_score=True)
    assert "100%" in ada.get("/certificates").text


def test_each_state_is_said_in_words(
    ada: Browser, code: str, clock: time_machine.Traveller, run: Callable[..., Result]
) -> None:
    clock.move_to(NOW + timedelta(days=340))
    ada.play()
    page = ada.get("/certificates").text
    assert "Replaced" in page and "A newer certificate has replaced this one on 26 October 2027" in page
    clock.move_to(NOW + timedelta(days=800))
    page = ada.get("/certificates").text
    assert "Expired" in page and "Pass the module again to renew it" in page
    run("revoke-certificate", code, "--reason", "Taken by somebody else.", "--by", "Mo Aziz")
    page = ada.get("/certificates")
    assert "Revoked" in page.text and "Reason: Taken by somebody else." in page.text
    assert problems_of(page.text) == []


def test_the_certificate_comes_as_a_pdf_to_keep(ada: Browser, code: str) -> None:
    answer = ada.get(f"/certificates/{code}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=certificate-{code}.pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = " ".join(PdfReader(io.BytesIO(answer.data)).pages[0].extract_text().split())
    assert "Ada Okafor has passed the training Photos" in text
    assert f"localhost/verify with the code {code}" in text


@pytest.mark.parametrize("file", FILES)
def test_someone_elses_certificate_is_not_found_and_looks_like_one_that_does_not_exist(
    school: School, code: str, file: str
) -> None:
    ben = school.visit("Ben Cole")
    theirs, nobodys = (ben.get(f"/certificates/{file.format(each)}") for each in (code, NOBODYS))
    assert_polite(theirs, 404, "We cannot find that certificate")
    bare = [re.sub(r'nonce="[^"]+"', "", page.text) for page in (theirs, nobodys)]
    assert bare[0] == bare[1] and code not in bare[0]


@pytest.mark.parametrize("file", FILES)
def test_without_a_visit_there_is_no_certificate_to_be_had(app: Flask, code: str, file: str) -> None:
    assert_polite(app.test_client().get(f"/certificates/{file.format(code)}"), 401, "Open the activity again")


def test_other_peoples_certificates_are_not_on_the_page(school: School, code: str) -> None:
    assert code not in school.visit("Ben Cole").get("/certificates").text


def test_the_page_asks_the_database_the_same_however_many_there_are(
    ada: Browser, code: str, database: Database, clock: time_machine.Traveller
) -> None:
    questions: list[str] = []
    ada.get("/certificates")
    event.listen(database.engine, "before_cursor_execute", lambda *call: questions.append(call[2]))
    ada.get("/certificates")
    with_one = len(questions)
    for days in (340, 680):
        clock.move_to(NOW + timedelta(days=days))
        ada.play()
    questions.clear()
    assert ada.get("/certificates").text.count("<section") == 3
    assert len(questions) == with_one


def test_an_administrator_can_look_at_a_certificate(run: Callable[..., Result], code: str) -> None:
    shown = run("show-certificate", code.lower())
    assert shown.exit_code == 0
    for words in (code, "valid", "Ada Okafor", "Photos (version 2)", "2027-11-20"):
        assert words in shown.output


def test_an_administrator_revokes_a_certificate_with_a_reason(run: Callable[..., Result], code: str) -> None:
    revoked = run("revoke-certificate", code, "--reason", "Issued by mistake.", "--by", "Mo Aziz")
    assert (revoked.exit_code, revoked.output) == (0, f"Certificate {code} is revoked: Issued by mistake.\n")
    shown = run("show-certificate", code).output
    assert "Revoked        2026-11-20 09:00 UTC by Mo Aziz" in shown and "Issued by mistake." in shown


def test_what_is_on_record_of_a_revocation_names_no_holder(
    run: Callable[..., Result], code: str, database: Database
) -> None:
    run("revoke-certificate", code, "--reason", "Taken by Ben Cole.", "--by", "Mo Aziz")
    with database.reading() as session:
        (event,) = events(session, 10)
    assert (event.action, event.thing.kind, event.means) == ("revoked", "certificate", "people revoke-certificate")
    assert event.account == pwd.getpwuid(os.getuid()).pw_name
    assert event.details == {"module": "photos"}


def test_who_revoked_is_named_even_when_no_one_says(run: Callable[..., Result], code: str) -> None:
    run("revoke-certificate", code, "--reason", "Issued by mistake.")
    assert " UTC by " in run("show-certificate", code).output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("revoke-certificate", NOBODYS, "--reason", "A reason."), "There is no certificate with this code"),
        (("show-certificate", "nonsense"), "There is no certificate with this code"),
        (("revoke-certificate", NOBODYS, "--reason", " "), "give a reason"),
        (("revoke-certificate", NOBODYS, "--reason", "x" * 501), "give a reason of up to 500 letters"),
        (("revoke-certificate", NOBODYS), "Missing option '--reason'"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(run: Callable[..., Result], words: tuple[str, ...], says: str) -> None:
    answer = run(*words)
    assert answer.exit_code != 0 and says in answer.output
    assert "Traceback" not in answer.output
