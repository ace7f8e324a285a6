"""What the policy says, topic by topic: the own trust's to those who lead, other trusts' only where that is allowed."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

import db
from app import create_app
from config import Settings
from db import Database
from lti.domain.roles import Role
from policies.domain.comparison import TOPICS, families_of
from policies.floor_settings import show_only
from policies.shipped import acts, floor, policies
from tests.support.factories import ADMINISTRATOR, NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite

# What is published reads the same wherever it is kept, which tests of publishing try on every kind.
pytestmark = pytest.mark.databases("sqlite")
ACT = '<th scope="row"'
OTHERS = [policy for key, policy in policies().items() if key != "invictus"]


@pytest.fixture
def leader(school: School) -> Browser:
    return school.visit("Mo Aziz", Role.TRAINER)


@pytest.fixture
def comparing(settings: Settings) -> Iterator[Browser]:
    """Give the browser of somebody who leads, where the installation shows other trusts' policies."""
    app: Flask = create_app(replace(settings, compare_trusts=True))
    yield School(app, db.database(app)).visit("Mo Aziz", Role.TRAINER)
    db.database(app).engine.dispose()


def headings(page: str) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page)


def options(page: str, field: str) -> list[str]:
    select = page.partition(f'name="{field}"')[2].partition("</select>")[0]
    return re.findall(r'<option value="([^"]*)"', select)


def main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_page_opens_at_the_own_trust_and_one_topic(leader: Browser) -> None:
    page = leader.get("/compare")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    assert headings(page.text) == ["What someone does", "Invictus Education Trust (yours)", "National guidance"]
    first = families_of(acts().values())[0]
    assert page.text.count(ACT) == sum(key.startswith(f"{first}.") for key in acts())
    assert len(page.text) < 25_000


@pytest.mark.parametrize("family", families_of(acts().values()))
def test_each_topic_shows_its_acts_and_no_others(leader: Browser, family: str) -> None:
    page = leader.get(f"/compare?family={family}")
    assert page.status_code == 200
    assert f'<option value="{family}" selected>{TOPICS[family]}</option>' in page.text
    assert page.text.count(ACT) == sum(key.startswith(f"{family}.") for key in acts())


def test_no_other_trust_is_named_where_the_installation_does_not_allow_it(leader: Browser) -> None:
    for query in ("", "?trust=agora", "?trust=all", "?family=photo&trust=agora"):
        page = leader.get(f"/compare{query}")
        assert [policy.trust for policy in OTHERS if policy.trust in main(page.text)] == [], query
        assert options(page.text, "trust") == []


@pytest.mark.parametrize("trust", ["agora", "all", "nowhere"])
def test_asking_for_another_trust_is_refused_in_words_and_shows_the_own_policy(leader: Browser, trust: str) -> None:
    page = leader.get(f"/compare?trust={trust}")
    assert (page.status_code, problems_of(page.text)) == (403, [])
    assert "Policies of other trusts are not shown here" in page.text
    assert headings(page.text) == ["What someone does", "Invictus Education Trust (yours)", "National guidance"]


def test_where_it_is_allowed_another_trust_can_be_set_beside_ones_own(comparing: Browser) -> None:
    page = comparing.get("/compare")
    assert len(headings(page.text)) == 3
    assert options(page.text, "trust") == ["", *[policy.key for policy in OTHERS], "all"]
    beside = comparing.get("/compare?family=photo&trust=agora")
    own, other = "Invictus Education Trust (yours)", policies()["agora"].trust
    assert headings(beside.text) == ["What someone does", own, other, "National guidance"]
    assert beside.text.count("<table") == 1


def test_where_it_is_allowed_all_trusts_can_be_compared_at_once_the_own_one_first(comparing: Browser) -> None:
    _, own, *others, national = headings(comparing.get("/compare?trust=all").text)
    assert (own, national) == ("Invictus Education Trust (yours)", "National guidance")
    assert others == [policy.trust for policy in OTHERS]


@pytest.mark.parametrize("asked", ["contakt", "x" * 3_000, "%3Cscript%3E", "%00", "contact.accept"])
def test_a_topic_that_there_is_not_is_told_with_those_that_there_are(comparing: Browser, asked: str) -> None:
    page = comparing.get(f"/compare?family={asked}")
    assert (page.status_code, problems_of(page.text)) == (404, [])
    assert "There is no such topic. Choose one from the list" in page.text
    assert 'href="#family"' in page.text and "x" * 3_000 not in page.text and "<script>" not in page.text


@pytest.mark.parametrize("asked", ["agorra", "invictus", "%00"])
def test_a_trust_that_there_is_not_is_told(comparing: Browser, asked: str) -> None:
    page = comparing.get(f"/compare?trust={asked}")
    assert (page.status_code, problems_of(page.text)) == (404, [])
    assert "There is no such trust. Choose one from the list" in page.text


def test_a_clause_leads_to_its_place_in_the_policy(leader: Browser) -> None:
    page = leader.get("/compare?family=photo").text
    assert f'href="{leader.visit}/policy#clause-10.6(b)">10.6(b)</a>' in page


def test_national_guidance_has_a_column_whose_clauses_lead_to_their_place(leader: Browser) -> None:
    page = leader.get("/compare?family=images").text
    assert f'href="{leader.visit}/floor#floor-N8">N8</a>' in page
    assert "To be confirmed by your safeguarding lead" in page
    assert 'id="floor-N8"' in leader.get("/floor").text


def test_a_clause_that_the_trust_only_shows_is_not_marked(leader: Browser, database: Database) -> None:
    before = leader.get("/compare?family=recruitment").text
    with database.transaction() as session:
        show_only(session, "invictus", "N30", "We search no one.", ADMINISTRATOR, NOW)
    after = leader.get("/compare?family=recruitment").text
    carried = len(floor().stances_by("N30"))
    assert (before.count("Shown, not marked"), after.count("Shown, not marked")) == (0, carried)


def test_every_family_of_acts_has_a_name_for_readers() -> None:
    assert set(TOPICS) == set(families_of(acts().values()))


def test_staff_are_kept_from_the_page(school: School) -> None:
    assert_polite(school.visit("Ada").get("/compare"), 403, "Only people who lead your course")


def test_the_old_address_leads_to_the_page_with_the_same_topic_and_trust(leader: Browser) -> None:
    moved = leader.get("/policies?family=photo&trust=agora&_external=1")
    assert (moved.status_code, moved.location) == (308, f"{leader.visit}/compare?family=photo&trust=agora")
    assert leader.get("/policies").location == f"{leader.visit}/compare"


def test_the_old_address_leads_staff_nowhere(school: School) -> None:
    assert_polite(school.visit("Ada").get("/policies"), 403, "Only people who lead your course")
