"""The policy as staff read it: whole, searched, linked to from rulings, and as an attempt was ruled by it."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import event

from db import Database
from lti.domain.roles import Role
from policies.domain.fact import PolicyFact
from policies.domain.policy import Clause, Force
from policies.shipped import policies
from tests.support.checked import CHECKED, RIGHT
from tests.support.factories import CONTENT, POLICY
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite

TIDIED = Clause("1", "Decline politely to post photos.", Force.MUST, covers="managers")
SECOND = replace(POLICY, version="2", clauses=(TIDIED, *POLICY.clauses[1:]))


def plain(text: str) -> str:
    return " ".join(text.replace("<bdi>", "").replace("</bdi>", "").split())


@pytest.mark.parametrize("trust", sorted(policies()))
def test_each_trusts_policy_can_be_read_in_full_with_every_clause_at_its_place(
    school: School, ada: Browser, trust: str
) -> None:
    school.publish(replace(CONTENT, policy=replace(policies()[trust], key="invictus")))
    page = ada.get("/policy")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    for clause in policies()[trust].clauses:
        assert f'id="{clause.anchor}"' in page.text


def test_the_policy_says_its_version_its_date_and_that_the_words_are_ours(ada: Browser) -> None:
    text = plain(ada.get("/policy").text)
    assert "Version 1, published here on 20 November 2026" in text
    assert "our own shorter wording" in text
    assert "When you are unsure:</strong> Ask the Headteacher." in text


def test_clauses_say_who_they_are_for_where_that_is_not_everyone(school: School, ada: Browser) -> None:
    school.publish(replace(CONTENT, policy=SECOND))
    text = ada.get("/policy").text
    assert "This applies to managers." in text
    assert "This applies to all staff." not in text


def facts_on(page: str) -> str:
    """Return the words of the table of what the policy names, with the questions that it does not answer."""
    return plain(re.sub("<[^>]*>", " ", page.partition('id="facts"')[2].partition("<h2")[0]))


def test_what_the_policy_names_comes_first_with_links_to_its_clauses(school: School, ada: Browser) -> None:
    school.publish(replace(CONTENT, policy=replace(policies()["societas"], key="invictus")))
    page = ada.get("/policy").text
    assert page.index('href="#facts"') < page.index('href="#section-1"')
    assert page.index('id="facts"') < page.index('id="section-1"')
    words = facts_on(page)
    assert "Who do you ask if you are unsure about a post? Either the Headteacher or your manager 5.7" in words
    assert 'href="#clause-App-1-(3)"' in page.partition('id="facts"')[2]


def test_the_questions_that_a_policy_does_not_answer_are_told_apart(school: School, ada: Browser) -> None:
    school.publish(replace(CONTENT, policy=replace(policies()["societas"], key="invictus")))
    named, _, unanswered = facts_on(ada.get("/policy").text).partition("questions that your policy does not answer")
    question = "Who do you pass press enquiries to?"
    assert question in unanswered and question not in named
    assert "Who do you ask if you are unsure about a post?" not in unanswered


def test_a_policy_that_names_no_facts_and_a_search_have_no_table_of_them(school: School, ada: Browser) -> None:
    assert 'id="facts"' not in ada.get("/policy").text
    school.publish(replace(CONTENT, policy=replace(policies()["societas"], key="invictus")))
    assert 'id="facts"' not in ada.get("/policy?q=pupils").text


def test_a_fact_that_the_vocabulary_no_longer_has_is_left_out(school: School, ada: Browser) -> None:
    facts = {"doubt.ask": PolicyFact("the-bursar", ("9",)), "gone.away": PolicyFact("yes", ("9",))}
    named = replace(POLICY, version="2", facts=facts | {"press.enquiry-to": PolicyFact("headteacher", ("9",))})
    school.publish(replace(CONTENT, policy=named))
    assert facts_on(ada.get("/policy").text).endswith(
        "Your policy at a glance Who do you pass press enquiries to? Only the Headteacher 9"
    )


def test_those_who_lead_read_it_too(school: School) -> None:
    assert school.visit("Mo Aziz", Role.TRAINER).get("/policy").status_code == 200


def test_a_search_shows_the_clauses_with_its_words_marked_and_links_to_their_places(ada: Browser) -> None:
    page = ada.get("/policy?q=pupils")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    assert "1 clause for “pupils”" in plain(page.text)
    assert "Never post photos of <mark>pupils</mark>." in page.text
    assert f'href="{ada.visit}/policy#clause-2"' in page.text
    assert "Ask when unsure." not in page.text


def test_a_search_for_what_the_policy_words_otherwise_finds_the_clauses_that_decide(
    school: School, ada: Browser
) -> None:
    school.publish(replace(CONTENT, policy=replace(policies()["agora"], key="invictus")))
    text = ada.get("/policy?q=tag").text
    assert "No clause says “tag”, but 1 covers it" in plain(text)
    assert 'id="clause-6.3"' in text


def test_a_search_that_finds_nothing_says_so_and_that_silence_is_no_permission(ada: Browser) -> None:
    page = ada.get("/policy?q=zebra")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    text = plain(page.text)
    assert "Nothing found for “zebra”" in text
    assert "that does not mean it is allowed: ask the Headteacher first" in text


def test_a_search_in_markup_stays_words(ada: Browser) -> None:
    page = ada.get("/policy?q=" + quote('"><script>alert(1)</script>'))
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert problems_of(page.text) == []


def test_a_search_of_ten_thousand_letters_is_refused_with_words(ada: Browser) -> None:
    page = ada.get("/policy?q=" + "x" * 10_000)
    assert (page.status_code, problems_of(page.text)) == (400, [])
    assert "Enter a search of 100 characters or fewer" in page.text
    assert "x" * 101 not in page.text


@pytest.mark.parametrize("query", ["q=", "q=%00", "q=%FF%FE", "q=%3F%3F", "answer=x&story=", "q=a&q=b", "answer=-1"])
def test_an_odd_address_still_shows_the_policy(ada: Browser, query: str) -> None:
    page = ada.get(f"/policy?{query}")
    assert (page.status_code, problems_of(page.text)) == (200, [])


def test_without_a_visit_the_policy_says_to_open_the_activity_again(app: Flask) -> None:
    for path in ("/policy", "/policy/acknowledgement", "/attempts/1/policy", "/stories/fork"):
        assert_polite(app.test_client().get(path), 401, "Open the activity again")


def test_each_clause_of_a_ruling_links_to_its_place_and_from_there_back(ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "post")
    assert (
        f'href="{ada.visit}/attempts/{attempt}/policy?answer=1#clause-2"'
        in ada.get(f"/attempts/{attempt}/answers/1").text
    )
    page = ada.get(f"/attempts/{attempt}/policy?answer=1")
    assert 'id="clause-2"' in page.text
    assert f'href="{ada.visit}/attempts/{attempt}/answers/1">Back to your answer' in page.text


def test_a_clause_of_a_rule_check_leads_to_the_policy_and_from_there_back(school: School) -> None:
    school.publish(CHECKED)
    ada = school.visit()
    attempt = ada.start()
    for scene in ("first", "second"):
        ada.answer(attempt, "fork", scene, "decline")
    ada.check(attempt, "pictures", RIGHT)
    explained = f"/attempts/{attempt}/checks/3"
    assert f'href="{ada.visit}/attempts/{attempt}/policy?check=3#clause-2"' in ada.get(explained).text
    page = ada.get(f"/attempts/{attempt}/policy?check=3&q=pupils")
    assert f'href="{ada.visit}{explained}">Back to your answer' in page.text
    assert '<input type="hidden" name="check" value="3">' in page.text


def test_a_search_keeps_the_way_back(ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "post")
    page = ada.get(f"/attempts/{attempt}/policy?answer=1&q=pupils")
    assert "Back to your answer" in page.text
    assert '<input type="hidden" name="answer" value="1">' in page.text
    assert f'href="{ada.visit}/attempts/{attempt}/policy?answer=1#clause-2"' in page.text


def test_each_clause_of_a_result_links_to_the_policy_and_from_there_back(ada: Browser) -> None:
    attempt = ada.play()
    assert f'href="{ada.visit}/attempts/{attempt}/policy#clause-1"' in ada.get(f"/attempts/{attempt}/result").text
    assert (
        f'href="{ada.visit}/attempts/{attempt}/result">Back to your attempt'
        in ada.get(f"/attempts/{attempt}/policy").text
    )


def test_an_attempt_keeps_the_policy_it_was_ruled_by_and_says_that_another_is_in_force(
    school: School, ada: Browser
) -> None:
    attempt = ada.play()
    assert "not the policy in force" not in ada.get(f"/attempts/{attempt}/policy").text
    school.publish(replace(CONTENT, policy=SECOND))
    old, new = ada.get(f"/attempts/{attempt}/policy").text, ada.get("/policy").text
    assert "This is not the policy in force." in old and "Version 2 is in force now" in old
    assert "Decline to post photos." in old and "Decline politely" not in old
    assert "Decline politely to post photos." in new and "not the policy in force" not in new


def test_words_corrected_within_a_version_are_told_apart(school: School, ada: Browser) -> None:
    attempt = ada.play()
    school.publish(replace(CONTENT, policy=replace(SECOND, version="1")))
    assert "Version 1 has been reworded since." in plain(ada.get(f"/attempts/{attempt}/policy").text)


def test_the_policy_of_someone_elses_attempt_is_not_found(school: School, ada: Browser) -> None:
    attempt = ada.play()
    other = school.visit("Ben Cole")
    assert_polite(other.get(f"/attempts/{attempt}/policy"), 404, "We cannot find that attempt")
    assert_polite(other.get("/attempts/0/policy"), 404, "We cannot find that attempt")


def test_a_clause_says_in_which_scenes_the_reader_met_it(school: School, ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    text = plain(ada.get("/policy").text)
    assert (
        f'You met this in <a class="govuk-link" href="{ada.visit}/attempts/{attempt}/answers/1">A fork: Scene first</a>'
        in text
    )
    assert text.count("You met this in") == 1
    assert "You met this in" not in school.visit("Ben Cole").get("/policy").text


def test_a_clause_says_in_which_rule_checks_the_reader_met_it(school: School) -> None:
    school.publish(CHECKED)
    ada = school.visit()
    attempt = ada.start()
    for scene in ("first", "second"):
        ada.answer(attempt, "fork", scene, "decline")
    ada.check(attempt, "pictures", RIGHT)
    text = plain(ada.get("/policy").text)
    assert (
        f'href="{ada.visit}/attempts/{attempt}/checks/3">A fork: What about these?</a>; '
        f'<a class="govuk-link" href="{ada.visit}/attempts/{attempt}/answers/2">A fork: Scene second</a>' in text
    )
    assert text.count("You met this in") == 2


def test_a_clause_that_has_changed_since_has_not_been_met(school: School, ada: Browser) -> None:
    ada.play()
    school.publish(replace(CONTENT, policy=SECOND))
    assert "You met this in" not in ada.get("/policy").text


def test_of_two_answers_in_a_scene_the_later_one_is_linked(ada: Browser) -> None:
    ada.play()
    second = ada.play()
    text = ada.get("/policy").text
    assert text.count(f"/attempts/{second}/answers/") == text.count("/answers/") == 3


def test_reading_the_policy_takes_the_same_number_of_queries_after_one_attempt_and_after_many(
    school: School, ada: Browser, database: Database
) -> None:
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    numbers = []
    for version in ("2", "3", "4"):
        ada.play()
        ada.get("/policy")
        school.publish(replace(CONTENT, policy=replace(POLICY, version=version)), days_later=int(version))
        ada.get("/policy")
        queries.clear()
        ada.get("/policy")
        numbers.append(len([query for query in queries if not query.startswith("PRAGMA")]))
    assert len(set(numbers)) == 1, numbers
