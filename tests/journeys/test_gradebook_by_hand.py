"""What trainers do in their LMS by hand, and what people then read here: marks, resets, copies, a student's role."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import requests
from playwright.sync_api import expect
from sqlalchemy import update

import db
from lti.models import Activity, Delivery
from practice.courses.people import PEOPLE
from tests.journeys.conftest import Plays, Visit, activity_for
from tests.support.servers import Running
from tests.support.visitor import Visitor

STAFF = sum(person.is_graded for person in PEOPLE)
ACTIVITY = activity_for("invictus", "essentials")
COLUMN = "201"
ESSENTIALS = "Social media essentials for all staff"


def as_trainer(practice: Running, path: str, **form: str) -> requests.Response:
    """Let a trainer press a button of the LMS; the page that follows."""
    trainer = Visitor(practice.url, practice.tool_url, person="3")
    return trainer.http.post(f"{practice.url}/courses/invictus{path}", data=form, timeout=10)


def percent(practice: Running, course: str = "invictus", person: str = "5") -> float | None:
    """Return what the gradebook holds for somebody in the first activity."""
    grades = requests.get(f"{practice.url}/courses/{course}/gradebook.json", timeout=10).json()["grades"]
    return next(grade["percent"] for grade in grades if grade["person"] == person)


def an_hour_passes(tool: Running) -> None:
    """Let all looks at the gradebook have been made more than an hour ago."""
    before = datetime.now(UTC) - timedelta(hours=2)
    with db.database(tool.app).transaction() as session:
        for table in (Delivery, Activity):
            session.execute(update(table).values(compared_at=before))


def wait_for(happens: Callable[[], bool]) -> None:
    """Look again and again until something has happened behind the pages."""
    for _ in range(100):
        if happens():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen")


def opens_until(visit: Visit, person: str, words: str, activity: str = ACTIVITY, course: str = "invictus") -> None:
    """Let somebody open the activity again and again, until the page says this."""
    visit.page.request.post(f"{visit.practice_url}/courses/{course}/person", form={"person": person})

    def again() -> None:
        visit.page.goto(f"{visit.practice_url}/courses/{course}/activities/{activity}")
        whole_window = visit.page.get_by_role("link", name="Open the activity")
        if whole_window.is_visible():
            whole_window.click()
        visit.heading()

    visit.look_again_until(words, again)


def test_a_mark_that_a_trainer_set_by_hand_is_shown_beside_the_result(
    somebody_plays: Plays, new_visit: Callable[..., Visit], practice: Running
) -> None:
    as_trainer(practice, f"/gradebook/{COLUMN}/5/mark", percent="60").raise_for_status()
    somebody_plays()
    staff = new_visit()
    opens_until(staff, "5", "Your course shows 60%. Your result here is 100%")
    staff.look("home-other-mark")
    opens_until(staff, "4", "The LMS shows a different mark: 60%.")
    staff.look("people-other-mark")
    staff.press(staff.tool.get_by_role("link", name="grade for Zoë Fairweather"), "Enter")
    staff.heading(f"{ESSENTIALS} Grade for Zoë Fairweather")
    staff.look("grade-other-mark")
    assert percent(practice) == 60


def test_after_a_course_reset_a_grade_is_there_again_once_its_owner_has_opened_the_activity(
    somebody_plays: Plays, new_visit: Callable[..., Visit], practice: Running, tool: Running
) -> None:
    somebody_plays()
    staff = new_visit()
    opens_until(staff, "5", "Your course has your grade of 100%.")
    staff.in_gradebook(staff.page.get_by_text("100.00 %"))
    an_hour_passes(tool)
    opens_until(staff, "5", "Your course has your grade of 100%.")
    as_trainer(practice, "/reset").raise_for_status()
    assert percent(practice) is None
    an_hour_passes(tool)
    opens_until(staff, "5", "You have passed")
    staff.in_gradebook(staff.page.get_by_text("100.00 %"))


def test_in_a_copied_course_a_pass_counts_and_people_read_that_it_was_carried_over(
    somebody_plays: Plays, new_visit: Callable[..., Visit], practice: Running
) -> None:
    somebody_plays()
    copied = as_trainer(practice, "/copy").url.rpartition("/")[2]
    activities = requests.get(f"{practice.url}/courses/{copied}/activities.json", timeout=10).json()["activities"]
    activity = next(each["id"] for each in activities if each["custom"]["module"] == "essentials")
    visit = new_visit()
    opens_until(visit, "4", "Passed before. The grade is sent when they open this activity.", activity, copied)
    visit.look("people-passed-before")
    visit.press(visit.tool.get_by_role("button", name="Send their grades now"), "Enter")
    expect(visit.tool.get_by_text("One grade is on its way to this activity.")).to_be_visible()
    visit.look("people-carried-over")
    opens_until(visit, "5", "This grade comes from an attempt that you made in another activity", activity, copied)
    visit.look("home-carried-over")


def test_a_trainer_who_tries_it_in_a_students_role_is_told_kindly_and_alarms_no_one(
    practice: Running, tool: Running, new_visit: Callable[..., Visit]
) -> None:
    trainer = Visitor(practice.url, tool.url, person="3")
    trainer.play(trainer.submit(trainer.enter(f"/launch/{ACTIVITY}?role=student")))
    wait_for(lambda: "so your results stay" in trainer.get("/module").text)
    assert "does not list you" not in trainer.get("/module").text
    manager = new_visit()
    opens_until(manager, "4", f"{STAFF} Not started")
    expect(manager.tool.get_by_text("your attention")).to_have_count(0)
