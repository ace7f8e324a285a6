"""The player with large text, on the narrowest screen, in forced colours, without motion; and what can be hit."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Plays, Visit
from tests.support.looks import DESKTOP, PHONE, SIDEWAYS
from tests.support.servers import Running

NARROWEST = {"width": 320, "height": 640}
LEAST_TARGET = 24

# WCAG 2.2, 2.5.8: a link in a sentence needs no size, what stands beneath a larger label is hit by that.
SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((one) => !one.closest('.govuk-skip-link, .govuk-visually-hidden') && !one.matches('p a, li a, figcaption a'))
  .map((one) => ({ words: one.textContent.trim() || one.name, box: one.getBoundingClientRect() }))
  .filter(({ box }) => box.width && box.height && (box.width < least || box.height < least))
  .map(({ words, box }) => `${words}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
CUT_OFF = """() => [...document.querySelectorAll('main *')]
  .filter((one) => !one.closest('.govuk-visually-hidden, .ftp-table-region, svg'))
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 80))"""


# What moves by itself after it was shown, as a share of the window; what somebody's own click moves does not count.
NOTE_JUMPS = """window.jumps = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) window.jumps += shift.hadRecentInput ? 0 : shift.value;
}).observe({ type: 'layout-shift', buffered: true });"""


def through(staff: Visit, somebody_plays: Plays, at_each_page: Callable[[str], None]) -> None:
    """Go through the module with a serious breach, stopping at every kind of page."""
    staff.open()
    staff.heading()
    at_each_page("module")
    staff.start()
    at_each_page("scene")
    staff.tool.get_by_role("button", name="Confirm").click()
    expect(staff.tool.get_by_role("alert")).to_be_visible()
    at_each_page("error")
    staff.choose("serious-breach")
    at_each_page("consequence")
    staff.turn_page()
    while not staff.tool.locator("input[name=check]").count():
        staff.choose("best")
        staff.turn_page()
    at_each_page("check")
    staff.answer_check()
    at_each_page("check-explained")
    somebody_plays("serious-breach")
    staff.go("/attempts/1/result")
    staff.heading("Not passed this time")
    at_each_page("result")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["in the frame", "on a phone"])
def test_nothing_jumps_no_one_else_is_asked_for_anything_and_what_can_be_pressed_is_large_enough(
    somebody_plays: Plays, new_visit: Callable[..., Visit], practice: Running, size: dict[str, int]
) -> None:
    staff, jumps, small, asked = new_visit(size=size), {}, {}, set()
    staff.page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    staff.page.add_init_script(NOTE_JUMPS)

    def measure(page: str) -> None:
        jumps[page] = staff.tool.evaluate("jumps")
        small[page] = staff.tool.evaluate(SMALL_TARGETS, LEAST_TARGET)

    through(staff, somebody_plays, measure)
    assert asked == {urlsplit(url).netloc for url in (practice.url, practice.tool_url)}
    assert [page for page, jumped in jumps.items() if jumped > 0.01] == []
    assert {page: found for page, found in small.items() if found} == {}


def test_nothing_is_cut_off_on_the_narrowest_screen_also_with_text_twice_as_large(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    staff, cut = new_visit(size=NARROWEST), {}

    def measure(page: str) -> None:
        staff.look(f"{page}-narrowest")
        for size in ("100%", "200%"):
            staff.tool.evaluate("(size) => { document.documentElement.style.fontSize = size }", size)
            cut[page, size] = (staff.tool.evaluate(SIDEWAYS), staff.tool.evaluate(CUT_OFF))

    through(staff, somebody_plays, measure)
    assert [page for page in cut.items() if page[1] != (0, [])] == []


def test_ratings_and_choices_can_be_told_in_forced_colours(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    staff = new_visit(forced_colors="active")
    through(staff, somebody_plays, lambda page: staff.look(f"{page}-forced-colours"))


def test_nothing_moves_where_motion_is_not_wanted(somebody_plays: Plays, new_visit: Callable[..., Visit]) -> None:
    staff = new_visit(reduced_motion="reduce")
    through(staff, somebody_plays, lambda _: None)
    moving = "[...document.querySelectorAll('*')].filter((one) => one.getAnimations().length).length"
    assert staff.tool.evaluate(moving) == 0
    durations = "[...document.querySelectorAll('*')].map((one) => getComputedStyle(one).transitionDuration)"
    assert set(staff.tool.evaluate(durations)) <= {"0s"}


def test_heading_and_title_are_those_of_the_page_after_every_turn(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    titles = [staff.tool.evaluate("document.title")]
    staff.choose("best")
    expect(staff.heading("What happens next")).to_be_focused()
    titles.append(staff.tool.evaluate("document.title"))
    staff.go_on()
    expect(staff.heading()).to_be_focused()
    titles.append(staff.tool.evaluate("document.title"))
    assert len(set(titles)) == 3 and titles[1].startswith("What happens next")


def test_the_back_button_leaves_no_decision_changed(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    staff.choose("best")
    staff.go_on()
    reached = staff.heading().inner_text()
    staff.tool.evaluate("setTimeout(() => history.back())")
    expect(staff.tool.get_by_role("button", name="Continue where you left off")).to_be_visible()
    staff.start("Continue where you left off")
    assert staff.heading().inner_text() == reached


def test_an_answer_on_a_slow_line_says_that_it_is_on_its_way_and_counts_once(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    staff.page.route("**/answers", lambda route: (staff.page.wait_for_timeout(1500), route.continue_()))
    staff.tool.locator("input[type=radio]").first.check()
    confirm = staff.tool.get_by_role("button", name="Confirm")
    for _ in range(2):
        confirm.evaluate("button => button.click()")
    expect(staff.tool.get_by_role("status")).to_have_text("Sending your answer …")
    staff.heading("What happens next")
    staff.go_on()
    expect(staff.tool.locator(".ftp-progress")).to_contain_text("Question 2")


def test_a_visit_that_ends_in_the_middle_loses_nothing_that_was_kept(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    staff.choose("best")
    staff.go_on()
    reached = staff.heading().inner_text()
    staff.page.context.clear_cookies()
    staff.tool.locator("input[type=radio]").first.check()
    staff.tool.get_by_role("button", name="Confirm").click()
    staff.heading("Open the activity again")
    expect(staff.tool.get_by_text("What you have just sent was not saved")).to_be_visible()
    staff.look("visit-ended")
    staff.page.request.post(f"{staff.practice_url}/courses/{staff.course}/person", form={"person": "5"})
    staff.open()
    staff.start("Continue where you left off")
    assert staff.heading().inner_text() == reached
