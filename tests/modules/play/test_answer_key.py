"""After a failed attempt people see what to read again, and the answer key only once no attempt of theirs needs it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from db import Database
from lti.domain.message import Purpose
from lti.domain.roles import Role
from modules.domain.content import Mode
from tests.support.factories import CONTENT, NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School

SCENES = (("fork", "first"), ("fork", "second"), ("short", "only"))
TAGS = replace(CONTENT.scenarios[1], topic="Names and tags")
TWO_TOPICS = replace(
    CONTENT,
    module=replace(CONTENT.module, valid_months=12, critical=()),
    scenarios=(CONTENT.scenarios[0], TAGS),
)
DAY = timedelta(days=1)
BEST = "<strong>Best here:</strong>"


@pytest.fixture
def school(app: Flask, database: Database, clock: time_machine.Traveller) -> School:
    school = School(app, database)
    school.publish(TWO_TOPICS, days_later=0)
    return school


def play(browser: Browser, *choices: str) -> int:
    attempt = browser.start()
    for place, choice in zip(SCENES, choices, strict=True):
        assert browser.answer(attempt, *place, choice).status_code == 303
    return attempt


def page(browser: Browser, path: str) -> str:
    text = browser.get(path).text
    assert problems_of(text) == []
    return " ".join(text.split())


def test_a_failed_attempt_says_what_to_read_again_the_most_missed_topic_first(ada: Browser) -> None:
    attempt = play(ada, "decline", "ask", "post")
    result = page(ada, f"/attempts/{attempt}/result")
    read_again = result.partition("What to read again")[2].partition("Your decisions")[0]
    assert read_again.index("Names and tags: 0 of 10 marks") < read_again.index("photos: ")
    assert read_again.count("You lost marks in 1 decision.") == 2
    assert f'href="{ada.visit}/attempts/{attempt}/policy#clause-2"' in read_again
    assert "Full marks in" not in read_again


def test_topics_with_all_their_marks_are_named_after_the_missed_ones(ada: Browser) -> None:
    result = page(ada, f"/attempts/{play(ada, 'decline', 'decline', 'post')}/result")
    assert result.index("Names and tags: 0 of 10 marks") < result.index("Full marks in: photos.")


def test_after_a_failed_attempt_no_page_gives_the_best_choices_away(ada: Browser) -> None:
    attempt = play(ada, "decline", "post", "ask")
    assert BEST not in page(ada, f"/attempts/{attempt}/result")
    assert "after you pass" in page(ada, f"/attempts/{attempt}/result")
    assert "The best choice here" not in page(ada, f"/attempts/{attempt}/answers/2")
    story = page(ada, "/stories/fork")
    assert "ftp-rating" not in story and "You decline." not in story


def test_each_answer_is_explained_with_the_best_choice_as_soon_as_it_is_given(ada: Browser) -> None:
    attempt = ada.start()
    for number, place in enumerate(SCENES, start=1):
        ada.answer(attempt, *place, "ask")
        assert "The best choice here" in page(ada, f"/attempts/{attempt}/answers/{number}")


def test_people_who_have_passed_see_the_key_until_it_is_time_to_renew(
    ada: Browser, clock: time_machine.Traveller
) -> None:
    failed = play(ada, "ask", "post", "ask")
    passed = play(ada, "decline", "decline", "ask")
    for attempt in (failed, passed):
        assert BEST in page(ada, f"/attempts/{attempt}/result")
    assert "ftp-rating" in page(ada, "/stories/fork")
    clock.move_to(NOW + 340 * DAY)
    for attempt in (failed, passed):
        assert BEST not in page(ada, f"/attempts/{attempt}/result")
    assert "ftp-rating" not in page(ada, "/stories/fork")


def test_people_who_lead_see_the_key_and_people_who_look_at_their_own_answers_do_not(
    school: School, ada: Browser, clock: time_machine.Traveller
) -> None:
    play(ada, "decline", "post", "ask")
    leader = school.visit("Mo Aziz", Role.TRAINER, purpose=Purpose.REVIEW, about_id=ada.person_id)
    assert BEST in page(leader, "/review")
    own = school.on_another_device(ada, purpose=Purpose.REVIEW, about_id=ada.person_id)
    assert BEST not in page(own, "/review") and "after you pass" in page(own, "/review")


def test_practice_keeps_its_key(school: School) -> None:
    module = replace(CONTENT.module, mode=Mode.PRACTICE, valid_months=None)
    school.publish(replace(CONTENT, module=module))
    ada = school.visit()
    assert BEST in page(ada, f"/attempts/{play(ada, 'ask', 'ask', 'ask')}/result")


@pytest.mark.parametrize(
    ("critical", "words"), [(1, "because of a decision about"), (2, "because of 2 decisions about")]
)
def test_decisions_that_failed_it_are_counted_in_plain_words(school: School, critical: int, words: str) -> None:
    decisive = ("short/only", "fork/second")[:critical]
    school.publish(replace(CONTENT, module=replace(CONTENT.module, critical=decisive)))
    ada = school.visit()
    result = page(ada, f"/attempts/{play(ada, 'decline', 'post', 'post')}/result")
    assert words in result
    leader = school.visit("Mo Aziz", Role.TRAINER, purpose=Purpose.REVIEW, about_id=ada.person_id)
    assert ("A serious breach of" if critical == 1 else "2 serious breaches of") in page(leader, "/review")
