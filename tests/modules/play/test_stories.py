"""Stories as plain pages to read and print, and the accessibility statement."""

from dataclasses import replace

import pytest
from flask import Flask

from lti.domain.roles import Role
from modules.content.shipped import contents
from tests.support.checked import CHECKED
from tests.support.factories import MODULE
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form, words_of

PLAIN = [content for content in contents() if content.policy.key == "invictus"]


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_modules_home_links_each_story_as_plain_text(ada: Browser) -> None:
    home = ada.get("/module").text
    assert f'href="{ada.visit}/stories/fork"' in home and f'href="{ada.visit}/stories/short"' in home


def test_a_story_shows_its_scenes_its_choices_and_where_each_leads(ada: Browser) -> None:
    page = ada.get("/stories/fork")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    text = plain(page.text)
    assert "Scene 1: Scene first" in text and "This is first." in text and "I decline." in text
    assert 'If you chose A, go to <a class="govuk-link" href="#scene-second">scene 2: Scene second</a>' in text
    assert 'If you chose C, go to <a class="govuk-link" href="#scene-end">the end: Scene end</a>' in text
    assert 'id="scene-second"' in text and 'id="scene-end"' in text


def test_before_the_module_is_finished_a_story_gives_no_answers_away(ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    text = ada.get("/stories/fork").text
    for secret in ("ftp-rating", "You decline.", "It matters.", "Never post photos", "Your policy"):
        assert secret not in text


def test_someone_who_has_finished_sees_what_follows_each_choice_and_why(ada: Browser) -> None:
    ada.play()
    page = ada.get("/stories/fork")
    assert problems_of(page.text) == []
    assert "What happens next:</strong> You decline." in page.text
    assert "Serious breach" in page.text
    assert f'href="{ada.visit}/policy?story=fork#clause-2"' in page.text


def test_a_clause_of_a_story_leads_to_the_policy_and_back(ada: Browser) -> None:
    assert f'href="{ada.visit}/stories/fork">Back to the story' in ada.get("/policy?story=fork").text


def test_those_who_lead_see_the_rulings_without_having_played(school: School) -> None:
    assert "Serious breach" in school.visit("Mo Aziz", Role.TRAINER).get("/stories/fork").text


def test_before_passing_a_story_shows_the_rule_checks_that_are_asked_without_their_answers(
    school: School, ada: Browser
) -> None:
    school.publish(CHECKED)
    page = ada.get("/stories/fork")
    words = words_of(page.text)
    assert "Rule checks after this story What about these? For each of these, choose" in words
    assert "Decline to post the photo. Joke about the photo. Post the photo." in words
    assert "Why this matters" not in words and "Never post photos" not in words and problems_of(page.text) == []
    assert "The Headteacher My policy does not say this" not in words
    fact = words_of(ada.get("/stories/short").text)
    assert "Who do you ask? No one The Headteacher My policy does not say this" in fact


def test_the_next_attempt_is_prepared_by_its_own_rule_checks(school: School, ada: Browser) -> None:
    school.publish(CHECKED)
    attempt = ada.start()
    ada.post(f"/attempts/{attempt}/drop", Form(ada.get(f"/attempts/{attempt}/drop").text).fields)
    assert "Rule checks" not in ada.get("/stories/fork").text
    assert "What about these?" in ada.get("/stories/short").text


def test_those_who_lead_see_every_set_of_rule_checks_with_its_key(school: School) -> None:
    school.publish(CHECKED)
    page = school.visit("Mo Aziz", Role.TRAINER).get("/stories/short")
    words = words_of(page.text)
    assert "Rule checks after this story: set 1 Each attempt asks one of these sets" in words
    assert "Who do you ask? Your policy says: The Headteacher. Ask when unsure." in words
    assert "set 2 Who do you ask?" in words
    assert "What about these? Decline to post the photo. Your policy asks you to do this." in words
    assert "Why this matters: It matters." in words and problems_of(page.text) == []


@pytest.mark.parametrize("key", ["essentials", "nowhere", "x" * 500, "%3Cscript%3E", "..%2F..%2Fapp.py"])
def test_a_story_that_the_module_does_not_have_is_not_found(ada: Browser, key: str) -> None:
    answer = ada.get(f"/stories/{key}")
    assert answer.status_code == 404
    assert "What to do next" in answer.text and "<script>alert" not in answer.text


@pytest.mark.parametrize("content", PLAIN, ids=lambda content: content.module.key)
def test_every_story_of_the_library_makes_a_page_that_keeps_the_rules(school: School, content) -> None:
    school.publish(replace(content, module=replace(content.module, key=MODULE.key)))
    leader = school.visit("Mo Aziz", Role.TRAINER)
    for scenario in content.scenarios:
        page = leader.get(f"/stories/{scenario.key}")
        assert (page.status_code, problems_of(page.text)) == (200, []), scenario.key
        for scene in scenario.scenes:
            assert f'id="scene-{scene.key}"' in page.text


def test_anybody_can_read_the_accessibility_statement(app: Flask) -> None:
    page = app.test_client().get("/accessibility")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    text = plain(page.text)
    for words in ("partially compliant", "Equality Advisory and Support Service", "was prepared on", "after 12 hours"):
        assert words in text


def test_who_cannot_use_the_pages_alone_reads_what_to_ask_for(ada: Browser) -> None:
    assert f'href="{ada.visit}/accessibility#support"' in ada.get("/stories/fork").text
    support = plain(ada.get("/accessibility").text).partition('id="support"')[2]
    for words in ("a reader or a scribe", "no time limit", "You have to give your answers on these pages"):
        assert words in support


def test_every_page_links_the_accessibility_statement(school: School, ada: Browser, app: Flask) -> None:
    pages = [ada.get("/module"), ada.get("/policy"), ada.get("/nowhere"), app.test_client().get("/module")]
    assert all('/accessibility"' in page.text for page in pages)


def test_from_the_statement_someone_on_a_visit_finds_the_way_back(ada: Browser, app: Flask) -> None:
    assert "Back to the module" in ada.get("/accessibility").text
    assert "Back to the module" not in app.test_client().get("/accessibility").text
    assert_polite(ada.get("/accessibility/"), 404, "Page not found")
