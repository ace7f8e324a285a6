"""Checking certificates as anybody does: without a log-in, by address, by typed code, and by program."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

import db
from app import create_app
from config import Settings
from db import Database
from modules.certificates.certificates import certificates_of, revoke_certificate
from modules.certificates.check_limit import CheckCount, client_of
from modules.domain.check_code import in_groups
from modules.models import Certificate
from tests.support.factories import ADMINISTRATOR, CONTENT, NOW
from tests.support.page_rules import problems_of
from tests.support.school import School
from tests.support.trusts import present

YEARLY = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
NOBODYS = "0000-0000-0000-0000"


@pytest.fixture
def world(app: Flask) -> FlaskClient:
    """Give the browser of somebody who has no visit."""
    return app.test_client()


@pytest.fixture
def clock() -> time_machine.Traveller:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def certificate(clock: time_machine.Traveller, school: School, database: Database) -> Certificate:
    """Certify Ada Okafor."""
    school.publish(YEARLY, days_later=0)
    person = school.visit()
    person.play()
    with database.reading() as session:
        return certificates_of(session, person.person_id)[0]


@pytest.fixture
def code(certificate: Certificate) -> str:
    return in_groups(certificate.code)


def change(database: Database, certificate: Certificate, **columns: object) -> None:
    with database.transaction() as session:
        row = session.get_one(Certificate, certificate.number)
        for name, value in columns.items():
            setattr(row, name, value)


def test_a_valid_certificate_is_told_with_all_its_facts(world: FlaskClient, code: str) -> None:
    page = world.get(f"/verify/{code}")
    assert page.status_code == 200
    assert problems_of(page.text) == []
    for words in (
        "This certificate is valid",
        "It is valid until 20 November 2027",
        "A. O.",
        "Oak Tree Trust",
        "Photos (version 2)",
        "Social media policy (version 1)",
        "Checked on 20 November 2026 at 9.00am",
        code,
    ):
        assert words in page.text


def test_others_see_the_initials_or_the_name_as_the_trust_wants_it(
    world: FlaskClient, code: str, database: Database
) -> None:
    assert "Ada Okafor" not in world.get(f"/verify/{code}").text
    present(database, verification_shows="name")
    assert "Ada Okafor" in world.get(f"/verify/{code}").text
    assert world.get(f"/verify/{code}.json").json["holder"] == "Ada Okafor"


def test_a_certificate_without_a_name_is_still_told(
    world: FlaskClient, database: Database, certificate: Certificate, code: str
) -> None:
    change(database, certificate, holder_name=None)
    assert "A member of staff whose name is not shared" in world.get(f"/verify/{code}").text
    assert world.get(f"/verify/{code}.json").json["holder"] is None


def test_an_expired_certificate_says_since_when(world: FlaskClient, code: str, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + timedelta(days=366))
    page = world.get(f"/verify/{code}")
    assert page.status_code == 200 and problems_of(page.text) == []
    assert "This certificate has expired" in page.text and "It was valid until 20 November 2027" in page.text
    assert world.get(f"/verify/{code}.json").json["state"] == "expired"


def test_a_revoked_certificate_says_so_but_not_why(
    world: FlaskClient, database: Database, certificate: Certificate, code: str
) -> None:
    with database.transaction() as session:
        revoke_certificate(session, code, "It was somebody else’s work.", "Mo Aziz", ADMINISTRATOR, NOW)
    page = world.get(f"/verify/{code}")
    assert page.status_code == 200 and problems_of(page.text) == []
    assert "This certificate has been revoked" in page.text and "revoked it on 20 November 2026" in page.text
    answer = world.get(f"/verify/{code}.json")
    assert (answer.json["state"], answer.json["changed_at"]) == ("revoked", "2026-11-20T09:00:00Z")
    assert "somebody else" not in page.text + answer.text and "Mo Aziz" not in page.text + answer.text


def test_a_replaced_certificate_sends_people_to_its_holder(
    world: FlaskClient, database: Database, certificate: Certificate, code: str
) -> None:
    change(database, certificate, superseded_at=NOW)
    page = world.get(f"/verify/{code}")
    assert "A newer certificate has replaced this one" in page.text and problems_of(page.text) == []
    assert "Ask the holder for their newest certificate" in page.text


@pytest.mark.parametrize("typed", [NOBODYS, "not-a-code", "%3Cscript%3E", "x" * 5000])
def test_a_code_that_no_one_has_says_what_to_do(world: FlaskClient, code: str, typed: str) -> None:
    page = world.get(f"/verify/{typed}")
    assert page.status_code == 404
    assert "We have no certificate with this code" in page.text and "What to do next" in page.text
    assert problems_of(page.text) == []
    assert "<script>" not in page.text


def test_any_way_of_writing_a_code_leads_to_its_one_address(world: FlaskClient, code: str) -> None:
    for typed in (
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("0", "o").replace("1", "l"),
    ):
        answer = world.get(f"/verify/{typed}", follow_redirects=True)
        assert answer.request.path == f"/verify/{code}" and answer.status_code == 200
    assert world.get(f"/verify/{NOBODYS.replace('-', '')}").location == f"/verify/{NOBODYS}"


def test_a_code_can_be_typed_into_a_form(world: FlaskClient, code: str) -> None:
    page = world.get("/verify")
    assert page.status_code == 200 and problems_of(page.text) == []
    assert 'name="code"' in page.text
    answer = world.get("/verify", query_string={"code": f" {code.lower()} "})
    assert (answer.status_code, answer.location) == (302, f"/verify/{code}")


@pytest.mark.parametrize("typed", ["", "7K3M", '"><b>x', "9" * 4000])
def test_what_cannot_be_a_code_is_asked_for_again_with_what_was_typed(world: FlaskClient, typed: str) -> None:
    page = world.get("/verify", query_string={"code": typed})
    assert page.status_code == 422 and problems_of(page.text) == []
    assert "Enter the 16 letters and digits of the check code" in page.text
    assert "<title>Error: " in page.text and 'href="#code"' in page.text
    assert "<b>x" not in page.text and len(page.text) < 10_000


def test_programs_get_the_same_facts_under_stable_names(
    world: FlaskClient, certificate: Certificate, code: str
) -> None:
    answer = world.get(f"/verify/{code}.json")
    assert answer.json == {
        "code": code,
        "number": certificate.number,
        "state": "valid",
        "changed_at": None,
        "checked_at": "2026-11-20T09:00:00Z",
        "holder": "A. O.",
        "holder_shown_as": "initials",
        "trust": {"key": "invictus", "name": "Oak Tree Trust"},
        "module": {"key": "photos", "title": "Photos", "version": 2},
        "policy": {"title": "Social media policy", "version": "1"},
        "tested": {"decisions": 3, "rules": 0},
        "issued_at": "2026-11-20T09:00:00Z",
        "valid_from": "2026-11-20",
        "valid_until": "2027-11-20",
    }


def test_what_was_tested_is_shown_and_not_made_up_for_earlier_certificates(
    world: FlaskClient, certificate: Certificate, code: str, database: Database
) -> None:
    change(database, certificate, tested_decisions=14, tested_rules=32)
    assert "14 decisions and 32 rules of the Social media policy" in world.get(f"/verify/{code}").text
    change(database, certificate, tested_decisions=None, tested_rules=None)
    assert "Tested on" not in world.get(f"/verify/{code}").text
    assert world.get(f"/verify/{code}.json").json["tested"] is None


def test_programs_are_told_of_an_unknown_code_in_json_too(world: FlaskClient, code: str) -> None:
    answer = world.get(f"/verify/{NOBODYS}.json")
    assert (answer.status_code, answer.json) == (404, {"state": "unknown", "checked_at": "2026-11-20T09:00:00Z"})
    assert world.get(f"/verify/{code.lower()}.json").json["code"] == code


@pytest.mark.parametrize("path", ["/verify", f"/verify/{NOBODYS}", f"/verify/{NOBODYS}.json"])
def test_search_engines_and_caches_are_kept_out(world: FlaskClient, path: str) -> None:
    headers = world.get(path).headers
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "no-store"


def test_a_hit_and_a_miss_ask_the_database_the_same(world: FlaskClient, code: str, database: Database) -> None:
    questions: list[str] = []
    world.get(f"/verify/{code}")
    event.listen(database.engine, "before_cursor_execute", lambda *call: questions.append(call[2]))
    asked = []
    for path in (code, NOBODYS, "not-a-code"):
        questions.clear()
        world.get(f"/verify/{path}")
        asked.append(list(questions))
    assert asked[0] == asked[1] == asked[2]


# The limit


@pytest.fixture
def strict(settings: Settings, clock: time_machine.Traveller) -> Flask:
    """Make the application with a limit of three checks a minute."""
    app = create_app(replace(settings, checks_per_minute=3))
    yield app
    db.database(app).engine.dispose()


def test_anyone_who_checks_too_much_is_told_how_long_to_wait(strict: Flask, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + timedelta(seconds=20))
    world = strict.test_client()
    assert [world.get(f"/verify/{NOBODYS}").status_code for _ in range(3)] == [404] * 3
    refused = world.get(f"/verify/{NOBODYS}")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
    assert "Too many checks at once" in refused.text and "What to do next" in refused.text
    assert problems_of(refused.text) == []
    program = world.get(f"/verify/{NOBODYS}.json")
    assert program.status_code == 429
    assert program.json == {"error": "too-many-checks", "retry_after_seconds": 40}


def test_the_next_minute_begins_anew_and_the_last_is_forgotten(strict: Flask, clock: time_machine.Traveller) -> None:
    world = strict.test_client()
    for _ in range(4):
        world.get(f"/verify/{NOBODYS}")
    clock.move_to(NOW + timedelta(seconds=60))
    assert world.get(f"/verify/{NOBODYS}").status_code == 404
    with db.database(strict).reading() as session:
        assert [count.checks for count in session.scalars(select(CheckCount))] == [1]


def test_who_is_refused_costs_no_writing(strict: Flask) -> None:
    world = strict.test_client()
    for _ in range(9):
        world.get(f"/verify/{NOBODYS}")
    with db.database(strict).reading() as session:
        assert [count.checks for count in session.scalars(select(CheckCount))] == [3]


def test_each_place_is_counted_by_itself(strict: Flask) -> None:
    world = strict.test_client()
    for _ in range(4):
        world.get(f"/verify/{NOBODYS}")
    elsewhere = world.get(f"/verify/{NOBODYS}", environ_base={"REMOTE_ADDR": "198.51.100.7"})
    assert elsewhere.status_code == 404


def test_typing_a_code_wrongly_does_not_count(strict: Flask) -> None:
    world = strict.test_client()
    assert [world.get("/verify?code=7K3M").status_code for _ in range(9)] == [422] * 9


def test_two_processes_count_together(settings: Settings, clock: time_machine.Traveller) -> None:
    apps = [create_app(replace(settings, checks_per_minute=3)) for _ in range(2)]
    statuses = [apps[turn % 2].test_client().get(f"/verify/{NOBODYS}").status_code for turn in range(4)]
    for app in apps:
        db.database(app).engine.dispose()
    assert statuses == [404, 404, 404, 429]


def requests_through_a_proxy(app: Flask, *clients: str) -> list[int]:
    world = app.test_client()
    told = [{"X-Forwarded-For": client} for client in clients]
    return [world.get(f"/verify/{NOBODYS}", headers=headers).status_code for headers in told]


def test_a_proxy_that_is_not_trusted_cannot_make_up_who_asks(strict: Flask) -> None:
    assert requests_through_a_proxy(strict, *[f"198.51.100.{number}" for number in range(4)])[-1] == 429


def test_behind_a_trusted_proxy_each_client_is_counted_by_itself(
    settings: Settings, clock: time_machine.Traveller
) -> None:
    app = create_app(replace(settings, checks_per_minute=3, trusted_proxies=1))
    assert requests_through_a_proxy(app, *[f"198.51.100.{number}" for number in range(4)]) == [404] * 4
    made_up = [f"192.0.2.{number}, 198.51.100.9" for number in range(4)]
    assert requests_through_a_proxy(app, *made_up) == [404, 404, 404, 429]
    db.database(app).engine.dispose()


def test_no_address_is_kept(strict: Flask, session: Session) -> None:
    strict.test_client().get(f"/verify/{NOBODYS}")
    with db.database(strict).reading() as reading:
        (kept,) = reading.scalars(select(CheckCount.client))
    assert kept == client_of("127.0.0.1", str(strict.secret_key)) and "127.0.0.1" not in kept
    assert client_of("127.0.0.1", "one secret") != client_of("127.0.0.1", "another")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("", "nonsense", True),
    ],
)
def test_one_place_is_one_address_or_the_network_of_one(one: str, other: str, same: bool) -> None:
    assert (client_of(one, "secret") == client_of(other, "secret")) is same
