"""The page about national law and guidance: every rule with its source, and whether the trust has confirmed it."""

import html
import re
from dataclasses import replace

import pytest

from core.published import SHIPPED, publish
from db import Database
from lti.domain.message import Purpose
from lti.domain.roles import Role
from policies.floor_settings import confirm_floor, show_only
from policies.published import FLOOR, NATIONAL
from policies.shipped import acts, floor
from tests.support.factories import ADMINISTRATOR, NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School


@pytest.fixture
def ada(school: School) -> Browser:
    return school.visit("Ada")


def rule(page: str, ref: str) -> str:
    """Return what the page says about one clause, without tags."""
    found = page.partition(f'id="floor-{ref}">')[2].partition('<div class="ftp-provision"')[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def confirm(database: Database, name: str) -> None:
    with database.transaction() as session:
        confirm_floor(session, "invictus", name, "designated safeguarding lead", ADMINISTRATOR, NOW)


@pytest.mark.parametrize("role", list(Role))
def test_everyone_in_a_visit_may_read_it(school: School, role: Role) -> None:
    page = school.visit("Mo Aziz", role).get("/floor")
    assert (page.status_code, problems_of(page.text)) == (200, [])


def test_every_rule_says_what_it_is_where_it_is_from_and_when_we_read_it(ada: Browser) -> None:
    page = ada.get("/floor").text
    for clause in floor().clauses:
        said = rule(page, clause.ref)
        assert clause.sentence in said and clause.paragraph in said and "Read on 27 November 2026" in said
        assert html.escape(floor().source_of(clause).address, quote=False) in page
    assert rule(page, "N8").startswith("N8 The law says you must never look at")


def test_every_rule_shows_which_acts_it_judges_and_how(ada: Browser) -> None:
    said = rule(ada.get("/floor").text, "N3")
    assert f"Not allowed: serious {acts()['report.wait-for-absent-dsl'].says}" in said


def test_it_has_to_be_confirmed_by_the_safeguarding_lead_and_then_says_by_whom_it_is(
    ada: Browser, database: Database
) -> None:
    assert "To be confirmed by your safeguarding lead" in ada.get("/floor").text
    confirm(database, "Grace <b>Okoro</b>")
    page = ada.get("/floor").text
    assert "Confirmed by <bdi>Grace &lt;b&gt;Okoro&lt;/b&gt;</bdi>, <bdi>designated safeguarding lead</bdi>" in page
    assert "on 20 November 2026" in page and "To be confirmed" not in page


def test_a_later_edition_has_to_be_confirmed_again(ada: Browser, database: Database) -> None:
    confirm(database, "Grace Okoro")
    with database.transaction() as session:
        publish(session, FLOOR, NATIONAL, replace(floor(), edition="2027-09"), SHIPPED, NOW)
    page = ada.get("/floor").text
    assert "To be confirmed by your safeguarding lead" in page
    assert "<bdi>Grace Okoro</bdi>" in page and "confirmed an earlier edition" in page


def test_what_the_trust_only_shows_says_so_with_the_reason(ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        show_only(session, "invictus", "N17", "We have our own rule.", ADMINISTRATOR, NOW)
    page = ada.get("/floor").text
    assert "does not mark you by it. Its reason: We have our own rule." in rule(page, "N17")
    assert page.count("does not mark you by it") == 1


def test_it_leads_back_to_where_everyone_may_go(school: School) -> None:
    in_menu = school.visit("Grace", purpose=Purpose.COURSE)
    for browser in (in_menu, school.visit("Ada")):
        back = re.search(r'class="govuk-back-link" href="/visits/[^/"]+([^"]*)"', browser.get("/floor").text)
        assert back and browser.get(back[1]).status_code == 200


def test_the_policy_leads_to_it(ada: Browser) -> None:
    assert f'href="{ada.visit}/floor"' in ada.get("/policy").text
