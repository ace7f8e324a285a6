"""What "passed" does not say: who has confirmed the policy in force, and who is certified, as managers see it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, update

from db import Database, utcnow
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.models import Visit
from modules.certificates.certificates import certificates_of, revoke_certificate
from modules.domain.content import Mode
from modules.models import Acknowledgement, Pass
from tests.support.factories import ADMINISTRATOR, CONTENT, MODULE, NOW, POLICY
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School
from tests.support.visitor import Form

ASKING = replace(CONTENT, module=replace(MODULE, acknowledges=True, valid_months=12))
SECOND = replace(ASKING, policy=replace(POLICY, version="2"))


@pytest.fixture
def asking(school: School) -> School:
    school.publish(ASKING)
    return school


@pytest.fixture
def manager(asking: School) -> Browser:
    return asking.visit("Mo Aziz", Role.MANAGER)


def confirm(browser: Browser) -> None:
    fields = Form(browser.get("/policy/acknowledgement").text).fields
    assert browser.post("/policy/acknowledgement", fields | {"read": "yes"}).status_code == 303


def table(manager: Browser, query: str = "") -> dict[str, dict[str, str]]:
    """Return the cells of the table in plain words, by name and heading."""
    page = manager.get(f"/people{query}")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in page.text.split("<tr")[1:]]
    headings, *people = [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in rows]
    return {row[0]: dict(zip(headings, row, strict=True)) for row in people}


def tiles(manager: Browser) -> dict[str, int]:
    found = re.findall(
        r'number">([\d,]+)</span>\s*<span class="ftp-counts__label">([^<]+)', manager.get("/people").text
    )
    return {label: int(number) for number, label in found}


def today() -> str:
    return f"{utcnow():%-d %B %Y}"


def test_who_passed_without_confirming_shows_as_neither_confirmed_nor_certified(
    asking: School, manager: Browser
) -> None:
    asking.visit("Ada").play()
    row = table(manager)["Ada"]
    assert row["Status"].startswith("Passed")
    assert (row["Policy confirmed"], row["Certified"]) == ("Not yet", "Not yet")


def test_who_passed_and_confirmed_shows_the_day_and_how_long_the_certificate_is_valid(
    asking: School, manager: Browser
) -> None:
    ada = asking.visit("Ada")
    ada.play()
    confirm(ada)
    row = table(manager)["Ada"]
    assert row["Policy confirmed"] == f"Yes, on {today()}"
    assert row["Certified"].startswith("Yes, until ")


def test_who_confirmed_and_has_not_passed_shows_that_too(asking: School, manager: Browser) -> None:
    confirm(asking.visit("Ada"))
    row = table(manager)["Ada"]
    assert (row["Status"], row["Policy confirmed"], row["Certified"]) == (
        "Not started",
        f"Yes, on {today()}",
        "Not yet",
    )


def test_a_new_version_that_asks_again_shows_as_not_confirmed_while_the_certificate_stays(
    asking: School, manager: Browser
) -> None:
    ada = asking.visit("Ada")
    ada.play()
    confirm(ada)
    asking.publish(SECOND, days_later=2)
    row = table(manager)["Ada"]
    words = f"Not yet Version 1 was confirmed on {today()}; version 2 has to be confirmed too"
    assert row["Policy confirmed"] == words
    assert row["Certified"].startswith("Yes, until ")
    assert tiles(manager)["Passed, still to confirm the policy"] == 1
    confirm(ada)
    assert table(manager)["Ada"]["Policy confirmed"] == f"Yes, on {today()}"
    assert tiles(manager)["Passed, still to confirm the policy"] == 0


def test_a_new_version_for_which_the_earlier_confirmation_counts_names_the_earlier_one(
    asking: School, manager: Browser
) -> None:
    ada = asking.visit("Ada")
    ada.play()
    confirm(ada)
    asking.publish(replace(SECOND, policy=replace(SECOND.policy, acknowledge_since="1")), days_later=2)
    assert table(manager)["Ada"]["Policy confirmed"] == f"Yes, on {today()} (version 1)"
    assert tiles(manager)["Passed, still to confirm the policy"] == 0


def test_those_who_passed_without_confirming_are_counted_among_those_who_passed_and_can_be_chosen(
    asking: School, manager: Browser
) -> None:
    for name in ("Ada", "Ben", "Cas"):
        asking.visit(name).play()
    confirm(asking.visit("Dee"))
    done = asking.visit("Eli")
    done.play()
    confirm(done)
    assert tiles(manager) == {
        "Everyone": 5,
        "Not started": 1,
        "In progress": 0,
        "Not passed": 0,
        "Passed": 4,
        "Passed, still to confirm the policy": 3,
        "Expired": 0,
        "Expiring soon": 0,
        "Overdue": 0,
        "Due in 14 days": 0,
        "Grade needs attention": 0,
    }
    assert list(table(manager, "?standing=policy-not-confirmed")) == ["Ada", "Ben", "Cas"]
    assert list(table(manager, "?standing=passed")) == ["Ada", "Ben", "Cas", "Eli"]
    assert list(table(manager)) == ["Ada", "Ben", "Cas", "Dee", "Eli"]


def test_a_module_that_does_not_ask_for_it_says_so_and_offers_no_such_filter(school: School) -> None:
    ada, manager = school.visit("Ada"), school.visit("Mo Aziz", Role.MANAGER)
    ada.play()
    row = table(manager)["Ada"]
    assert (row["Policy confirmed"], row["Certified"]) == ("Not asked", "Yes, does not expire")
    assert "Passed, still to confirm the policy" not in tiles(manager)


def test_a_practice_module_offers_no_certificate(school: School) -> None:
    school.publish(replace(CONTENT, module=replace(MODULE, mode=Mode.PRACTICE)))
    school.visit("Ada")
    assert table(school.visit("Mo Aziz", Role.MANAGER))["Ada"]["Certified"] == "Not offered"


def test_a_revoked_certificate_shows_the_day_on_which_it_was_revoked(school: School, database: Database) -> None:
    ada, manager = school.visit("Ada"), school.visit("Mo Aziz", Role.MANAGER)
    ada.play()
    with database.transaction() as session:
        held = certificates_of(session, ada.person_id)[0]
        revoke_certificate(session, held.code, "A mistake", "HR", ADMINISTRATOR, NOW)
    assert table(manager)["Ada"]["Certified"] == "Revoked on 20 November 2026"


def test_an_expired_certificate_shows_its_last_day(school: School, database: Database) -> None:
    ada, manager = school.visit("Ada"), school.visit("Mo Aziz", Role.MANAGER)
    ada.play()
    with database.transaction() as session:
        certificates_of(session, ada.person_id)[0].valid_until = NOW.date() - timedelta(days=1)
    assert table(manager)["Ada"]["Certified"] == "Expired on 19 November 2026"


def test_who_was_certified_on_another_lms_of_the_trust_shows_as_certified(school: School, database: Database) -> None:
    elsewhere, here = school.visit("Ada elsewhere"), school.visit("Ada")
    elsewhere.play()
    with database.transaction() as session:
        held = certificates_of(session, elsewhere.person_id)[0]
        session.add(Pass(attempt_id=held.attempt_id, module="photos", person_id=here.person_id, cycle=1, passed_at=NOW))
    row = table(school.visit("Mo Aziz", Role.MANAGER))["Ada"]
    assert (row["Status"], row["Certified"]) == ("Passed", "Yes, does not expire")


def test_the_courses_menu_counts_who_still_has_to_confirm_the_policy(
    asking: School, manager: Browser, database: Database
) -> None:
    for name in ("Ada", "Ben"):
        asking.visit(name).play()
    done = asking.visit("Cas")
    done.play()
    confirm(done)
    confirm(asking.visit("Dee"))
    with database.transaction() as session:
        session.execute(update(Visit).where(Visit.person_id == manager.person_id).values(purpose=Purpose.COURSE))
    page = manager.get("/course")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    assert re.findall(r'cell--numeric">([^<]+)<', page.text) == ["3", "2", "1"]
    asking.publish(replace(SECOND, policy=replace(SECOND.policy, acknowledge_since="1")), days_later=2)
    assert re.findall(r'cell--numeric">([^<]+)<', manager.get("/course").text) == ["3", "2", "1"]
    asking.publish(replace(SECOND, policy=replace(SECOND.policy, version="3")), days_later=3)
    assert re.findall(r'cell--numeric">([^<]+)<', manager.get("/course").text) == ["3", "3", "1"]


def test_the_courses_menu_says_where_a_module_does_not_ask_for_it(school: School, database: Database) -> None:
    school.visit("Ada").play()
    manager = school.visit("Mo Aziz", Role.MANAGER)
    with database.transaction() as session:
        session.execute(update(Visit).where(Visit.person_id == manager.person_id).values(purpose=Purpose.COURSE))
    assert re.findall(r'cell--numeric">([^<]+)<', manager.get("/course").text) == ["1", "Not asked", "0"]


@pytest.mark.parametrize("people", [2, 20])
def test_the_whole_page_takes_twelve_queries_at_most_however_many_people_and_versions(
    asking: School, manager: Browser, database: Database, people: int
) -> None:
    for number in range(people):
        person = asking.visit(f"Person {number}")
        person.play()
        with database.transaction() as session:
            for version in ("0.8", "0.9", "1")[: number % 4]:
                columns = {"activity_id": asking.activity.id, "digest": "d", "acknowledged_at": NOW}
                session.add(Acknowledgement(person_id=person.person_id, trust=POLICY.key, version=version, **columns))
    manager.get("/people")
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    assert len(table(manager)) == people
    assert len([query for query in queries if not query.startswith(("PRAGMA", "BEGIN"))]) <= 12
