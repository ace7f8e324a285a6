"""Training is added to a course of the practice LMS, which believes our answer or says why not, and then copied."""

import pytest
import requests

from tests.support.servers import Running
from tests.support.visitor import Form, Visitor

MOODS = pytest.mark.parametrize("mood", ["moodle", "canvas"])
TRAINER = "3"


@pytest.fixture
def trainer(practice: Running, tool: Running) -> Visitor:
    return Visitor(practice.url, tool.url, person=TRAINER)


def in_mood(visitor: Visitor, mood: str) -> None:
    visitor.http.post(f"{visitor.practice_url}/mood", data={"mood": mood}, timeout=10)


def answers(visitor: Visitor, path: str = "/choosing/add", **chosen: object) -> requests.Response:
    """Open the dialog, choose, and let the LMS have the answer; what it makes of it."""
    page = visitor.enter(f"/courses/{visitor.course}/launch-deep-linking")
    sent = {"csrf_token": Form(page.text).fields["csrf_token"], **chosen}
    return visitor.submit(visitor.http.post(visitor.tool_url + visitor.visit + path, data=sent, timeout=10))


def activities(visitor: Visitor, course: str = "invictus") -> list[dict]:
    found = visitor.http.get(f"{visitor.practice_url}/courses/{course}/activities.json", timeout=10)
    return found.json()["activities"]


@MOODS
def test_the_lms_makes_what_was_chosen_with_its_columns(trainer: Visitor, mood: str) -> None:
    in_mood(trainer, mood)
    before = len(activities(trainer))
    taken = answers(trainer, module=["essentials", "leading"], has_column="y", marks_completion="y")
    assert taken.status_code == 200, taken.text
    essentials, leading = activities(trainer)[before:]
    assert (leading["title"], essentials["title"]) == ("Leading and approving", "Social media essentials for all staff")
    assert leading["custom"]["module"] == "leading" and leading["custom"]["completion"] == "yes"
    [column] = leading["line_items"]
    assert (column["score_maximum"], column["resource_id"], column["tag"]) == (100, "leading", "score")


@MOODS
def test_the_lms_takes_an_empty_answer(trainer: Visitor, mood: str) -> None:
    in_mood(trainer, mood)
    before = activities(trainer)
    taken = answers(trainer, "/choosing/cancel")
    assert taken.status_code == 200 and "Nothing was added" in taken.text
    assert activities(trainer) == before


def test_without_a_column_the_activity_is_not_graded(trainer: Visitor) -> None:
    answers(trainer, module="leading")
    assert activities(trainer)[-1]["line_items"] == []


def test_canvas_gets_the_due_date(trainer: Visitor) -> None:
    in_mood(trainer, "canvas")
    answers(trainer, module="leading", due_day="31", due_month="1", due_year="2099")
    added = activities(trainer)[-1]
    assert added["submission"]["endDateTime"] == "2099-01-31T23:59:59Z"
    assert added["available"]["endDateTime"] is None


@MOODS
def test_in_a_copy_of_the_course_the_activity_finds_its_module_again(trainer: Visitor, mood: str) -> None:
    in_mood(trainer, mood)
    answers(trainer, module="leading", has_column="y")
    copied = trainer.http.post(f"{trainer.practice_url}/courses/invictus/copy", timeout=10)
    copy = copied.url.rpartition("/")[2]
    activity = activities(trainer, copy)[-1]
    assert activity["id"] != activities(trainer)[-1]["id"]

    staff = Visitor(trainer.practice_url, trainer.tool_url, course=copy)
    page = staff.launch(activity["id"])
    assert '<h1 class="govuk-heading-l">Leading and approving</h1>' in page.text
