"""What goes wrong while somebody plays: tabs, clicks, devices, versions and visits that end; over HTTP."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from db import Database
from lti.models import Delivery, Visit
from modules.models import AnswerRow, Attempt, ResultRow
from tests.support.factories import CONTENT, NOW
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form


def answers(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(AnswerRow.choice).order_by(AnswerRow.number)))


def test_two_tabs_that_start_play_one_attempt(school: School, ada: Browser) -> None:
    assert ada.start() == ada.start()
    assert school.count(Attempt) == 1


def test_of_two_tabs_the_first_answer_counts_and_the_other_is_told(ada: Browser, database: Database) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    assert_polite(ada.answer(attempt, "fork", "first", "ask"), 409, "Your first answer to this question counts")
    assert answers(database) == ["decline"]


def test_a_tab_left_behind_is_told_that_one_is_further_on(ada: Browser, database: Database) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    ada.answer(attempt, "fork", "second", "decline")
    assert_polite(ada.answer(attempt, "fork", "second", "post"), 409, "You have answered that already")
    assert answers(database) == ["decline", "decline"]


def test_a_double_click_on_the_last_answer_brings_one_result_and_one_grade(school: School, ada: Browser) -> None:
    attempt = ada.play()
    again = ada.answer(attempt, "short", "only", "decline")
    assert again.location.endswith(f"/attempts/{attempt}/answers/3")
    assert (school.count(ResultRow), school.count(Delivery)) == (1, 1)


def test_going_back_shows_and_never_changes(ada: Browser, database: Database) -> None:
    attempt = ada.start()
    for scene in ("first", "second"):
        ada.answer(attempt, "fork", scene, "decline")
    assert "I decline." in ada.get(f"/attempts/{attempt}/answers/1").text
    assert "Scene only" in ada.get(f"/attempts/{attempt}").text
    assert answers(database) == ["decline", "decline"]


def end_visits(database: Database) -> None:
    with database.transaction() as session:
        for visit in session.scalars(select(Visit)):
            visit.expires_at = NOW.replace(year=2020)


def begin_again(database: Database) -> None:
    with database.transaction() as session:
        for visit in session.scalars(select(Visit)):
            visit.expires_at = NOW.replace(year=NOW.year + 10)


def test_an_answer_after_the_visit_has_ended_is_said_not_to_be_kept_and_one_goes_on_there(
    ada: Browser, database: Database
) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    form = Form(ada.get(f"/attempts/{attempt}").text).fields
    end_visits(database)
    refused = ada.post(f"/attempts/{attempt}/answers", form | {"choice": "ask"})
    assert refused.status_code in {400, 401}
    assert_polite(refused, refused.status_code, "What you have just sent was not saved")
    assert "All your earlier answers are saved" in refused.text
    begin_again(database)
    assert "Scene second" in ada.get(f"/attempts/{ada.start()}").text
    assert answers(database) == ["decline"]


def test_a_page_asked_for_after_the_visit_has_ended_says_nothing_of_things_sent(
    ada: Browser, database: Database
) -> None:
    end_visits(database)
    assert "just sent" not in ada.get("/module").text


def test_an_attempt_stays_on_its_version_and_takes_its_old_forms(school: School, ada: Browser) -> None:
    attempt = ada.start()
    form = Form(ada.get(f"/attempts/{attempt}").text).fields
    shorter = replace(CONTENT, module=replace(CONTENT.module, scenarios=("short",)), scenarios=CONTENT.scenarios[1:])
    school.publish(shorter)
    sent = ada.post(f"/attempts/{attempt}/answers", form | {"choice": "decline"})
    assert sent.status_code == 303
    assert "Scene second" in ada.get(f"/attempts/{attempt}").text


def test_what_a_new_version_asks_is_not_asked_in_an_attempt_at_the_old_one(school: School, ada: Browser) -> None:
    attempt = ada.start()
    school.publish(replace(CONTENT, module=replace(CONTENT.module, title="Photos, amended")))
    assert_polite(ada.answer(attempt, "new-story", "start", "decline"), 409, "You are further on than that page")


@pytest.mark.parametrize("choice", ["post", "ask"])
def test_an_answer_after_the_end_changes_nothing(school: School, ada: Browser, choice: str) -> None:
    attempt = ada.play()
    assert_polite(ada.answer(attempt, "short", "only", choice), 409, "You have answered that already")
    assert_polite(ada.answer(attempt, "short", "end", choice), 409, "You are further on than that page")
    assert (school.count(AnswerRow), school.count(ResultRow)) == (3, 1)


def test_someone_goes_on_with_another_device_where_they_were(ada: Browser, school: School) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    phone = school.on_another_device(ada)
    assert phone.start() == attempt
    assert "Scene second" in phone.get(f"/attempts/{attempt}").text


def test_inside_a_story_that_branches_the_total_is_called_an_estimate(ada: Browser) -> None:
    attempt = ada.start()
    first = ada.get(f"/attempts/{attempt}").text
    assert "Question 1 of about 3" in first and "Story 1 of 2: A fork" in first
    ada.answer(attempt, "fork", "first", "decline")
    second = ada.get(f"/attempts/{attempt}").text
    assert "Question 2 of 3" in second and "Story 1 of 2: A fork" in second


def test_who_takes_a_short_cut_is_told_the_number_that_is_true_from_there_on(ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "post")
    assert "Question 1 of 2" in ada.get(f"/attempts/{attempt}/answers/1").text
    assert "Question 2 of 2" in ada.get(f"/attempts/{attempt}").text


def test_the_result_is_told_by_topic(ada: Browser, school: School) -> None:
    tags = replace(CONTENT.scenarios[1], topic="Names and tags")
    school.publish(replace(CONTENT, scenarios=(CONTENT.scenarios[0], tags)))
    page = ada.get(f"/attempts/{ada.play()}/result").text
    assert "By topic" in page and "Names and tags" in page and "20 of 20 marks" in page


def test_a_serious_breach_is_told_humanely_with_who_to_talk_to(ada: Browser) -> None:
    attempt = ada.start()
    for place, choice in ((("fork", "first"), "decline"), (("fork", "second"), "decline"), (("short", "only"), "post")):
        ada.answer(attempt, *place, choice)
    page = ada.get(f"/attempts/{attempt}/result").text
    assert "What this means and what happens now" in page and "talk to the Headteacher" in page
    assert "Oak Tree Trust, Social media policy (version 1), 9" in page and "Try again" in page


def test_the_result_says_that_the_grade_is_on_its_way_and_later_that_it_is_there(
    ada: Browser, database: Database
) -> None:
    attempt = ada.play()
    assert "data-changes" in ada.get(f"/attempts/{attempt}/result").text
    with database.transaction() as session:
        delivery = session.scalars(select(Delivery)).one()
        delivery.state, delivery.delivered_at = delivery.state.__class__("delivered"), NOW
    page = ada.get(f"/attempts/{attempt}/result").text
    assert "Your course has your grade of 100%" in page and "data-changes" not in page
