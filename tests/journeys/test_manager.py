"""A manager: who of the course has finished, and where the grades are."""

import re
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Locator, expect

from practice.courses.people import PEOPLE
from tests.journeys.conftest import Plays, Visit
from tests.support.servers import Running
from tests.support.visitor import Visitor

STAFF = sum(person.is_graded for person in PEOPLE)


def be_manager(visit: Visit) -> None:
    visit.page.request.post(f"{visit.practice_url}/courses/invictus/person", form={"person": "4"})
    visit.open()
    visit.heading("Who has finished: Social media essentials for all staff")


# How a list of people is sorted and counted is the database's work.
@pytest.mark.databases("sqlite", "postgres")
def test_a_manager_sees_who_has_finished_and_who_has_not(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays()
    manager = new_visit()
    for words in ("Sent on", "The list of people was read from the LMS"):
        manager.look_again_until(words, lambda: be_manager(manager))
    expect(manager.tool.get_by_role("link", name=f"{STAFF} Everyone")).to_be_visible()
    manager.look("people")
    row = manager.tool.get_by_role("row").filter(has_text="Passed")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("100%")
    expect(row).to_contain_text("Sent on")
    manager.tool.get_by_role("link", name=f"{STAFF - 1} Not started").click()
    expect(manager.tool.locator("tbody tr")).to_have_count(STAFF - 1)
    expect(manager.tool.get_by_role("link", name=f"{STAFF - 1} Not started")).to_have_attribute("aria-current", "true")
    expect(manager.tool.get_by_text("No name shared")).to_be_visible()


def test_a_manager_sees_a_grade_that_waits_for_the_lms_and_then_arrives(
    somebody_plays: Plays, new_visit: Callable[..., Visit], practice: Running
) -> None:
    requests.post(f"{practice.url}/failures", data={"failure": "unavailable"}, timeout=5)
    assert "on its way to your course" in somebody_plays().text
    manager = new_visit()
    manager.look_again_until("Waiting.", lambda: be_manager(manager))
    manager.look("people-grade-waiting")
    requests.post(f"{practice.url}/failures", data={"failure": "none"}, timeout=5)
    manager.look_again_until("Sent on", lambda: be_manager(manager))


def test_a_manager_reads_what_is_wrong_with_a_grade_mends_it_and_sends_it_again(
    somebody_plays: Plays, new_visit: Callable[..., Visit], practice: Running
) -> None:
    requests.post(f"{practice.url}/failures", data={"failure": "gone"}, timeout=5)
    somebody_plays()
    manager = new_visit()
    manager.look_again_until("Needs attention.", lambda: be_manager(manager))
    manager.look("people-needs-attention")
    manager.tool.get_by_role("link", name="grade for Zoë Fairweather").click()
    manager.heading("Social media essentials for all staff Grade for Zoë Fairweather")
    expect(manager.tool.locator("tbody tr")).to_have_count(1)
    manager.look("grade-needs-attention")
    requests.post(f"{practice.url}/failures", data={"failure": "none"}, timeout=5)
    manager.tool.get_by_role("button", name="Send the grade again").click()
    expect(manager.tool.get_by_text("One grade is on its way again.")).to_be_visible()
    manager.look("grade-sent-again")
    manager.look_again_until("In the LMS", lambda: manager.tool.goto(manager.tool.url))
    expect(manager.tool.locator("tbody tr")).to_have_count(2)
    manager.look("grade-in-the-lms")


def test_a_manager_goes_by_keyboard_alone_from_the_course_to_a_grade_and_sends_it_again(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays()
    manager = new_visit()
    manager.look_again_until("Sent on", lambda: be_manager(manager))
    manager.tool.get_by_role("link", name="Skip to main content").focus()
    manager.press(manager.tool.get_by_role("link", name="1 Passed", exact=True), "Enter")
    expect(manager.tool.locator("tbody tr")).to_have_count(1)
    manager.press(manager.tool.get_by_role("link", name="grade for Zoë Fairweather"), "Enter")
    manager.heading("Social media essentials for all staff Grade for Zoë Fairweather")
    manager.press(manager.tool.get_by_role("button", name="Send the grade again"), "Enter")
    expect(manager.tool.get_by_text("One grade is on its way again.")).to_be_visible()


def test_a_manager_opens_someones_answers_from_the_gradebook_and_the_course_from_its_menu(
    somebody_plays: Plays, new_visit: Callable[..., Visit], practice: Running
) -> None:
    requests.post(f"{practice.url}/mood", data={"mood": "canvas"}, timeout=5)
    somebody_plays(mistaken=True)
    manager = new_visit()
    manager.page.request.post(f"{practice.url}/courses/invictus/person", form={"person": "4"})
    answers = manager.page.get_by_role("link", name="Look at the answers of Zoë Fairweather: Social media essentials")
    follow(manager, manager.in_gradebook(answers))
    manager.heading("Zoë Fairweather")
    expect(manager.tool.get_by_text("This is the attempt that counts.")).to_be_visible()
    manager.look("review")
    manager.tool.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true })")
    manager.look("review-opened")
    manager.page.goto(f"{practice.url}/courses/invictus")
    follow(manager, manager.page.get_by_role("link", name="Fit to Post", exact=True))
    manager.heading("The training in this course")
    manager.look("course")
    manager.tool.get_by_role("link", name="Social media essentials for all staff").click()
    manager.heading("Who has finished: Social media essentials for all staff")


def follow(visit: Visit, link: Locator) -> None:
    """Follow a link of the LMS to the tool, and go on in the whole window where the LMS shows no frame."""
    # Until its style sheet has come, the LMS's page shows both ways.
    with visit.page.expect_event("load"):
        link.click()
    whole_window = visit.page.get_by_role("link", name=re.compile("^Open "))
    if whole_window.is_visible():
        whole_window.click()


def test_staff_are_kept_from_the_managers_page_with_words(practice: Running, tool: Running) -> None:
    staff = Visitor(practice.url, tool.url)
    staff.launch()
    answer = staff.get("/people")
    assert answer.status_code == 403
    assert "not for you" in answer.text


def test_a_trainer_can_try_the_module_and_stays_out_of_the_list(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays(person="4", but_the_last_story=True)
    trainer = new_visit()
    be_manager(trainer)
    trainer.tool.get_by_role("link", name="See the training as staff see it").click()
    trainer.heading("Social media essentials for all staff")
    trainer.look("module-for-a-trainer")
    trainer.start("Continue where you left off")
    trainer.play("best")
    expect(trainer.tool.get_by_text("no grade is sent")).to_be_visible()
    be_manager(trainer)
    expect(trainer.tool.get_by_role("link", name="0 Passed", exact=True)).to_be_visible()


def test_a_manager_reads_what_the_own_policy_says_topic_by_topic(new_visit: Callable[..., Visit]) -> None:
    manager = new_visit()
    be_manager(manager)
    manager.tool.get_by_role("link", name="See what the policy says, topic by topic").click()
    manager.heading("Invictus Education Trust What your policy says, by topic")
    manager.look("policies")
    manager.tool.get_by_label("Topic").select_option("contact")
    manager.tool.get_by_role("button", name="Show").click()
    manager.tool.wait_for_url("**family=contact**")
    row = manager.tool.locator(".ftp-stances tr").filter(has_text="a former pupil of yours who is under 18").first
    expect(row.get_by_role("cell").first).to_contain_text("10.3(c)")
    expect(manager.tool.get_by_label("Compare with")).to_have_count(0)
    manager.look("policies-of-one-family")
