"""Rule checks in a browser: every state for everyone, a whole module by keyboard, and what happens without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_manager import be_manager
from tests.support.looks import DESKTOP, PHONE, SIDEWAYS


def at_a_check(staff: Visit) -> Visit:
    """Play up to the first rule check."""
    staff.open()
    staff.start()
    while not staff.tool.locator("input[name=check]").count():
        staff.choose("best")
        staff.turn_page()
    return staff


def at_a_check_of_acts(staff: Visit) -> Visit:
    """Play up to the first rule check that asks about more than one thing, as those about a fact do not."""
    at_a_check(staff)
    while groups(staff).count() == 1:
        staff.go_on_to_next_check()
    return staff


def groups(staff: Visit) -> Locator:
    return staff.tool.locator("fieldset")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["in the frame", "on a phone"])
def test_every_state_of_a_rule_check_can_be_used_by_everyone(
    new_visit: Callable[..., Visit], size: dict[str, int]
) -> None:
    staff = at_a_check_of_acts(new_visit(size=size))
    staff.look("check")
    groups(staff).first.locator("input[type=radio]").last.check()
    staff.tool.get_by_role("button", name="Confirm").click()
    expect(staff.tool.locator(".govuk-error-summary")).to_be_focused()
    staff.look("check-with-acts-left-out")
    for group in groups(staff).all():
        group.locator("input[type=radio]").first.check()
    staff.tool.get_by_role("button", name="Confirm").click()
    staff.heading("What your policy says")
    staff.look("check-explained")


def test_a_fact_that_the_policy_names_is_asked_and_explained_so_that_everyone_can_use_it(
    new_visit: Callable[..., Visit],
) -> None:
    staff = at_a_check(new_visit())
    while groups(staff).count() != 1:
        staff.go_on_to_next_check()
    staff.look("check-of-a-fact")
    groups(staff).locator("input[type=radio]").last.check()
    staff.tool.get_by_role("button", name="Confirm").click()
    staff.heading("What your policy says")
    staff.look("check-of-a-fact-explained")


def test_an_act_left_out_is_reached_from_the_summary_and_nothing_chosen_is_lost(
    new_visit: Callable[..., Visit],
) -> None:
    staff = at_a_check_of_acts(new_visit())
    chosen = groups(staff).first.locator("input[type=radio]").nth(1)
    chosen.check()
    staff.tool.get_by_role("button", name="Confirm").click()
    problem = staff.tool.locator(".govuk-error-summary a").first
    expect(problem).to_be_visible()
    expect(groups(staff).first.locator("input[type=radio]").nth(1)).to_be_checked()
    staff.press(problem, "Enter")
    expect(groups(staff).nth(1).locator("input[type=radio]").first).to_be_focused()


def test_a_module_with_rule_checks_is_played_to_its_grade_by_keyboard_alone_in_a_narrow_frame(
    new_visit: Callable[..., Visit],
) -> None:
    staff = new_visit()
    staff.open()
    staff.heading()
    staff.page.locator("iframe.tool").evaluate("(frame, width) => { frame.style.width = `${width}px` }", PHONE["width"])
    staff.press(staff.tool.get_by_role("button", name="Start"), "Enter")
    expect(staff.tool.locator("input[type=radio]").first).to_be_visible()
    while staff.tool.locator("input[type=radio]").count():
        assert staff.tool.evaluate(SIDEWAYS) <= 0
        staff.answer_by_keyboard()
    staff.heading("You have passed")
    staff.look_again_until("Your course has your grade", lambda: staff.go("/module"))


def test_a_rule_check_is_answered_without_scripts(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit(java_script_enabled=False)
    staff.open()
    # The LMS's own pages send their forms by script where they can; here each has a button instead.
    for _ in range(2):
        with staff.page.expect_event("framenavigated"):
            staff.tool.get_by_role("button").first.click()
    staff.heading()
    staff.start()
    while not staff.tool.locator("input[name=check]").count():
        staff.choose("best")
        staff.turn_page()
    staff.answer_check()
    expect(staff.tool.locator(".ftp-rating").first).to_have_text("Right")


def test_who_leads_the_course_sees_on_the_page_of_a_story_every_rule_check_with_its_key(
    new_visit: Callable[..., Visit],
) -> None:
    manager = new_visit()
    be_manager(manager)
    story = manager.content.scenarios[0]
    manager.go(f"/stories/{story.key}")
    checks = manager.tool.locator(
        "section", has=manager.tool.get_by_role("heading", name="Rule checks after this story")
    )
    assert len(checks.all()) > 1
    asked = [check.question for draw in range(3) for check in manager.content.checks_after(story, draw)]
    for question in asked:
        expect(checks.filter(has_text=question).first).to_be_visible()
    manager.look("story-with-rule-checks")
