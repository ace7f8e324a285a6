"""A trainer adds training to a course from the LMS's own dialog; staff open it and play."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Plays, Visit
from tests.support.looks import PHONE, look

DIALOG = {"width": 770, "height": 578}
MOODS = ["moodle", "canvas"]
ESSENTIALS, PHOTOS = "Social media essentials for all staff", "Photos, tags and privacy"
TRAINER, STAFF = "3", "5"


def become(visit: Visit, person: str, mood: str = "moodle") -> Visit:
    """Be this person at a practice LMS of this mood, and stand in the course."""
    visit.page.request.post(f"{visit.practice_url}/mood", form={"mood": mood})
    visit.page.request.post(f"{visit.practice_url}/courses/{visit.course}/person", form={"person": person})
    visit.page.goto(f"{visit.practice_url}/courses/{visit.course}")
    return visit


def open_dialog(visit: Visit, whole_window: bool = False) -> None:
    """Begin to add an activity, as a trainer does."""
    visit.page.get_by_role("link", name="Add an activity from Fit to Post").click()
    expect(visit.page.locator("iframe.tool")).to_be_visible()
    if whole_window:
        visit.page.get_by_role("link", name="Open it in the whole window").click()
        visit.page.wait_for_url("**/choosing")
    visit.heading("Choose training for your course")


@pytest.mark.parametrize("mood", MOODS)
def test_a_trainer_adds_two_modules_and_staff_play_one(
    new_visit: Callable[..., Visit], somebody_plays: Plays, mood: str
) -> None:
    trainer = become(new_visit(), TRAINER, mood)
    open_dialog(trainer)
    trainer.look(f"choosing-dialog-{mood}")
    for title in (ESSENTIALS, PHOTOS):
        trainer.tool.get_by_label(title).check()
    trainer.tool.get_by_role("button", name="Add training").click()
    added = trainer.page.locator("li.new")
    expect(added).to_have_count(2)
    expect(added.get_by_role("link", name=PHOTOS, exact=True)).to_be_visible()
    expect(added.get_by_text("Not graded")).to_have_count(0)

    somebody_plays(but_the_last_story=True)
    staff = become(new_visit(), STAFF, mood)
    staff.page.get_by_role("link", name=ESSENTIALS, exact=True).last.click()
    staff.heading(ESSENTIALS)
    staff.start("Continue where you left off")
    staff.play("best")
    staff.heading("You have passed")
    staff.in_gradebook(staff.page.get_by_text("100.00 %"))


def test_the_starter_set_is_added_by_keyboard_and_marked_when_the_dialog_opens_again(
    new_visit: Callable[..., Visit],
) -> None:
    trainer = become(new_visit(size=PHONE), TRAINER)
    open_dialog(trainer)
    trainer.tool.get_by_role("button", name="Add the starter set").focus()
    trainer.page.keyboard.press("Enter")
    expect(trainer.page.locator("li.new")).to_have_count(3)
    trainer.page.goto(f"{trainer.practice_url}/courses/{trainer.course}")
    open_dialog(trainer, whole_window=True)
    trainer.look("choosing-again")
    expect(trainer.tool.get_by_text("Added on")).to_have_count(3)
    expect(trainer.tool.get_by_role("button", name="Add the starter set")).to_have_count(0)


def test_canvas_shows_the_due_date_that_the_trainer_chose(new_visit: Callable[..., Visit]) -> None:
    trainer = become(new_visit(), TRAINER, "canvas")
    open_dialog(trainer)
    trainer.tool.get_by_label(ESSENTIALS).check()
    for part, value in (("Day", "31"), ("Month", "7"), ("Year", "2099")):
        trainer.tool.get_by_label(part, exact=True).fill(value)
    trainer.tool.get_by_role("button", name="Add training").click()
    expect(trainer.page.locator("li.new").get_by_text("Due 31 Jul 2099")).to_be_visible()


def test_training_is_chosen_by_keyboard_alone(new_visit: Callable[..., Visit]) -> None:
    trainer = become(new_visit(), TRAINER)
    open_dialog(trainer)
    keyboard = trainer.page.keyboard
    trainer.tool.locator("#module").focus()
    for key in ("Space", "Tab", "Tab", "Space"):
        keyboard.press(key)
    button = trainer.tool.get_by_role("button", name="Add training")
    while not trainer.tool.locator("button:focus").count():
        keyboard.press("Tab")
        assert is_in_sight(trainer), "the bar with the buttons hides what has the focus"
    expect(button).to_be_focused()
    keyboard.press("Enter")
    expect(trainer.page.locator("li.new")).to_have_count(2)


def is_in_sight(visit: Visit) -> bool:
    """Say whether what has the focus stands above the bar with the buttons, or in it."""
    return bool(
        visit.tool.evaluate(
            """() => {
              const [has, bar] = [document.activeElement, document.querySelector(".ftp-bar")];
              return bar.contains(has) || has.getBoundingClientRect().bottom <= bar.getBoundingClientRect().top + 1;
            }"""
        )
    )


@pytest.mark.parametrize(("mood", "size"), [("moodle", DIALOG), ("canvas", PHONE)], ids=["dialog", "phone"])
def test_what_is_wrong_is_said_and_nothing_is_lost(
    new_visit: Callable[..., Visit], mood: str, size: dict[str, int]
) -> None:
    trainer = become(new_visit(size=size), TRAINER, mood)
    open_dialog(trainer, whole_window=True)
    trainer.look(f"choosing-{mood}")
    trainer.tool.get_by_label("Completion column").check()
    if mood == "canvas":
        trainer.tool.get_by_label("Day", exact=True).fill("31")
    trainer.tool.get_by_role("button", name="Add training").click()
    expect(trainer.tool.get_by_role("alert")).to_contain_text("Select the training that you want to add")
    expect(trainer.tool.locator(".govuk-error-summary")).to_be_focused()
    assert look(trainer.page, trainer.tool, f"choosing-wrong-{mood}") == []
    expect(trainer.tool.get_by_label("Completion column")).to_be_checked()
    trainer.tool.get_by_role("link", name="Select the training that you want to add").click()
    expect(trainer.tool.locator("#module")).to_be_focused()


def test_a_trainer_who_cancels_is_back_in_the_course_with_nothing_added(new_visit: Callable[..., Visit]) -> None:
    trainer = become(new_visit(), TRAINER)
    before = trainer.page.locator("ul.activities > li").count()
    open_dialog(trainer)
    trainer.tool.get_by_role("button", name="Cancel").click()
    expect(trainer.page.get_by_role("heading", level=1)).not_to_have_text("Add an activity from Fit to Post")
    expect(trainer.page.locator("ul.activities > li")).to_have_count(before)


def test_without_javascript_a_button_takes_the_answer_to_the_lms(new_visit: Callable[..., Visit]) -> None:
    trainer = become(new_visit(java_script_enabled=False), TRAINER)
    trainer.page.get_by_role("link", name="Add an activity from Fit to Post").click()
    trainer.page.get_by_role("link", name="Open it in the whole window").click()
    for _ in range(2):
        with trainer.page.expect_event("framenavigated"):
            trainer.page.get_by_role("button").first.click()
    trainer.tool.get_by_label(ESSENTIALS).check()
    trainer.tool.get_by_role("button", name="Add training").click()
    trainer.heading("Adding to your course")
    trainer.tool.get_by_role("button", name="Back to the course").click()
    expect(trainer.page.get_by_role("heading", name="Added to the course")).to_be_visible()
    expect(trainer.page.get_by_role("listitem").filter(has_text=ESSENTIALS)).to_be_visible()
