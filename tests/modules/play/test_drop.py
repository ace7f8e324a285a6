"""An attempt that no one meant can be dropped: nothing of it counts, answers stay on record, serious breaches stay."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from db import Database
from lti.domain.roles import Role
from lti.models import Delivery
from modules.domain.content import Mode
from modules.models import AnswerRow, Attempt, ResultRow
from tests.support.factories import CONTENT, NOW
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form
from tests.support.way_on import button_of, leads_on


def drop(browser: Browser, attempt: int) -> str:
    """Drop an attempt as a person does: from the module's page by the page that asks; return the page afterwards."""
    home = browser.get("/module").text
    assert f'href="{browser.visit}/attempts/{attempt}/drop"' in home
    asked = browser.get(f"/attempts/{attempt}/drop").text
    assert "Drop this attempt?" in asked and problems_of(asked) == []
    sent = browser.post(f"/attempts/{attempt}/drop", Form(asked).fields)
    assert sent.status_code == 303
    after = browser.client.get(sent.location).text
    assert "You have dropped the attempt" in after and problems_of(after) == []
    return after


def send(browser: Browser, attempt: int) -> TestResponse:
    return browser.post(f"/attempts/{attempt}/drop", Form(browser.get("/module").text).fields)


def standing(school: School) -> str:
    """Return the managers' list, as text."""
    return school.visit("Mo Aziz", Role.TRAINER).get("/people").text


@pytest.mark.parametrize("answers", [(), ("decline",), ("post",)], ids=["no answers", "one answer", "a breach"])
def test_a_dropped_attempt_leaves_everything_as_it_was_before_it(
    school: School, ada: Browser, answers: tuple[str, ...]
) -> None:
    attempt = ada.start()
    for choice in answers:
        ada.answer(attempt, "fork", "first", choice)
    after = drop(ada, attempt)
    assert ">Start<" in after and "Continue where you left off" not in after
    assert [school.count(table) for table in (ResultRow, Delivery)] == [0, 0]
    assert school.count(AnswerRow) == len(answers)
    again = ada.start()
    assert again != attempt and "Question 1 of about 3" in ada.get(f"/attempts/{again}").text


def test_managers_do_not_see_a_dropped_attempt_as_in_progress(school: School, ada: Browser) -> None:
    drop(ada, ada.start())
    row = standing(school).partition("Ada Okafor")[2].partition("</tr>")[0]
    assert "Not started" in row and "In progress" not in row


def test_a_pass_and_its_grade_stay_when_a_later_attempt_is_dropped(school: School, ada: Browser) -> None:
    ada.play()
    later = ada.start()
    ada.answer(later, "fork", "first", "post")
    assert "You have passed" in drop(ada, later)
    assert [school.count(table) for table in (ResultRow, Delivery)] == [1, 1]


def test_a_serious_breach_that_fails_the_attempt_cannot_be_dropped(school: School, ada: Browser) -> None:
    school.publish(replace(CONTENT, module=replace(CONTENT.module, critical=("fork/first",))))
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "post")
    assert "drop this attempt" not in ada.get("/module").text
    for refused in (ada.get(f"/attempts/{attempt}/drop"), send(ada, attempt)):
        assert_polite(refused, 409, "This attempt has to be finished")
        assert leads_on(ada, refused) == ("Continue where you left off", "Scene only")
    ada.answer(attempt, "short", "only", "decline")
    assert school.count(ResultRow) == 1


def test_a_finished_attempt_cannot_be_dropped(school: School, ada: Browser) -> None:
    attempt = ada.play()
    assert_polite(ada.get(f"/attempts/{attempt}/drop"), 409, "This attempt is finished")
    assert_polite(send(ada, attempt), 409, "This attempt is finished")
    assert school.count(ResultRow) == 1


def test_only_its_owner_can_drop_an_attempt(school: School, ada: Browser, database: Database) -> None:
    attempt, ben = ada.start(), school.visit("Ben Cole")
    assert_polite(ben.get(f"/attempts/{attempt}/drop"), 404, "We cannot find that attempt")
    assert_polite(send(ben, attempt), 404, "We cannot find that attempt")
    with database.reading() as session:
        assert session.get_one(Attempt, attempt).is_open


def test_a_page_left_open_in_another_tab_is_told_that_the_attempt_was_dropped(ada: Browser, school: School) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "ask")
    drop(ada, attempt)
    for late in (
        ada.get(f"/attempts/{attempt}"),
        ada.answer(attempt, "fork", "second", "decline"),
        ada.answer(attempt, "fork", "second", None),
    ):
        assert_polite(late, 409, "You have dropped this attempt")
        assert button_of(late) == ("Back to the module", f"{ada.visit}/module")
    assert ada.get(f"/attempts/{attempt}/result").location == f"{ada.visit}/attempts/{attempt}"
    seen = ada.get(f"/attempts/{attempt}/answers/1").text
    assert "You dropped this attempt on" in seen and "Back to the module" in seen and problems_of(seen) == []
    assert school.count(AnswerRow) == 1


def test_dropping_twice_is_dropping_once(ada: Browser, database: Database) -> None:
    attempt = ada.start()
    form = Form(ada.get(f"/attempts/{attempt}/drop").text).fields
    for _ in range(2):
        assert ada.post(f"/attempts/{attempt}/drop", form).status_code == 303
    assert ada.get(f"/attempts/{attempt}/drop").location == f"{ada.visit}/module"
    with database.reading() as session:
        assert session.get_one(Attempt, attempt).dropped_at


def test_the_database_itself_leaves_room_for_one_open_attempt_beside_dropped_ones(
    ada: Browser, database: Database
) -> None:
    for _ in range(2):
        drop(ada, ada.start())
    ada.start()
    with database.reading() as session:
        whole = session.scalars(select(Attempt).where(Attempt.dropped_at.is_(None))).one()
        columns = {"person_id": whole.person_id, "activity_id": whole.activity_id, "version_id": whole.version_id}
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Attempt(**columns, module=whole.module, started_at=NOW))


def test_practice_can_be_dropped_whatever_was_chosen_in_it(school: School) -> None:
    school.publish(replace(CONTENT, module=replace(CONTENT.module, mode=Mode.PRACTICE, critical=("fork/first",))))
    ada = school.visit()
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "post")
    assert "Start practising" in drop(ada, attempt)
    taken_back = ada.post(f"/attempts/{attempt}/answers/1/take-back", Form(ada.get("/module").text).fields)
    assert_polite(taken_back, 409, "You have dropped this attempt")
    assert school.count(AnswerRow) == 1
