"""The bar with the main buttons of a page: always in view, and never over what has the focus."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Visit
from tests.support.looks import DESKTOP, PHONE

SMALL_PHONE = {"width": 360, "height": 640}
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE, SMALL_PHONE], ids=["in the frame", "phone", "small phone"])
# What WCAG 2.2, 1.4.10 asks to work: a window of 1280 x 1024 at 400 %.
MAGNIFIED = {"width": 320, "height": 256}

IS_IN_VIEW = """(one) => {
  const { top, bottom, left, right } = one.getBoundingClientRect();
  const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return top >= 0 && bottom <= innerHeight && one.contains(there);
}"""
FOCUS_IS_COVERED = """() => {
  const [has, bar] = [document.activeElement, document.querySelector(".ftp-bar")];
  if (bar.contains(has)) return false;
  const shown = (has.labels?.[0] ?? has).getBoundingClientRect();
  return shown.height < bar.getBoundingClientRect().top && shown.bottom > bar.getBoundingClientRect().top + 1;
}"""


def is_in_view(thing: Locator) -> bool:
    return bool(thing.evaluate(IS_IN_VIEW))


@SIZES
def test_confirm_and_continue_are_in_view_on_every_page_of_a_story(
    new_visit: Callable[..., Visit], size: dict[str, int]
) -> None:
    staff = new_visit(size=size)
    staff.open()
    staff.start()
    for _ in range(3):
        assert is_in_view(staff.tool.get_by_role("button", name="Confirm"))
        staff.choose("breach")
        assert is_in_view(staff.tool.locator(".ftp-bar a.govuk-button"))
        staff.go_on()


@SIZES
def test_what_has_the_focus_is_never_under_the_bar(new_visit: Callable[..., Visit], size: dict[str, int]) -> None:
    staff = new_visit(size=size)
    staff.open()
    staff.start()
    keyboard, confirm = staff.page.keyboard, staff.tool.get_by_role("button", name="Confirm")
    while not staff.tool.locator("input[type=radio]:focus").count():
        keyboard.press("Tab")
    for _ in range(staff.tool.locator("input[type=radio]").count()):
        expect(staff.tool.locator("input[type=radio]:focus")).to_have_count(1)
        assert not staff.tool.evaluate(FOCUS_IS_COVERED)
        keyboard.press("ArrowDown")
    keyboard.press("Tab")
    expect(confirm).to_be_focused()
    keyboard.press("Enter")
    staff.heading("What happens next")
    for _ in range(40):
        keyboard.press("Tab")
        if not staff.tool.evaluate("document.activeElement.closest('main')"):
            break
        assert not staff.tool.evaluate(FOCUS_IS_COVERED)


def test_on_a_magnified_page_the_bar_waits_at_the_end(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit(size=MAGNIFIED)
    staff.open()
    staff.start()
    confirm = staff.tool.get_by_role("button", name="Confirm")
    assert not is_in_view(confirm)
    confirm.scroll_into_view_if_needed()
    assert is_in_view(confirm)


@pytest.mark.parametrize("height", [700, 900])
def test_where_the_lms_lets_a_frame_grow_the_bar_stays_in_its_window(
    new_visit: Callable[..., Visit], height: int
) -> None:
    staff = new_visit(size={"width": 1280, "height": height})
    staff.page.request.post(f"{staff.practice_url}/mood", form={"mood": "canvas"})
    staff.open()
    staff.heading()
    frame = staff.page.locator("iframe.tool")
    expect(frame).to_have_attribute("style", re.compile(r"height: \d{4}px"))
    staff.start()
    for _ in range(2):
        bar = staff.tool.locator(".ftp-bar")
        expect(bar).to_be_in_viewport(ratio=1)
        staff.choose("best")
        expect(bar).to_be_in_viewport(ratio=1)
        staff.go_on()
