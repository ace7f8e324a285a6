"""Rule checks as a browser gets them: asked after a story, explained at once, and answered once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from db import Database
from modules.domain.content import Mode
from modules.models import CheckAnswerRow, ResultRow
from policies.domain.policy import PolicyFact, Position, Stance
from tests.support.checked import CHECKED, KNOWING, RIGHT, WHOM
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form, words_of


@pytest.fixture
def attempt(school: School, ada: Browser) -> int:
    """Return an attempt that has come to its first rule check."""
    school.publish(CHECKED)
    return come_to_check(ada)


def come_to_check(browser: Browser) -> int:
    attempt = browser.start()
    for scene in ("first", "second"):
        assert browser.answer(attempt, "fork", scene, "decline").status_code == 303
    return attempt


def finish(browser: Browser, attempt: int, given: dict[str, str] = RIGHT) -> None:
    browser.check(attempt, "pictures", given)
    browser.answer(attempt, "short", "only", "decline")
    assert browser.check(attempt, "whom", {WHOM.key: "head"}).status_code == 303


def kept(database: Database) -> list[dict[str, str]]:
    with database.reading() as session:
        return list(session.scalars(select(CheckAnswerRow.given).order_by(CheckAnswerRow.number)))


def test_after_a_story_its_rule_check_is_asked(ada: Browser, attempt: int) -> None:
    assert ada.get(f"/attempts/{attempt}").location == f"{ada.visit}/attempts/{attempt}/check"
    page = ada.get(f"/attempts/{attempt}/check")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    words = words_of(page.text)
    assert "What about these?" in words and "Question 3 of 5" in words and "Rule check after story 1 of 2" in words
    assert Form(page.text).groups == {act: ["allows", "forbids", "silent"] for act in RIGHT}


def test_a_rule_check_says_nothing_of_where_an_act_belongs(ada: Browser, attempt: int) -> None:
    text = ada.get(f"/attempts/{attempt}/check").text.partition("<main")[2]
    for secret in ("It matters", "Never post photos", "checked", "ftp-rating"):
        assert secret not in text


def test_acts_come_in_an_order_of_the_attempt_that_stays(school: School, ada: Browser, attempt: int) -> None:
    def order(browser: Browser, own: int) -> list[str]:
        return list(Form(browser.get(f"/attempts/{own}/check").text).groups)

    others = [school.visit(f"Person {number}") for number in range(8)]
    orders = [order(other, come_to_check(other)) for other in others]
    assert len({tuple(each) for each in orders}) > 1
    assert order(ada, attempt) == order(school.on_another_device(ada), attempt)


def test_an_answer_is_explained_at_once_act_by_act(ada: Browser, attempt: int) -> None:
    sent = ada.check(attempt, "pictures", RIGHT | {"photo.post": "allows"})
    assert (sent.status_code, sent.location) == (303, f"{ada.visit}/attempts/{attempt}/checks/3")
    page = ada.get(f"/attempts/{attempt}/checks/3")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    words = words_of(page.text)
    assert "You got 2 of 3 right: 10 of 15 marks" in words and "It matters." in words
    assert "Wrong Post the photo. You said: My policy asks for this or allows it." in words
    assert "Your policy forbids this, and treats it as a serious matter" in words and "Never post photos" in words
    assert "Right Joke about the photo." in words and "ask the Headteacher first" in words
    assert f'href="{ada.visit}/attempts/{attempt}/policy?check=3#clause-2"' in page.text


def test_from_a_clause_of_a_rule_check_someone_finds_the_way_back_to_it(ada: Browser, attempt: int) -> None:
    ada.check(attempt, "pictures", RIGHT)
    policy = ada.get(f"/attempts/{attempt}/policy?check=3").text
    assert f'href="{ada.visit}/attempts/{attempt}/checks/3">Back to your answer' in policy


def test_a_mistake_is_set_against_a_neighbour_on_which_the_policy_says_something_else(
    ada: Browser, attempt: int
) -> None:
    ada.check(attempt, "pictures", RIGHT | {"photo.decline": "silent"})
    words = words_of(ada.get(f"/attempts/{attempt}/checks/3").text)
    assert "Compare: “Post the photo.” Your policy forbids this" in words
    assert words.count("Compare:") == 1


def test_who_to_ask_is_said_where_the_policy_does_not_name_a_fact(school: School, ada: Browser) -> None:
    unnamed = replace(KNOWING, facts={WHOM.key: PolicyFact("silent")})
    school.publish(replace(CHECKED, policy=unnamed))
    attempt = come_to_check(ada)
    finish(ada, attempt)
    words = words_of(ada.get(f"/attempts/{attempt}/checks/5").text)
    assert "Your policy does not say this. If you need to know, ask the Headteacher." in words


def test_a_harmless_mistake_is_called_nearly_right(school: School, ada: Browser) -> None:
    quiet = replace(KNOWING, stances=KNOWING.stances | {"photo.decline": Position(Stance.SILENT)})
    school.publish(replace(CHECKED, policy=quiet))
    attempt = ada.start()
    for scene in ("first", "second"):
        ada.answer(attempt, "fork", scene, "ask")
    ada.check(attempt, "pictures", RIGHT)
    words = words_of(ada.get(f"/attempts/{attempt}/checks/3").text)
    assert "Nearly Decline to post the photo." in words and "you get 1 mark for it" in words


def test_a_fact_is_asked_with_what_is_not_said_last_and_explained(ada: Browser, attempt: int) -> None:
    ada.check(attempt, "pictures", RIGHT)
    ada.answer(attempt, "short", "only", "decline")
    page = ada.get(f"/attempts/{attempt}/check")
    assert problems_of(page.text) == [] and "Who do you ask?" in page.text
    assert Form(page.text).groups[WHOM.key][-1] == "silent"
    ada.check(attempt, "whom", {WHOM.key: "silent"})
    words = words_of(ada.get(f"/attempts/{attempt}/checks/5").text)
    assert "Wrong You said: My policy does not say this." in words
    assert "Your policy says: The Headteacher." in words and "Ask when unsure." in words and "0 of 10 marks" in words


def test_the_last_rule_check_leads_to_the_result(school: School, ada: Browser, attempt: int) -> None:
    finish(ada, attempt)
    assert "See your result" in ada.get(f"/attempts/{attempt}/checks/5").text
    assert school.count(ResultRow) == 1
    assert "100% of the marks" in words_of(ada.get(f"/attempts/{attempt}/result").text)


def test_an_act_left_out_gets_the_question_again_with_all_that_was_chosen(ada: Browser, attempt: int) -> None:
    some = {act: put for act, put in RIGHT.items() if act != "photo.post"}
    again = ada.check(attempt, "pictures", some)
    assert (again.status_code, problems_of(again.text)) == (422, [])
    assert "<title>Error: " in again.text and "Select what your policy says about “Post the photo”" in again.text
    place = list(Form(again.text).groups).index("photo.post") + 1
    assert f'href="#act-{place}"' in again.text and f'id="act-{place}"' in again.text
    assert again.text.count(" checked>") == 2 and again.text.count("govuk-form-group--error") == 1


@pytest.mark.parametrize(
    ("check", "given", "status", "words"),
    [
        ("pictures", RIGHT | {"photo.post": "perhaps"}, 400, "not one of the choices"),
        ("other", RIGHT, 409, "You are further on than that page"),
        ("whom", {WHOM.key: "head"}, 409, "You are further on than that page"),
        ("nowhere", RIGHT, 409, "You are further on than that page"),
        ("x" * 5000, {}, 409, "You are further on than that page"),
        ("", {}, 409, "You are further on than that page"),
    ],
    ids=["no such bin", "of another draw", "out of order", "no such check", "a long key", "no check"],
)
def test_an_answer_that_does_not_fit_is_refused_politely(
    ada: Browser, attempt: int, database: Database, check: str, given: dict[str, str], status: int, words: str
) -> None:
    assert_polite(ada.check(attempt, check, given), status, words)
    assert kept(database) == []


def test_what_was_not_asked_is_not_kept(ada: Browser, attempt: int, database: Database) -> None:
    ada.check(attempt, "pictures", RIGHT | {"photo.dance": "allows"})
    assert kept(database) == [RIGHT]


def test_a_rule_check_is_answered_once(ada: Browser, attempt: int, database: Database) -> None:
    first, again = (ada.check(attempt, "pictures", RIGHT) for _ in range(2))
    assert first.location == again.location == f"{ada.visit}/attempts/{attempt}/checks/3"
    second_thought = ada.check(attempt, "pictures", RIGHT | {"photo.post": "allows"})
    assert_polite(second_thought, 409, "You have answered that already")
    assert kept(database) == [RIGHT]


def test_an_old_page_sent_with_an_act_left_out_is_told_so(ada: Browser, attempt: int) -> None:
    ada.check(attempt, "pictures", RIGHT)
    assert_polite(ada.check(attempt, "pictures", {}), 409, "You are further on than that page")


def test_where_a_decision_is_next_the_page_of_rule_checks_leads_there(ada: Browser, attempt: int) -> None:
    ada.check(attempt, "pictures", RIGHT)
    assert ada.get(f"/attempts/{attempt}/check").location == f"{ada.visit}/attempts/{attempt}"


@pytest.mark.parametrize("path", ["/check", "/checks/3"])
def test_someone_elses_rule_check_is_not_found(school: School, ada: Browser, attempt: int, path: str) -> None:
    ada.check(attempt, "pictures", RIGHT)
    ben = school.visit("Ben Cole")
    assert_polite(ben.get(f"/attempts/{attempt}{path}"), 404, "We cannot find that attempt")
    assert_polite(ben.check(attempt, "pictures", RIGHT), 404, "We cannot find that attempt")


def test_in_a_dropped_attempt_nothing_more_is_answered(ada: Browser, attempt: int, database: Database) -> None:
    ada.post(f"/attempts/{attempt}/drop", Form(ada.get(f"/attempts/{attempt}/drop").text).fields)
    assert_polite(ada.get(f"/attempts/{attempt}/check"), 409, "You have dropped this attempt")
    assert_polite(ada.check(attempt, "pictures", RIGHT), 409, "You have dropped this attempt")
    assert kept(database) == []


def test_what_was_answered_in_a_dropped_attempt_can_still_be_read(ada: Browser, attempt: int) -> None:
    ada.check(attempt, "pictures", RIGHT)
    ada.post(f"/attempts/{attempt}/drop", Form(ada.get(f"/attempts/{attempt}/drop").text).fields)
    page = ada.get(f"/attempts/{attempt}/checks/3")
    assert "You dropped this attempt" in page.text and "Back to the module" in page.text
    assert "It counts" not in page.text and problems_of(page.text) == []


@pytest.mark.parametrize("number", [1, 4, 9])
def test_only_an_answered_rule_check_is_explained(ada: Browser, attempt: int, number: int) -> None:
    ada.check(attempt, "pictures", RIGHT)
    assert_polite(ada.get(f"/attempts/{attempt}/checks/{number}"), 404, "not answered that many questions")


def test_a_failed_attempt_keeps_the_key_of_earlier_rule_checks_for_itself(ada: Browser, attempt: int) -> None:
    ada.check(attempt, "pictures", dict.fromkeys(RIGHT, "silent"))
    while_playing = words_of(ada.get(f"/attempts/{attempt}/checks/3").text)
    ada.answer(attempt, "short", "only", "ask")
    ada.check(attempt, "whom", {WHOM.key: "silent"})
    afterwards = words_of(ada.get(f"/attempts/{attempt}/checks/3").text)
    assert "Never post photos" in while_playing and "Never post photos" not in afterwards
    assert "After you pass" in afterwards


def test_in_practice_a_rule_check_can_be_tried_again(school: School, ada: Browser, database: Database) -> None:
    module = replace(CHECKED.module, mode=Mode.PRACTICE, critical=(), valid_months=None)
    school.publish(replace(CHECKED, module=module))
    attempt = come_to_check(ada)
    ada.check(attempt, "pictures", RIGHT | {"photo.post": "allows"})
    page = ada.get(f"/attempts/{attempt}/checks/3")
    assert "Practice: nothing counts" in page.text and "Try again" in page.text and problems_of(page.text) == []
    taken_back = ada.post(f"/attempts/{attempt}/answers/3/take-back", Form(page.text).fields)
    assert ada.get(taken_back.location.removeprefix(ada.visit)).location.endswith("/check")
    ada.check(attempt, "pictures", RIGHT)
    assert kept(database) == [RIGHT]


def test_a_rule_check_costs_the_same_queries_whenever_it_is_asked(
    ada: Browser, attempt: int, database: Database
) -> None:
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))

    def costs_of(*doing: Callable[[], object]) -> list[int]:
        counts = []
        for each in doing:
            queries.clear()
            each()
            counts.append(len([query for query in queries if not query.startswith(("PRAGMA", "BEGIN"))]))
        return counts

    def costs(check: str, number: int, given: dict[str, str]) -> list[int]:
        form = Form(ada.get(f"/attempts/{attempt}/check").text).fields
        return costs_of(
            lambda: ada.get(f"/attempts/{attempt}/check"),
            lambda: ada.post(f"/attempts/{attempt}/check", form | given),
            lambda: ada.get(f"/attempts/{attempt}/checks/{number}"),
        )

    first = costs("pictures", 3, RIGHT)
    ada.answer(attempt, "short", "only", "decline")
    page, answer, explained = first
    assert (page, answer, explained) == (3, 5, 3)
    assert costs_of(lambda: ada.get(f"/attempts/{attempt}/check")) == [page]


def test_after_the_story_that_the_module_names_the_page_says_that_this_is_a_good_place_to_stop(
    school: School, ada: Browser
) -> None:
    school.publish(replace(CHECKED, module=replace(CHECKED.module, stop_after=("fork",))))
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    ada.answer(attempt, "fork", "second", "decline")
    assert "good place to stop" not in ada.get(f"/attempts/{attempt}/answers/2").text
    ada.check(attempt, "pictures", RIGHT)
    assert "another day. Stop for now" in words_of(ada.get(f"/attempts/{attempt}/checks/3").text)
    ada.answer(attempt, "short", "only", "decline")
    assert "good place to stop" not in ada.get(f"/attempts/{attempt}/checks/3").text
