"""Results with rule checks: which rules were missed, by clause, and never the key before someone has passed."""

from dataclasses import replace

import pytest
from flask import Flask

from db import Database
from lti.domain.message import Purpose
from lti.domain.roles import Role
from policies.domain.floor import Floor, FloorClause, Source, Status
from policies.domain.policy import Position, Stance
from tests.support.checked import CHECKED, RIGHT, WHOM
from tests.support.factories import CONTENT, NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School
from tests.support.visitor import words_of

WRONG = dict.fromkeys(RIGHT, "allows")
SOURCE = Source("kcsie", "KCSIE 2025", "Keeping safe", "2025", "https://texts.example", NOW.date())
RULE = FloorClause("N1", "Keep every child safe.", Status.STATUTORY_GUIDANCE, "kcsie", "paragraph 15")
FLOOR = Floor("2026", (SOURCE,), (RULE,), {"photo.joke": Position(Stance.PROHIBITED_CRITICAL, ("N1",))})


@pytest.fixture
def school(app: Flask, database: Database) -> School:
    school = School(app, database)
    school.publish(CHECKED)
    return school


def play(browser: Browser, given: dict[str, str], last: str = "decline", fact: str = "head") -> int:
    attempt = browser.start()
    for scene in ("first", "second"):
        browser.answer(attempt, "fork", scene, "decline")
    browser.check(attempt, "pictures", given)
    browser.answer(attempt, "short", "only", last)
    assert browser.check(attempt, "whom", {WHOM.key: fact}).status_code == 303
    return attempt


def page(browser: Browser, path: str) -> str:
    text = browser.get(path).text
    assert problems_of(text) == []
    return text


def test_a_failed_attempt_says_which_rules_to_read_again_and_not_what_they_say(ada: Browser) -> None:
    attempt = play(ada, WRONG, last="ask", fact="no-one")
    result = page(ada, f"/attempts/{attempt}/result")
    read_again = result.partition("What to read again")[2].partition("Your decisions")[0]
    assert "1 of 4 rules right, 5 of 25 marks" in words_of(read_again)
    assert f'href="{ada.visit}/attempts/{attempt}/policy#clause-2"' in read_again
    assert "What your policy does not mention: 0 of 1 right" in words_of(read_again)
    for secret in ("Never post photos of pupils", "Your policy says: The Headteacher", "Your policy forbids"):
        assert secret not in result.partition("Your rule checks")[2]


def test_rules_alone_can_be_what_there_is_to_read_again(ada: Browser) -> None:
    result = page(ada, f"/attempts/{play(ada, WRONG, fact='no-one')}/result")
    assert "What to read again" in result and "You lost marks in" not in result


def test_a_passed_attempt_shows_the_rules_by_clause_and_each_rule_check(ada: Browser) -> None:
    attempt = play(ada, RIGHT | {"photo.joke": "forbids"})
    words = words_of(page(ada, f"/attempts/{attempt}/result"))
    assert "Rule checks 3 of 4 rules right, 20 of 25 marks." in words
    assert "What your policy does not mention: 0 of 1 right" in words
    assert "What about these? (question 3) 2 of 3 right, 10 of 15 marks" in words
    assert f"/attempts/{attempt}/checks/3" in ada.get(f"/attempts/{attempt}/result").text


def test_someone_who_knew_every_rule_is_told_so_without_a_list(ada: Browser) -> None:
    words = words_of(page(ada, f"/attempts/{play(ada, RIGHT)}/result"))
    assert "4 of 4 rules right, 25 of 25 marks." in words and "You missed rules" not in words


def test_leaders_see_every_rule_check_with_the_key_and_others_only_their_own_answers(
    school: School, ada: Browser
) -> None:
    play(ada, WRONG, fact="no-one")
    leader = school.visit("Mo Aziz", Role.TRAINER, purpose=Purpose.REVIEW, about_id=ada.person_id)
    reviewed = page(leader, "/review").partition("Every rule check")[2]
    assert "Never post photos of pupils." in reviewed and "Your policy says: The Headteacher" in reviewed
    assert "Wrong Chosen: My policy asks for this or allows it" in words_of(reviewed)
    own = school.on_another_device(ada, purpose=Purpose.REVIEW, about_id=ada.person_id)
    mine = page(own, "/review").partition("Every rule check")[2]
    assert "Wrong You chose: My policy asks for this or allows it" in words_of(mine)
    assert "Never post photos of pupils." not in mine and "The Headteacher" not in words_of(mine)


def test_an_attempt_without_rule_checks_says_nothing_of_rules(school: School) -> None:
    school.publish(CONTENT, days_later=2)
    ada = school.visit()
    result = page(ada, f"/attempts/{ada.play()}/result")
    assert "rules right" not in result and "rule checks" not in result


def test_a_breach_of_what_is_forbidden_everywhere_fails_and_says_who_to_talk_to(school: School) -> None:
    fork, short = CHECKED.scenarios
    only, end = short.scenes
    joking = tuple(replace(each, acts=("photo.joke",)) if each.key == "ask" else each for each in only.choices)
    stories = fork, replace(short, scenes=(replace(only, choices=joking), end))
    module = replace(CHECKED.module, critical=())
    school.publish(replace(CHECKED, module=module, floor=FLOOR, scenarios=stories), days_later=2)
    ada = school.visit()
    attempt = play(ada, RIGHT, last="ask")
    answer = words_of(page(ada, f"/attempts/{attempt}/answers/4"))
    assert "National guidance forbids this in every school" in answer and "you will not pass this attempt" in answer
    result = words_of(page(ada, f"/attempts/{attempt}/result"))
    assert "Not passed this time" in result and "national guidance forbids it in every school" in result
    assert "talk to your designated safeguarding lead or a deputy." in result


def test_the_front_page_says_what_is_tested(ada: Browser) -> None:
    assert "3 decisions and 4 rules of your policy" in words_of(page(ada, "/module"))
