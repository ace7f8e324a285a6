"""Before somebody confirms the policy: the trust's own document, and what has changed since they last did."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from db import Database
from modules.models import Acknowledgement
from policies.domain.policy import Clause, Force, Policy
from tests.support.factories import CONTENT, MODULE, POLICY
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.trusts import keep_document, link_document
from tests.support.visitor import Form

ASKING = replace(CONTENT, module=replace(MODULE, acknowledges=True))
PAGE = "/policy/acknowledgement"
LINK = "https://oak.example/social-media-policy.pdf"
SECOND = replace(
    POLICY,
    version="2",
    clauses=(
        POLICY.clauses[0],
        Clause("2", "Never post photos of pupils or colleagues.", Force.MUST_NOT),
        Clause("10", "Ask when unsure.", Force.SHOULD),
        Clause("11", "Report what worries you.", Force.MUST, covers="school staff"),
    ),
    doubt=replace(POLICY.doubt, clauses=("10",)),
    stances={key: position for key, position in POLICY.stances.items() if key != "ask.first"},
)


@pytest.fixture
def asking(school: School) -> School:
    school.publish(ASKING)
    return school


def plain(text: str) -> str:
    return " ".join(text.split())


def confirm(browser: Browser) -> None:
    fields = Form(browser.get(PAGE).text).fields
    assert browser.post(PAGE, fields | {"read": "yes"}).status_code == 303


def then(asking: School, policy: Policy) -> None:
    asking.publish(replace(ASKING, policy=policy), days_later=2)


@pytest.mark.parametrize("path", [PAGE, "/policy"])
def test_where_a_trust_has_linked_its_document_it_opens_in_a_new_tab(
    ada: Browser, database: Database, path: str
) -> None:
    link_document(database, LINK)
    page = ada.get(path)
    assert f'<a class="govuk-link" href="{LINK}" target="_blank" rel="noopener noreferrer">' in page.text
    assert "(opens in a new tab)" in page.text and problems_of(page.text) == []


@pytest.mark.parametrize("path", [PAGE, "/policy"])
def test_where_a_trust_keeps_its_document_here_it_is_given_as_it_is(
    ada: Browser, database: Database, path: str
) -> None:
    kept = keep_document(database)
    page = ada.get(path)
    assert f'href="{ada.visit}/policy/original" download>' in page.text
    assert "policy document (PDF, 240 kB)" in page.text and problems_of(page.text) == []
    given = ada.get("/policy/original")
    assert (given.status_code, given.data, given.mimetype) == (200, kept.content, "application/pdf")
    assert given.headers["Content-Disposition"] == "attachment; filename=policy.pdf"
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", [PAGE, "/policy"])
def test_where_there_is_no_document_that_is_said_with_who_to_ask(ada: Browser, path: str) -> None:
    words = "Your trust has not linked its own policy document here. Ask the person who leads your course for it."
    assert words in plain(ada.get(path).text)


def test_a_document_that_is_not_kept_here_is_not_found_and_the_way_back_is_shown(
    ada: Browser, database: Database
) -> None:
    none_here = "Your trust has not put its own policy document here"
    assert_polite(ada.get("/policy/original"), 404, none_here)
    link_document(database, LINK)
    assert_polite(ada.get("/policy/original"), 404, none_here)


def test_without_a_visit_no_one_gets_a_trusts_document(school: School, ada: Browser, database: Database) -> None:
    keep_document(database)
    assert ada.client.get("/policy/original").status_code == 401


def test_the_page_says_what_is_confirmed_and_that_it_is_for_the_first_time(asking: School, ada: Browser) -> None:
    page = plain(ada.get(PAGE).text)
    assert "You have not confirmed this policy before." in page
    assert "You confirm our summary. It follows your trust’s document clause by clause" in page
    assert "What has changed" not in page


def test_after_a_new_version_the_page_shows_what_changed_in_plain_words(asking: School, ada: Browser) -> None:
    confirm(ada)
    then(asking, SECOND)
    page = ada.get(PAGE)
    assert problems_of(page.text) == []
    text = plain(page.text)
    assert "What has changed since you confirmed version 1" in text
    assert '/policy#clause-11">11</a>: Report what worries you. (This applies to school staff.)</li>' in text
    assert '/policy#clause-2">2</a> now says: Never post photos of pupils or colleagues.<br>' in text
    assert "Before: Never post photos of pupils.</span>" in text
    assert '9 is now <a class="govuk-link"' in text and "No longer in the policy" not in text
    assert "Decline to post photos." not in text


def test_a_clause_that_is_gone_is_named_with_what_it_said(asking: School, ada: Browser) -> None:
    confirm(ada)
    then(asking, replace(SECOND, clauses=SECOND.clauses[1:], stances={}))
    assert "No longer in the policy</h3> <ul" in plain(ada.get(PAGE).text)
    assert "<li>1: Decline to post photos.</li>" in plain(ada.get(PAGE).text)


def test_the_changes_are_those_since_the_version_that_this_person_confirmed(asking: School, ada: Browser) -> None:
    confirm(ada)
    then(asking, SECOND)
    ben = asking.visit("Ben")
    confirm(ben)
    asking.publish(replace(ASKING, policy=replace(SECOND, version="3", clauses=SECOND.clauses[:3])), days_later=3)
    assert "since you confirmed version 1" in ada.get(PAGE).text
    for_ben = plain(ben.get(PAGE).text)
    assert "since you confirmed version 2" in for_ben
    assert "<li>11: Report what worries you." in for_ben and "now says" not in for_ben


def test_a_correction_under_the_same_version_is_compared_with_the_words_that_were_confirmed(
    asking: School, ada: Browser
) -> None:
    confirm(ada)
    corrected = replace(POLICY, clauses=(replace(POLICY.clauses[0], says="Say no to photos."), *POLICY.clauses[1:]))
    then(asking, corrected)
    asking.publish(replace(ASKING, policy=replace(corrected, version="2")), days_later=3)
    page = plain(ada.get(PAGE).text)
    assert "now says: Say no to photos.<br>" in page and "Before: Decline to post photos.</span>" in page


def test_a_new_version_without_a_changed_clause_says_so(asking: School, ada: Browser) -> None:
    confirm(ada)
    then(asking, replace(POLICY, version="2"))
    assert "No clause of our summary has changed." in ada.get(PAGE).text


def test_where_the_words_that_were_confirmed_are_not_kept_that_is_said(
    asking: School, ada: Browser, database: Database
) -> None:
    confirm(ada)
    with database.transaction() as session:
        session.execute(update(Acknowledgement).values(digest="another"))
    then(asking, SECOND)
    assert "We no longer have the words that you confirmed" in ada.get(PAGE).text


def test_the_policy_page_leads_to_what_has_changed(asking: School, ada: Browser) -> None:
    confirm(ada)
    then(asking, SECOND)
    assert f'href="{ada.visit}{PAGE}#changes">See what has changed</a>' in ada.get("/policy").text
    assert 'id="changes"' in ada.get(PAGE).text
