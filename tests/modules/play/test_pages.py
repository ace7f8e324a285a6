"""The pages of a module as a browser gets them, good requests and bad."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from app import create_app
from config import Settings
from core.queue.jobs import JobFailed
from core.queue.queue import Queue
from core.services import service
from db import Database
from lti.domain.roles import Role
from lti.models import Activity, Course, Membership, Visit
from lti.services.roster import note_reading
from modules.models import AnswerRow, Attempt
from tests.support.factories import NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form


def test_every_page_of_a_module_keeps_the_rules_for_pages(school: School, ada: Browser) -> None:
    attempt = ada.start()
    pages = [ada.get("/module"), ada.get(f"/attempts/{attempt}"), ada.answer(attempt, "fork", "first", None)]
    ada.answer(attempt, "fork", "first", "ask")
    pages += [ada.get(f"/attempts/{attempt}/answers/1"), ada.get("/module")]
    finished = school.visit("Ben Cole").play()
    manager = school.visit("Mo Aziz", Role.TRAINER)
    pages += [manager.get("/people"), manager.get("/people?standing=passed"), manager.get("/module")]
    pages += [manager.get("/compare"), manager.get("/compare?family=contact")]
    pages += [school.visit("Cas Reid").get(f"/attempts/{finished}/result")]
    assert [problems_of(page.text) for page in pages] == [[]] * len(pages)


def test_the_front_door_leads_staff_to_the_module_and_leaders_to_their_people(school: School, ada: Browser) -> None:
    assert problems_of(ada.get("/").text) == [] and "What to expect" in ada.get("/").text
    assert school.visit("Mo Aziz", Role.TRAINER).get("/").location.endswith("/people")


@pytest.mark.parametrize("path", ["/", "/module", "/people", "/compare", "/attempts/1", "/attempts/1/result"])
def test_without_a_visit_every_page_says_to_open_the_activity_again(app: Flask, path: str) -> None:
    assert_polite(app.test_client().get(path), 401, "Open the activity again")


def test_a_visit_that_has_ended_says_that_answers_are_kept(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        session.scalars(select(Visit)).one().expires_at = NOW.replace(year=2020)
    assert_polite(ada.get("/module"), 401, "All your earlier answers are saved")


def test_a_form_without_its_token_changes_nothing(school: School, ada: Browser) -> None:
    assert_polite(ada.post("/attempts"), 400, "The page that it was sent from is out of date or incomplete")
    assert school.count(Attempt) == 0


def test_a_token_of_someone_elses_form_changes_nothing(school: School, ada: Browser) -> None:
    theirs = Form(school.visit("Ben Cole").get("/module").text).fields
    assert ada.post("/attempts", data=theirs).status_code == 400
    assert school.count(Attempt) == 0


@pytest.mark.parametrize("path", ["", "/answers/1", "/result"])
def test_someone_elses_attempt_is_not_found(school: School, ada: Browser, path: str) -> None:
    attempt = ada.play()
    assert_polite(school.visit("Ben Cole").get(f"/attempts/{attempt}{path}"), 404, "We cannot find that attempt")


def test_an_answer_to_someone_elses_attempt_is_not_counted(school: School, ada: Browser) -> None:
    attempt = ada.start()
    answer = school.visit("Ben Cole").answer(attempt, "fork", "first", "decline")
    assert_polite(answer, 404, "We cannot find that attempt")
    assert school.count(AnswerRow) == 0


def test_a_form_sent_twice_leads_to_the_same_page_and_counts_once(school: School, ada: Browser) -> None:
    attempt = ada.start()
    sent = [ada.answer(attempt, "fork", "first", "decline") for _ in range(2)]
    assert [answer.location for answer in sent] == [f"{ada.visit}/attempts/{attempt}/answers/1"] * 2
    assert school.count(AnswerRow) == 1


@pytest.mark.parametrize(
    ("scenario", "scene", "choice", "status", "words"),
    [
        ("fork", "first", "post", 409, "You have answered that already"),
        ("short", "only", "decline", 409, "You are further on than that page"),
        ("", "", "decline", 409, "You are further on than that page"),
        ("fork", "second", "x" * 500, 400, "not one of the choices"),
        ("fork", "first", None, 409, "You are further on than that page"),
    ],
    ids=["a second thought", "out of order", "no scene", "no such choice", "nothing chosen on an old page"],
)
def test_an_answer_that_does_not_fit_is_refused_politely(
    school: School, ada: Browser, scenario: str, scene: str, choice: str | None, status: int, words: str
) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    assert_polite(ada.answer(attempt, scenario, scene, choice), status, words)
    assert school.count(AnswerRow) == 1


def test_nothing_chosen_gets_the_question_again_with_the_error_linked(ada: Browser) -> None:
    attempt = ada.start()
    again = ada.answer(attempt, "fork", "first", None)
    assert again.status_code == 422
    assert 'href="#choice"' in again.text and 'id="choice"' in again.text
    assert "<title>Error: " in again.text


def test_an_earlier_answer_can_be_looked_at_and_says_that_it_counts(ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    ada.answer(attempt, "fork", "second", "decline")
    assert "It counts, and you cannot change it" in ada.get(f"/attempts/{attempt}/answers/1").text
    assert "It counts, and you cannot change it" not in ada.get(f"/attempts/{attempt}/answers/2").text


def test_an_answer_that_was_never_given_cannot_be_looked_at(ada: Browser) -> None:
    attempt = ada.start()
    assert_polite(ada.get(f"/attempts/{attempt}/answers/1"), 404, "You have not answered that many questions")


def test_a_finished_attempt_leads_to_its_result_and_an_open_one_to_its_scene(ada: Browser) -> None:
    attempt = ada.start()
    assert ada.get(f"/attempts/{attempt}/result").location == f"{ada.visit}/attempts/{attempt}"
    finished = ada.play()
    assert ada.get(f"/attempts/{finished}").location == f"{ada.visit}/attempts/{finished}/result"


def test_the_result_shows_each_choice_its_rating_why_and_the_clause(ada: Browser) -> None:
    text = ada.get(f"/attempts/{ada.play()}/result").text
    assert text.count("I decline.") >= 3 and "Best choice" in text
    assert "Your policy asks you to do this" in text
    assert "Oak Tree Trust, Social media policy (version 1), 1" in text


def test_an_activity_that_names_no_module_says_who_to_tell(school: School, ada: Browser, database: Database) -> None:
    with database.transaction() as session:
        session.get_one(Activity, school.activity.id).module = None
    assert_polite(ada.get("/module"), 404, "No training is set for this activity yet")


def test_staff_cannot_see_the_managers_page_nor_send_its_forms(ada: Browser) -> None:
    token = Form(ada.get("/module").text).fields
    assert_polite(ada.get("/people"), 403, "This page is not for you")
    for path in ("/people/send-again", "/people/read-again"):
        assert_polite(ada.post(path, data=token), 403, "This page is not for you")


def test_an_attempt_number_beyond_all_numbers_is_no_page(ada: Browser) -> None:
    assert_polite(ada.get("/attempts/99999999999999999999"), 404, "Page not found")


def test_a_platform_is_not_registered_for_a_trust_that_we_do_not_know(app: Flask) -> None:
    options = ("name", "issuer", "client-id", "auth-login-url", "token-url", "jwks-url")
    words = [part for option in options for part in (f"--{option}", "https://lms.example")]
    answer = app.test_cli_runner().invoke(args=["lti", "add-platform", "--trust", "invictsu", *words])
    assert answer.exit_code == 2
    assert "there is no trust invictsu; did you mean invictus? Choose one of agora, chancery" in answer.output


def test_a_page_that_does_not_exist_says_where_to_go(ada: Browser) -> None:
    assert_polite(ada.get("/nowhere"), 404, "Page not found")


def test_a_body_that_is_too_large_is_refused(ada: Browser) -> None:
    attempt = ada.start()
    answer = ada.post(f"/attempts/{attempt}/answers", data={"choice": "x" * 2_000_000})
    assert_polite(answer, 413, "That was too much")


def test_a_name_in_markup_stays_a_name(school: School) -> None:
    manager = school.visit("Mo Aziz", Role.TRAINER)
    school.visit("<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in manager.get("/people").text


def test_a_fault_of_ours_gets_a_page_with_a_reference(
    app: Flask, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "home.module", lambda: 1 // 0)
    answer = ada.get("/module")
    assert_polite(answer, 500, "Something went wrong on our side")
    assert "give this reference" in answer.text


def test_pages_may_be_framed_by_the_registered_lms_alone_and_are_not_kept(ada: Browser) -> None:
    headers = ada.get("/module").headers
    assert "frame-ancestors 'self' https://lms.example" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_answer_takes_the_same_number_of_queries_early_and_late(database: Database, ada: Browser) -> None:
    attempt, numbers = ada.start(), []
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    for scene in ("first", "second"):
        queries.clear()
        ada.answer(attempt, "fork", scene, "decline")
        ada.get(f"/attempts/{attempt}")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_before_the_tables_are_there_the_process_is_up_and_not_ready(settings: Settings, empty_database: str) -> None:
    app = create_app(replace(settings, database_url=empty_database))
    client = app.test_client()
    assert client.get("/health").status_code == 200
    answer = client.get("/ready")
    assert (answer.status_code, answer.json["migrations"]) == (503, "not ready")
    app.extensions["database"].engine.dispose()


def test_health_tells_of_the_process_and_readiness_of_its_parts(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/health").json == {"status": "ok"}
    before = client.get("/ready")
    parts = dict.fromkeys(("database", "migrations", "writing", "training"), "ok")
    assert (before.status_code, before.json) == (503, parts | {"worker": "not ready", "failing_jobs": 0})
    service(Queue, app).beat()
    assert client.get("/ready").status_code == 200


def test_a_failing_job_is_counted_and_we_are_ready_nevertheless(app: Flask) -> None:
    queue = service(Queue, app)
    queue.beat()
    with queue.noting("read_roster", 7):
        raise JobFailed("The LMS did not answer.")
    answer = app.test_client().get("/ready")
    assert (answer.status_code, answer.json["failing_jobs"]) == (200, 1)


def test_a_list_of_people_that_could_not_be_read_is_told_of(school: School, database: Database) -> None:
    with database.transaction() as session:
        course = session.get_one(Course, school.activity.course_id)
        course.roster_url, course.roster_trouble = "https://lms.example/members", "The LMS did not answer."
        course.roster_asked_at = datetime.now(UTC)
    page = school.visit("Mo Aziz", Role.TRAINER).get("/people").text
    assert "could not be read from the LMS yet" in page
    assert "The last attempt to read it failed.</strong> The LMS did not answer." in page


def test_a_course_without_learners_does_not_claim_that_no_one_came(school: School, database: Database) -> None:
    school.visit()
    with database.transaction() as session:
        session.scalars(select(Membership)).one().left_at = datetime.now(UTC)
    page = " ".join(school.visit("Mo Aziz", Role.TRAINER).get("/people").text.split())
    assert "There are no learners to show. People appear here once they open the training as a learner." in page
    assert "No one has opened" not in page


@pytest.fixture
def with_list(school: School, database: Database) -> School:
    """Give a course whose LMS has a list of its people."""
    with database.transaction() as session:
        session.get_one(Course, school.activity.course_id).roster_url = "https://lms.example/members"
    return school


def test_asking_for_the_list_again_says_what_happens_next(with_list: School) -> None:
    manager = with_list.visit("Mo Aziz", Role.TRAINER)
    asked = manager.post("/people/read-again", Form(manager.get("/module").text).fields)
    assert asked.location.endswith("/people?asked=yes")
    assert "We have asked your course for the list" in manager.get(asked.location.removeprefix(manager.visit)).text


def test_a_list_that_has_arrived_since_it_was_asked_for_is_not_said_to_be_on_its_way(
    with_list: School, database: Database
) -> None:
    manager = with_list.visit("Mo Aziz", Role.TRAINER)
    fields = Form(manager.get("/module").text).fields
    manager.post("/people/read-again", fields)
    with database.transaction() as session:
        note_reading(session, with_list.activity.course_id, 0, datetime.now(UTC))
    first, again = manager.get("/people?asked=yes").text, manager.get("/people?asked=before").text
    for page in (first, again):
        assert "The list has arrived, and this page shows it." in page and "on its way" not in page
        assert "We have asked your course" not in page and problems_of(page) == []
    assert "We did not ask for it again so soon" in " ".join(again.split()) and "so soon" not in first


def test_however_often_the_button_is_pressed_the_list_is_asked_for_once_a_minute(app: Flask, with_list: School) -> None:
    huey = service(Queue, app).huey
    manager = with_list.visit("Mo Aziz", Role.TRAINER)
    fields = Form(manager.get("/module").text).fields
    for _ in range(20):
        asked = manager.post("/people/read-again", fields)
    assert [task.name for task in huey.pending()].count("read_roster") == 1
    assert "less than a minute ago" in manager.get(asked.location.removeprefix(manager.visit)).text
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=61)):
        assert manager.post("/people/read-again", fields).location.endswith("/people?asked=yes")
    assert [task.name for task in huey.pending()].count("read_roster") == 2
