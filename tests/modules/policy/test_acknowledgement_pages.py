"""Confirming that one has read the policy, as staff do it, and what home and the end of an attempt say of it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from db import Database
from lti.domain.roles import Role
from modules.models import Acknowledgement
from tests.support.factories import CONTENT, MODULE, POLICY
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School
from tests.support.visitor import Form

ASKING = replace(CONTENT, module=replace(MODULE, acknowledges=True))
SECOND = replace(ASKING, policy=replace(POLICY, version="2"))
PAGE = "/policy/acknowledgement"


@pytest.fixture
def asking(school: School) -> School:
    school.publish(ASKING)
    return school


def plain(text: str) -> str:
    return " ".join(text.split())


def confirm(browser: Browser, **changed: str):
    fields = Form(browser.get(PAGE).text).fields
    return browser.post(PAGE, fields | {"read": "yes"} | changed)


def test_a_module_that_asks_for_it_says_so_at_home_until_it_is_done(asking: School, ada: Browser) -> None:
    before = plain(ada.get("/module").text)
    assert "You have not yet confirmed that you have read it (version 1)." in before
    assert f'href="{ada.visit}{PAGE}">confirm that you have read the policy' in before
    assert confirm(ada).location == ada.visit + PAGE
    after = plain(ada.get("/module").text)
    assert "that you have read it (version 1). We will ask you again when" in after
    assert PAGE not in after


def test_a_module_that_does_not_ask_says_nothing_of_it(school: School, ada: Browser) -> None:
    assert PAGE not in ada.get("/module").text
    assert PAGE not in ada.get(f"/attempts/{ada.play()}/result").text


def test_the_end_of_an_attempt_says_that_one_thing_is_still_to_do(asking: School, ada: Browser) -> None:
    attempt = ada.play()
    assert "You have one more thing to do." in ada.get(f"/attempts/{attempt}/result").text
    assert "You have one more thing to do." in ada.get("/module").text
    confirm(ada)
    assert "to do." not in ada.get(f"/attempts/{attempt}/result").text
    assert "to do." not in ada.get("/module").text


def test_the_page_names_policy_version_and_trust_and_afterwards_the_date(asking: School, ada: Browser) -> None:
    asked = ada.get(PAGE)
    assert "I have read version 1 of the policy “Social media policy” of Oak Tree Trust" in plain(asked.text)
    confirm(ada)
    done = ada.get(PAGE)
    assert "You have confirmed that you read the policy" in done.text
    assert problems_of(asked.text) == problems_of(done.text) == []


def test_without_the_tick_the_question_comes_again_with_the_error_linked(asking: School, ada: Browser) -> None:
    again = confirm(ada, read="")
    assert again.status_code == 422
    assert 'href="#read"' in again.text and 'id="read"' in again.text
    assert "<title>Error: " in again.text
    assert problems_of(again.text) == []
    assert asking.count(Acknowledgement) == 0


def test_a_form_sent_twice_counts_once(asking: School, ada: Browser) -> None:
    fields = Form(ada.get(PAGE).text).fields | {"read": "yes"}
    assert [ada.post(PAGE, fields).location for _ in range(2)] == [ada.visit + PAGE] * 2
    assert asking.count(Acknowledgement) == 1


def test_a_form_from_before_a_new_version_notes_nothing_and_asks_for_the_new_one(asking: School, ada: Browser) -> None:
    fields = Form(ada.get(PAGE).text).fields | {"read": "yes"}
    asking.publish(SECOND, days_later=2)
    page = ada.post(PAGE, fields)
    assert (page.status_code, problems_of(page.text)) == (409, [])
    assert "The policy has changed since you opened this page." in page.text
    assert "I have read version 2" in plain(page.text)
    assert asking.count(Acknowledgement) == 0
    assert ada.post(PAGE, Form(page.text).fields | {"read": "yes"}).location == ada.visit + PAGE
    assert asking.count(Acknowledgement) == 1


@pytest.mark.parametrize("words", ["", "nonsense", "x" * 10_000])
def test_a_form_that_names_no_text_of_ours_notes_nothing(asking: School, ada: Browser, words: str) -> None:
    assert confirm(ada, words=words).status_code == 409
    assert asking.count(Acknowledgement) == 0


def test_a_form_without_its_token_notes_nothing(asking: School, ada: Browser) -> None:
    assert confirm(ada, csrf_token="").status_code == 400
    assert asking.count(Acknowledgement) == 0


def test_a_new_version_asks_again_and_recalls_the_earlier_confirmation(asking: School, ada: Browser) -> None:
    confirm(ada)
    asking.publish(SECOND, days_later=2)
    home = plain(ada.get("/module").text)
    assert "You confirmed version 1 on" in home and "Your trust asks you to confirm version 2 as well." in home
    assert "I have read version 2" in plain(ada.get(PAGE).text)


def test_a_new_version_that_needs_no_confirmation_says_that_the_earlier_one_counts(
    asking: School, ada: Browser
) -> None:
    confirm(ada)
    asking.publish(replace(SECOND, policy=replace(SECOND.policy, acknowledge_since="1")), days_later=2)
    home = plain(ada.get("/module").text)
    assert "(version 1). That counts for version 2 too." in home
    assert "You have confirmed that you read the policy" in ada.get(PAGE).text


def test_those_who_lead_confirm_it_too(asking: School, database: Database) -> None:
    leader = asking.visit("Mo Aziz", Role.TRAINER)
    assert confirm(leader).location == leader.visit + PAGE
    with database.reading() as session:
        given = session.scalars(select(Acknowledgement)).one()
    assert (given.person_id, given.activity_id, given.version) == (leader.person_id, asking.activity.id, "1")


def test_the_end_of_the_policy_says_whether_it_has_been_confirmed(asking: School, ada: Browser) -> None:
    assert f'href="{ada.visit}{PAGE}"' in ada.get("/policy").text
    confirm(ada)
    assert f'href="{ada.visit}{PAGE}"' not in ada.get("/policy").text
