"""The front page of a module in each state: what it says, what is next, and what else there is."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from db import Database
from lti.models import Activity
from modules.domain.content import Mode
from modules.models import AnswerRow, Attempt, Certificate, Pass, ResultRow
from tests.support.factories import CONTENT, NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form

PHOTOS = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
PRACTICE = replace(CONTENT, module=replace(CONTENT.module, mode=Mode.PRACTICE))
DAY = timedelta(days=1)


@pytest.fixture
def school(app: Flask, database: Database, clock: time_machine.Traveller) -> School:
    school = School(app, database)
    school.publish(PHOTOS, days_later=0)
    return school


@pytest.fixture
def practised(school: School) -> Browser:
    """Give somebody's browser where the module is for practice."""
    school.publish(PRACTICE)
    return school.visit()


def home(browser: Browser) -> str:
    page = browser.get("/module").text
    assert problems_of(page) == []
    return page


def test_before_the_start_the_page_says_what_counts_and_who_sees_it(ada: Browser) -> None:
    page = home(ada)
    for words in ("Start", "About 2 minutes", "80% or more", "You answer each question once", "course’s gradebook"):
        assert words in page
    assert "Valid for" in page and "in the last 60 days" in page


def test_under_way_the_page_says_how_far(ada: Browser) -> None:
    ada.answer(ada.start(), "fork", "first", "decline")
    page = home(ada)
    assert "Continue where you left off" in page and "You have answered 1 of 3 questions since" in page
    assert "about 1 minute left" in page


def test_after_the_pass_the_page_says_until_when_it_is_good(ada: Browser) -> None:
    ada.play()
    page = home(ada)
    assert "You have passed" in page and "Valid until 20 November 2027" in page
    assert "valid until 20 November 2027" in page


def buttons(page: str) -> list[str]:
    """Return what the buttons of a page say, the one that stands out marked by a star."""
    found = re.findall(r'<(?:a|button)[^>]*class="(govuk-button[^"]*)"[^>]*>(.*?)</(?:a|button)>', page, re.S)
    return [("" if "secondary" in kind else "*") + words.strip() for kind, words in found]


def test_before_the_pass_the_training_itself_is_first(ada: Browser) -> None:
    assert buttons(home(ada)) == ["*Start"]
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "post")
    assert buttons(home(ada)) == ["*Continue where you left off"]
    ada.answer(attempt, "short", "only", "ask")
    assert buttons(home(ada)) == ["*Try again"]


def test_after_the_pass_the_certificate_is_first_whatever_else_is_open(ada: Browser) -> None:
    attempt = ada.play()
    page = home(ada)
    assert buttons(page) == ["*See your certificate", "Take it again"]
    assert buttons(ada.get(f"/attempts/{attempt}/result").text) == ["*See your certificate"]
    ada.answer(ada.start(), "fork", "first", "decline")
    assert buttons(home(ada)) == ["*See your certificate", "Continue where you left off"]


def test_a_policy_that_is_still_to_be_confirmed_comes_before_all_else(school: School, ada: Browser) -> None:
    school.publish(replace(PHOTOS, module=replace(PHOTOS.module, acknowledges=True)))
    asks = "*Confirm that you have read the policy"
    attempt = ada.play()
    assert buttons(home(ada)) == [asks, "Take it again"]
    assert buttons(ada.get(f"/attempts/{attempt}/result").text) == [asks]


def test_who_has_not_passed_is_led_to_the_next_attempt_before_the_policy(school: School, ada: Browser) -> None:
    school.publish(replace(PHOTOS, module=replace(PHOTOS.module, acknowledges=True)))
    attempt = ada.start()
    for place in (("fork", "first"), ("short", "only")):
        ada.answer(attempt, *place, "post")
    result = ada.get(f"/attempts/{attempt}/result").text
    assert buttons(result) == ["Confirm that you have read the policy", "*Try again"]


def test_in_the_last_weeks_the_page_offers_to_renew_and_says_that_being_early_costs_nothing(
    ada: Browser, clock: time_machine.Traveller
) -> None:
    ada.play()
    clock.move_to(NOW + 304 * DAY)
    assert ">Renew" not in home(ada)
    clock.move_to(NOW + 305 * DAY)
    page = home(ada)
    assert "Renew it by 20 November 2027" in page and ">Renew<" in page
    ada.play()
    assert "Valid until 20 November 2028" in home(ada)


def test_after_the_end_the_page_says_so_and_keeps_what_was_before(ada: Browser, clock: time_machine.Traveller) -> None:
    ada.play()
    clock.move_to(NOW + 366 * DAY)
    page = home(ada)
    assert "Your pass ended on 20 November 2027" in page and ">Renew<" in page
    assert "You have passed" not in page
    assert "Earlier attempts" in page and "100%, passed" in page


def test_a_renewed_pass_shows_the_results_of_before_as_earlier(ada: Browser, clock: time_machine.Traveller) -> None:
    ada.play()
    clock.move_to(NOW + 340 * DAY)
    ada.play()
    page = home(ada)
    assert page.index("Your attempts") < page.index("26 October 2027 at") < page.index("Earlier attempts")


def test_other_modules_of_the_course_are_named_with_where_one_is(
    school: School, ada: Browser, database: Database
) -> None:
    other = replace(PHOTOS, module=replace(PHOTOS.module, key="tags", title="Tags and names"))
    school.publish(other)
    with database.transaction() as session:
        of_course = {"course_id": school.activity.course_id, "title": "Tags", "scopes": []}
        session.add(Activity(**of_course, resource_link="link-2", module="tags"))
    page = home(ada)
    assert "Also in this course" in page and "Tags and names: not passed yet" in page


def test_the_page_asks_the_database_the_same_however_much_there_is(ada: Browser, database: Database) -> None:
    ada.play()
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    home(ada)
    once = len(queries)
    ada.play()
    queries.clear()
    home(ada)
    assert len(queries) == once


def test_practice_says_on_every_page_that_nothing_counts(practised: Browser) -> None:
    assert "This is practice" in home(practised) and "Start practising" in home(practised)
    attempt = practised.start()
    assert "Practice: nothing counts" in practised.get(f"/attempts/{attempt}").text
    practised.answer(attempt, "fork", "first", "post")
    page = practised.get(f"/attempts/{attempt}/answers/1").text
    assert "Practice: nothing counts" in page and "Make this decision again" in page
    assert problems_of(page) == []


def test_practice_leaves_no_result_no_grade_and_no_certificate(school: School, practised: Browser) -> None:
    attempt = practised.play()
    page = practised.get(f"/attempts/{attempt}/result").text
    assert "You have finished the practice" in page and "does not count" in page and problems_of(page) == []
    assert [school.count(table) for table in (ResultRow, Pass, Certificate)] == [0, 0, 0]


def take_back(browser: Browser, attempt: int, number: int) -> int:
    token = Form(browser.get("/module").text).fields
    return browser.post(f"/attempts/{attempt}/answers/{number}/take-back", token).status_code


def test_a_decision_of_a_practice_can_be_made_again(school: School, practised: Browser) -> None:
    attempt = practised.start()
    practised.answer(attempt, "fork", "first", "post")
    assert take_back(practised, attempt, 1) == 303
    assert "Scene first" in practised.get(f"/attempts/{attempt}").text
    practised.answer(attempt, "fork", "first", "decline")
    assert "You decline." in practised.get(f"/attempts/{attempt}/answers/1").text


def test_the_end_of_a_practice_can_be_gone_back_on(school: School, practised: Browser) -> None:
    first = practised.play()
    second = practised.start()
    assert second != first
    assert take_back(practised, first, 3) == 303
    assert "Scene only" in practised.get(f"/attempts/{first}").text
    assert (school.count(AnswerRow), school.count(Attempt)) == (2, 1)


def test_a_decision_that_counts_cannot_be_taken_back(school: School, ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    token = Form(ada.get("/module").text).fields
    sent = ada.post(f"/attempts/{attempt}/answers/1/take-back", token)
    assert_polite(sent, 409, "You cannot change this answer")
    assert school.count(AnswerRow) == 1


def test_someone_elses_practice_is_not_found(school: School, practised: Browser) -> None:
    attempt = practised.start()
    practised.answer(attempt, "fork", "first", "decline")
    assert take_back(school.visit("Ben Cole"), attempt, 1) == 404
