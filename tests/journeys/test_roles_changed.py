"""A trainer who becomes a learner, and a learner who becomes a trainer, between two readings of the list, over HTTP."""

import pytest
import requests
from sqlalchemy import select

import db
from core.services import service
from lti.models import Course
from lti.services.roster_jobs import RosterJobs
from tests.journeys.test_account_made_again import NAME, look_until, switch_on
from tests.support.servers import Running
from tests.support.visitor import Visitor

PRIYA, MARTIN, DEAN = "3", "4", "6"


class Course11:
    """A course at the practice LMS that its trainer and a learner have opened, and whose manager looks at its list."""

    def __init__(self, practice: Running, tool: Running, mood: str) -> None:
        self.practice, self.tool = practice, tool
        requests.post(f"{practice.url}/mood", data={"mood": mood}, timeout=10).raise_for_status()
        self.priya, self.dean = self.opens(PRIYA), self.opens(DEAN)
        self.martin = self.opens(MARTIN)
        look_until(lambda: "Carys Vaughan" in self.listed())

    def opens(self, person: str) -> Visitor:
        visitor = Visitor(self.practice.url, self.tool.url, person=person)
        visitor.launch()
        return visitor

    def page(self) -> str:
        return " ".join(self.martin.get("/people").text.split())

    def listed(self) -> list[str]:
        return NAME.findall(self.page())

    def read_again(self) -> None:
        """Have the list read again, as its button does once a minute."""
        with db.database(self.tool.app).reading() as session:
            course_id = session.scalars(select(Course.id)).one()
        service(RosterJobs, self.tool.app).read(course_id)


@pytest.fixture
def canvas(practice: Running, tool: Running) -> Course11:
    return Course11(practice, tool, "canvas")


@pytest.fixture
def moodle(practice: Running, tool: Running) -> Course11:
    return Course11(practice, tool, "moodle")


def test_in_canvas_the_list_tells_who_has_to_be_trained_now_and_who_leads(canvas: Course11) -> None:
    assert "Priya Raman" not in canvas.listed() and "Dean Hargreaves" in canvas.listed()
    assert canvas.priya.get("/people").status_code == 200

    switch_on(canvas.practice, "roles-changed")
    canvas.read_again()
    look_until(lambda: "Priya Raman" in canvas.listed())
    assert "Dean Hargreaves" not in canvas.listed()
    assert "not clear" not in canvas.page()
    assert canvas.priya.get("/people").status_code == 403
    assert canvas.opens(DEAN).get("/people").status_code == 200

    switch_on(canvas.practice, "none")
    canvas.read_again()
    look_until(lambda: "Priya Raman" not in canvas.listed())
    assert "Dean Hargreaves" in canvas.listed()
    assert canvas.priya.get("/people").status_code == 200


def test_in_moodle_whose_list_may_call_a_teacher_a_learner_the_difference_is_shown(moodle: Course11) -> None:
    said = "Priya Raman</bdi>: a learner in the list, opened the training as a teacher, so not counted above"
    assert said not in moodle.page()

    switch_on(moodle.practice, "roles-changed")
    moodle.read_again()
    look_until(lambda: said in moodle.page())
    assert "Priya Raman" not in moodle.listed() and "Dean Hargreaves" not in moodle.listed()

    now = moodle.opens(PRIYA)
    assert now.get("/people").status_code == 403
    assert "Priya Raman" in moodle.listed() and said not in moodle.page()
    assert moodle.priya.get("/people").status_code == 403

    switch_on(moodle.practice, "none")
    moodle.read_again()
    look_until(lambda: "Priya Raman" not in moodle.listed())
    assert moodle.opens(PRIYA).get("/people").status_code == 200


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_a_former_trainer_passes_and_has_a_grade(practice: Running, tool: Running, mood: str) -> None:
    course = Course11(practice, tool, mood)
    switch_on(practice, "roles-changed")
    course.read_again()
    look_until(lambda: "Dean Hargreaves" not in course.listed())
    priya = Visitor(practice.url, tool.url, person=PRIYA)
    priya.play(priya.submit(priya.launch()))
    grades = f"{practice.url}/courses/invictus/gradebook.json"

    def has_arrived() -> bool:
        held = requests.get(grades, timeout=10).json()["grades"]
        return any(grade["person"] == PRIYA and grade["writes"] for grade in held)

    look_until(has_arrived)
    assert course.priya.get("/people").status_code == 403
