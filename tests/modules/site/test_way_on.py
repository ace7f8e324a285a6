"""Every page that says what went wrong has a way on: a button to where the person was, or words if we know no place."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from config import Settings
from db import Database
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.models import Activity, Visit
from tests.support.factories import NOW
from tests.support.school import Browser, School
from tests.support.visitor import Form
from tests.support.way_on import button_of, buttons_of, leads_on

COURSE = "https://lms.example/course/7"


def token(browser: Browser) -> dict[str, str]:
    return Form(browser.get("/module").text).fields


Ask = Callable[[Browser], TestResponse]


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda ada: ada.get("/nowhere"), 404),
        (lambda ada: ada.get("/people"), 403),
        (lambda ada: ada.get("/attempts"), 405),
        (lambda ada: ada.post("/attempts", {"csrf_token": "x" * 2_000_000}), 413),
        (lambda ada: ada.post("/attempts", {}), 400),
        (lambda ada: ada.get("/attempts/99"), 404),
        (lambda ada: ada.get("/attempts/99/result"), 404),
        (lambda ada: ada.get("/stories/nowhere"), 404),
        (lambda ada: ada.post("/module/certificate-from-elsewhere", token(ada)), 409),
    ],
    ids=[
        "no page",
        "not for them",
        "wrong method",
        "too large",
        "no token",
        "no attempt",
        "no result",
        "no story",
        "none",
    ],
)
def test_people_who_take_the_training_get_back_to_it(school: School, ask: Ask, status: int) -> None:
    ada = school.visit()
    refused = ask(ada)
    assert refused.status_code == status
    assert leads_on(ada, refused) == ("Back to the module", "Photos")


def advice_on(page: TestResponse) -> str:
    return " ".join(page.text.partition("What to do next</h2>")[2].partition("</div>")[0].split())


@pytest.mark.parametrize(
    ("ask", "advice"),
    [
        (lambda ada: ada.get("/attempts/99"), "Go back to the module. Your attempts are listed there."),
        (lambda ada: ada.get("/attempts/99/answers/1"), "Go back to the module. Your attempts are listed there."),
        (lambda ada: ada.get("/stories/nowhere"), "Go back to the module. All its stories are listed there."),
        (lambda ada: ada.get("/nowhere"), "Use the button to go back to where you were."),
        (lambda ada: ada.post("/attempts", {}), "Use the button to go back to where you were."),
    ],
    ids=["no attempt", "no attempt's answer", "no story", "no page", "no token"],
)
@pytest.mark.parametrize("role", [Role.STAFF, Role.TRAINER])
def test_the_words_send_people_where_the_button_leads(school: School, ask: Ask, advice: str, role: Role) -> None:
    someone = school.visit(role=role)
    refused = ask(someone)
    assert advice in advice_on(refused) and "course" not in advice_on(refused)
    named = "module" in advice or role is Role.STAFF
    assert leads_on(someone, refused)[0] == ("Back to the module" if named else "Back to the list of people")


def test_training_that_is_not_on_the_list_leads_back_to_the_list(school: School, database: Database) -> None:
    leader = school.visit("Mo Aziz", Role.TRAINER)
    with database.transaction() as session:
        session.get_one(Activity, school.activity.id).module = None
    fields = Form(leader.get("/activity/training").text).fields | {"module": "nowhere"}
    refused = leader.post("/activity/training", fields)
    assert leads_on(leader, refused) == ("Back to the list", "Choose the training for this activity")


def test_a_decision_that_was_never_made_leads_to_the_scene_or_from_a_dropped_attempt_to_the_module(
    ada: Browser,
) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    for number in (0, 2, 9):
        refused = ada.get(f"/attempts/{attempt}/answers/{number}")
        assert refused.status_code == 404 and "You have not answered that many questions" in refused.text
        assert leads_on(ada, refused) == ("Continue where you left off", "Scene second")
    ada.post(f"/attempts/{attempt}/drop", token(ada))
    for path in ("/answers/9", "", "/answers/0"):
        refused = ada.get(f"/attempts/{attempt}{path}")
        assert refused.status_code == 409 and "You have dropped this attempt" in refused.text
        assert leads_on(ada, refused) == ("Back to the module", "Photos")


def test_a_certificate_that_is_not_found_leads_to_those_that_there_are(ada: Browser) -> None:
    assert leads_on(ada, ada.get("/certificates/ABCD-EFGH-JKMN-PQRS.pdf")) == ("Your certificates", "Your certificates")


def test_an_answer_that_is_not_taken_leads_to_the_scene_where_the_person_is(ada: Browser) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    for refused in (
        ada.answer(attempt, "fork", "first", "ask"),
        ada.answer(attempt, "short", "only", "decline"),
        ada.answer(attempt, "fork", "second", "dance"),
        ada.get(f"/attempts/{attempt}/answers/7"),
        ada.post(f"/attempts/{attempt}/answers", {"choice": "decline"}),
        ada.post(f"/attempts/{attempt}/answers/1/take-back", token(ada)),
    ):
        assert leads_on(ada, refused) == ("Continue where you left off", "Scene second")


def test_a_fault_of_ours_is_tried_again_where_it_was_or_where_the_form_came_from(
    app: Flask, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = ada.start()
    monkeypatch.setitem(app.view_functions, "policy.document", lambda **_: 1 // 0)
    monkeypatch.setitem(app.view_functions, "play.answer", lambda **_: 1 // 0)
    assert button_of(ada.get("/policy?q=photos")) == ("Try again", f"{ada.visit}/policy?q=photos")
    assert leads_on(ada, ada.answer(attempt, "fork", "first", "decline")) == (
        "Continue where you left off",
        "Scene first",
    )


def test_people_who_lead_the_course_get_back_to_its_people(school: School) -> None:
    leader = school.visit("Mo Aziz", Role.TRAINER)
    for path in ("/nowhere", "/people/99999/grade"):
        assert leads_on(leader, leader.get(path))[0] == "Back to the list of people"


@pytest.mark.parametrize(
    ("purpose", "words"),
    [(Purpose.COURSE, "Back to the training in your course"), (Purpose.REVIEW, "Back to the answers")],
)
def test_in_other_visits_the_button_leads_to_what_the_visit_is_for(
    school: School, purpose: Purpose, words: str
) -> None:
    leader = school.visit("Mo Aziz", Role.TRAINER, purpose=purpose)
    assert leads_on(leader, leader.get("/nowhere"))[0] == words
    assert leads_on(leader, leader.get("/module"))[0] == words


def test_an_activity_without_a_module_leads_back_to_the_course(school: School, database: Database) -> None:
    ada = school.visit(return_url=COURSE)
    with database.transaction() as session:
        session.get_one(Activity, school.activity.id).module = None
    assert button_of(ada.get("/module")) == ("Back to your course", COURSE)


def test_an_ended_visit_leads_back_to_the_course_that_it_came_from(school: School, database: Database) -> None:
    ada = school.visit(return_url=COURSE)
    attempt, fields = ada.start(), token(ada)
    with database.transaction() as session:
        for visit in session.scalars(select(Visit)):
            visit.expires_at = NOW.replace(year=2020)
    for refused in (ada.get("/module"), ada.post(f"/attempts/{attempt}/answers", fields)):
        assert button_of(refused) == ("Back to your course", COURSE)


def test_where_no_place_is_known_there_are_words_and_no_button(app: Flask) -> None:
    stranger = app.test_client()
    for path in ("/", "/module", "/nowhere", "/attempts/1/result", "/visits/0123456789abcdef/module"):
        page = stranger.get(path)
        assert buttons_of(page) == []
        assert "Go back to your course and open the activity again." in page.text


def test_too_many_checks_can_be_tried_again(app: Flask, settings: Settings) -> None:
    stranger = app.test_client()
    pages = [stranger.get("/verify/ABCD-EFGH-JKMN-PQRS") for _ in range(settings.checks_per_minute + 1)]
    assert pages[-1].status_code == 429
    assert button_of(pages[-1]) == ("Try again", "/verify/ABCD-EFGH-JKMN-PQRS")
