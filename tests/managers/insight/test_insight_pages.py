"""The page of insight, for those who look after the policy: what it shows, of whom, and to whom."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import event

from core.grants.domain.grant import GrantRole
from core.services import service
from db import Database
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.models import Visit
from managers.insight.jobs import InsightJobs
from modules.content.publish import publish
from modules.domain.content import Mode
from modules.models import ModuleVersion
from tests.managers.insight.conftest import Takes
from tests.support.answered import PAPERS, add_attempt
from tests.support.checked import CHECKED
from tests.support.factories import FORK, NOW, SHORT, add_person
from tests.support.grants import a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form, words_of
from tests.support.writes import writes_of_gets

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")

Work = Callable[[], None]


def token_of(page: str) -> dict[str, str]:
    """Return what the form that asks for figures sends; the filters before it are a form of their own."""
    return Form(page[page.index('<form method="post"') :]).fields


@pytest.mark.databases("sqlite", "postgres")
def test_the_policy_owner_sees_what_staff_know_question_by_question(
    owner: Browser, people: list[int], work_out: Work
) -> None:
    work_out()
    page = owner.get("/insight")
    assert (page.status_code, problems_of(page.text)) == (200, [])
    words = words_of(page.text)
    assert "Insight: Photos" in words and "first attempts of 5 people, at version 2" in words
    assert "Scene first 5 70% 29 33 40 seconds" in words
    assert "Who do you ask? 5 60% −4 −4 40 seconds" in words
    assert "Scene second Fewer than 5 people reached this, so nothing is shown." in words


def test_what_to_look_at_first_is_named(owner: Browser, people: list[int], work_out: Work) -> None:
    work_out()
    words = words_of(owner.get("/insight").text)
    first = words[words.index("Look at these first") : words.index("Rules that staff get wrong most")]
    assert "Scene only : 20% chose a serious breach." in first
    assert "Post the photo : 40% think that a serious breach is allowed." in first
    assert (
        "People who did well elsewhere did worse here (discrimination −4, which with 5 people may be chance)" in first
    )


def test_the_rules_that_staff_get_wrong_most_lead_to_the_policy_and_to_the_stories(
    owner: Browser, people: list[int], work_out: Work
) -> None:
    work_out()
    page = owner.get("/insight")
    rules = page.text[page.text.index("Rules that staff get wrong most") :]
    assert f'href="{owner.visit}/policy?insight=photos#clause-2"' in rules
    assert f'href="{owner.visit}/stories/short?module=photos#scene-only"' in rules
    words = words_of(rules)
    assert (
        "What your policy does not mention 40% of 5 answers wrong. Most often in: Act: Joke about the photo (40%)."
        in words
    )
    assert "9 : Ask when unsure. 40% of 5 answers wrong. Most often in: Fact: Who do you ask? (40%)." in words
    assert words.index("9 : Ask when unsure.") < words.index("1 : Decline to post photos.")
    story, policy = owner.get("/stories/short?module=photos"), owner.get("/policy?insight=photos")
    assert "What happens next" in story.text and f'href="{owner.visit}/insight?module=photos"' in story.text
    assert "Back to insight" in policy.text and "clause-2" in policy.text


def test_a_question_that_has_been_reworded_since_is_shown_with_its_own_figures(
    owner: Browser,
    school: School,
    database: Database,
    people: list[int],
    work_out: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reworded = replace(SHORT.scenes[0], says="This is different.")
    clauses = tuple(replace(each, says="Always ask.") if each.ref == "9" else each for each in CHECKED.policy.clauses)
    policy = replace(CHECKED.policy, clauses=clauses)
    scenarios = (FORK, replace(SHORT, scenes=(reworded, SHORT.scenes[1])))
    with database.transaction() as session:
        later = publish(session, replace(CHECKED, policy=policy, scenarios=scenarios), NOW + timedelta(days=1))
        for name in PAPERS:
            person = add_person(session, school.activity, school.platform, f"{name} later")
            add_attempt(session, school.activity, later, person, PAPERS["Ann"], NOW + timedelta(days=2))
    work_out()
    page = owner.get("/insight")
    words = words_of(page.text)
    assert problems_of(page.text) == [] and "first attempts of 10 people, at versions 2 and 3" in words
    assert "Scene only 5 100%" in words and "Scene only (earlier wording) 5 70%" in words
    assert "Scene first 10 85%" in words and "Ask when unsure. (earlier wording) 40% of 5 answers wrong." in words
    monkeypatch.setattr("managers.insight.page.MOST_VERSIONS", 1)
    latest = words_of(owner.get("/insight").text)
    assert "Scene only 5 100%" in latest and "(earlier wording)" not in latest


def test_each_answer_has_its_share(owner: Browser, people: list[int], work_out: Work) -> None:
    work_out()
    words = words_of(owner.get("/insight").text)
    chosen = words[words.index("What people chose in “A short one”") :]
    assert "60% I decline. Best choice" in chosen and "20% I post. Serious breach" in chosen
    assert "60% The Headteacher Right 20% No one 20% My policy does not say this" in chosen


def test_only_first_attempts_of_learners_that_are_finished_count(
    owner: Browser, school: School, people: list[int], takes: Takes, work_out: Work
) -> None:
    takes("Ann", PAPERS["Dev"], NOW + timedelta(days=1), person_id=people[0])
    trainer = school.visit("A trainer", Role.TRAINER)
    takes("A trainer", PAPERS["Dev"], NOW, person_id=trainer.person_id)
    begins_again = school.visit("Fay")
    begins_again.start()
    work_out()
    words = words_of(owner.get("/insight").text)
    assert "first attempts of 5 people" in words and "Scene first 5 70% 29" in words


def test_nothing_is_shown_of_fewer_than_five(owner: Browser, takes: Takes, work_out: Work) -> None:
    for name in ("Ann", "Bea", "Cas", "Dev"):
        takes(name, PAPERS[name])
    work_out()
    words = words_of(owner.get("/insight").text)
    assert "Fewer than 5 people have finished this training for the first time here" in words
    assert "Scene first" not in words and "%" not in words


def test_a_term_has_an_address_of_its_own(owner: Browser, people: list[int], takes: Takes, work_out: Work) -> None:
    for name in PAPERS:
        takes(f"{name} of the spring", PAPERS["Ann"], NOW + timedelta(days=60))
    work_out()
    assert "first attempts of 10 people" in words_of(owner.get("/insight?module=photos").text)
    spring = owner.get("/insight?module=photos&term=2026-27-spring").text
    assert "first attempts of 5 people" in words_of(spring) and "Scene first 5 100%" in words_of(spring)
    assert '<option value="2026-27-spring" selected>Spring term 2026/27</option>' in spring
    assert "Scene first 5 70%" in words_of(owner.get("/insight?term=2026-27-autumn").text)


@pytest.mark.databases("sqlite", "postgres")
def test_a_school_has_an_address_of_its_own(
    owner: Browser, people: list[int], takes: Takes, works_at: Callable[..., None], work_out: Work
) -> None:
    works_at("Ash Primary", *people)
    works_at("Oak Primary", *(takes(f"{name} of Oak", PAPERS["Ann"]) for name in PAPERS))
    takes("Someone without a school")
    work_out()
    page = owner.get("/insight").text
    assert "first attempts of 11 people" in words_of(page)
    schools = dict(re.findall(r'<option value="(\d+)">\W*([A-Z][\w ]+)', page))
    numbers = {name: number for number, name in schools.items()}
    ash = words_of(owner.get(f"/insight?school={numbers['Ash Primary']}").text)
    assert "first attempts of 5 people" in ash and "Scene first 5 70%" in ash
    oak = words_of(owner.get(f"/insight?school={numbers['Oak Primary']}&term=2026-27-autumn").text)
    assert "Scene first 5 100%" in oak


def test_a_school_lead_sees_their_schools_alone(
    school: School, database: Database, people: list[int], works_at: Callable[..., None], work_out: Work
) -> None:
    works_at("Ash Primary", *people)
    with database.transaction() as session:
        ash, oak = (a_school(session, name=name).id for name in ("Ash Primary", "Oak Primary"))
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=(ash,))
    lead = with_address(school, database)
    work_out()
    page = lead.get("/insight")
    assert "first attempts of 5 people" in words_of(page.text) and "All schools" not in page.text
    assert "Oak Primary" not in page.text
    for path in ("/insight", "/insight.csv"):
        assert lead.get(f"{path}?school={oak}").status_code == 404
    with lead.get(f"/insight.csv?school={ash}") as taken:
        assert "Scene first" in taken.text


def test_someone_with_two_ids_has_one_first_attempt(
    owner: Browser, people: list[int], takes: Takes, works_at: Callable[..., None], work_out: Work
) -> None:
    again = takes("Ann in another course", PAPERS["Dev"], NOW + timedelta(days=1))
    works_at("Ash Primary", people[0], again, together=True)
    work_out()
    words = words_of(owner.get("/insight").text)
    assert "first attempts of 5 people" in words and "Scene first 5 70%" in words


@pytest.mark.parametrize("choice", ["term=2026-27-winter", "term=2031-32-autumn", "school=999", "school=x%00"])
def test_a_choice_that_there_is_not_is_asked_for_again(
    owner: Browser, people: list[int], work_out: Work, choice: str
) -> None:
    work_out()
    page = owner.get(f"/insight?{choice}")
    assert page.status_code == 404 and problems_of(page.text) == []
    name = choice.partition("=")[0]
    assert f"Select a {name} from the list" in page.text and "Scene first" not in page.text
    assert owner.get(f"/insight.csv?{choice}").status_code == 404


def test_training_that_the_trust_does_not_have_is_said_to_be_so(owner: Browser) -> None:
    assert_polite(owner.get("/insight?module=swimming"), 404, "No training is set")


def test_practice_is_not_looked_into(school: School, owner: Browser, version: ModuleVersion) -> None:
    practice = replace(CHECKED, module=replace(CHECKED.module, key="try-it", title="Try it", mode=Mode.PRACTICE))
    school.publish(practice)
    assert_polite(owner.get("/insight?module=try-it"), 404, "No training is set")
    assert "Try it" not in owner.get("/insight").text


def test_someone_who_leads_a_school_and_owns_the_policy_sees_all_schools(
    owner: Browser, database: Database, people: list[int], work_out: Work
) -> None:
    give_grant(database, GrantRole.SCHOOL_LEAD)
    work_out()
    page = owner.get("/insight").text
    assert "All schools" in page and "first attempts of 5 people" in words_of(page)


def test_before_the_first_time_the_page_says_so_and_offers_to_work_it_out(
    app: Flask, owner: Browser, people: list[int]
) -> None:
    page = owner.get("/insight")
    assert "There are no figures for this training yet" in page.text
    asked = owner.post("/insight?module=photos", data=token_of(page.text))
    assert asked.status_code == 303
    waiting = owner.get(asked.location.removeprefix(owner.visit))
    assert "The figures are being worked out." in waiting.text and "Update the figures" not in waiting.text
    service(InsightJobs, app).work_out_due()
    shown = owner.get(asked.location.removeprefix(owner.visit))
    assert "This page shows the latest figures" in shown.text and "first attempts of 5 people" in words_of(shown.text)


def test_figures_are_not_worked_out_again_within_ten_minutes(owner: Browser, people: list[int], work_out: Work) -> None:
    page = owner.get("/insight")
    work_out()
    asked = owner.post("/insight?module=photos", data=token_of(page.text))
    again = owner.get(asked.location.removeprefix(owner.visit)).text
    assert "worked out less than 10 minutes ago" in again and "Update the figures" not in again


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (each, 200 if each.value in {"trust-lead", "policy-owner", "trainer", "school-lead"} else 403)
        for each in GrantRole
    ],
)
def test_only_those_who_look_after_policy_training_or_a_school_see_it(
    school: School, database: Database, version: ModuleVersion, role: GrantRole, status: int
) -> None:
    give_grant(database, role)
    browser = with_address(school, database)
    assert [browser.get(path).status_code for path in ("/insight", "/insight.csv")] == [status, status]
    assert browser.get("/stories/short?module=photos").status_code == status


def test_leading_a_course_alone_opens_nothing(school: School, version: ModuleVersion) -> None:
    leader = school.visit("Jo Hill", Role.TRAINER)
    assert [leader.get(path).status_code for path in ("/insight", "/stories/short?module=photos")] == [403, 403]


def test_it_can_be_opened_from_the_menu_of_a_course_with_all_its_links(
    owner: Browser, people: list[int], work_out: Work, database: Database
) -> None:
    work_out()
    with database.transaction() as session:
        for visit in session.query(Visit):
            visit.purpose, visit.activity_id = Purpose.COURSE, None
    for path in ("/insight", "/policy?insight=photos", "/policy", "/stories/short?module=photos"):
        page = owner.get(path)
        assert (page.status_code, problems_of(page.text)) == (200, []), path
    assert "Confirm that you have read" not in owner.get("/policy").text


def test_the_same_figures_can_be_taken_along(owner: Browser, people: list[int], work_out: Work) -> None:
    work_out()
    taken = owner.get("/insight.csv?module=photos&term=2026-27-autumn")
    assert taken.status_code == 200 and taken.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(taken.data.decode("utf-8-sig"))))
    first = next(row for row in rows if row["Question or rule"] == "Scene first" and row["Kind"] == "decision")
    assert (first["People"], first["Facility index"], first["Discrimination index"]) == ("5", "70.0%", "29.0")
    assert first["Look at this"] == "popular serious breach"
    chosen = {
        row["Answer"]: row["Chosen by"] for row in rows if row["Question or rule"] == "Scene only" and row["Answer"]
    }
    assert chosen == {"I decline.": "60.0%", "I ask.": "20.0%", "I post.": "20.0%"}
    assert {row["Clause"]: row["Answers wrong"] for row in rows if row["Kind"] == "clause"}["9"] == "40.0%"
    with owner.get("/insight.xlsx?module=photos") as workbook:
        book = load_workbook(io.BytesIO(workbook.data))
    assert len(book.sheetnames) == 2 and "All terms" in str(
        [[cell.value for cell in row] for row in book.worksheets[0]]
    )


@pytest.mark.parametrize(
    ("macro", "number", "says"),
    [
        ("per_cent", 0.004, "under 1%"),
        ("per_cent", 0.0, "0%"),
        ("per_cent", 0.996, "over 99%"),
        ("per_cent", 1.0, "100%"),
        ("index", -0.4, "−0.4"),
        ("index", -25.0, "−25"),
        ("took", 0.0, "under 5 seconds"),
        ("took", 75.0, "75 seconds"),
        ("took", 150.0, "2.5 minutes"),
        ("took", 3600.0, "1 hour or more"),
    ],
)
def test_what_is_little_is_never_shown_as_nothing(app: Flask, macro: str, number: float, says: str) -> None:
    figures = app.jinja_env.get_template("insight/figures.html").module
    assert words_of(getattr(figures, macro)(number)) == says


def test_looking_at_it_and_taking_it_along_writes_nothing(
    owner: Browser, people: list[int], work_out: Work, database: Database
) -> None:
    work_out()
    with writes_of_gets(database) as written:
        for path in ("/insight", "/insight.csv", "/insight.xlsx", "/insight?term=x"):
            owner.get(path).close()
    assert written == []


def test_the_page_asks_few_questions_whatever_it_shows(
    owner: Browser, people: list[int], work_out: Work, database: Database
) -> None:
    work_out()
    owner.get("/insight")
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    assert owner.get("/insight").status_code == 200
    assert len([each for each in asked if each.startswith("SELECT")]) <= 9
