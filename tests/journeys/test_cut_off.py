"""When the next page cannot be had: ours stays, says what failed, and one button tries again without anything lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.journeys.conftest import Visit
from tests.support.looks import SIDEWAYS
from tests.support.servers import Running

MANAGER = "4"


def chosen(staff: Visit) -> Locator:
    """Open the first scene, choose, and return what was chosen."""
    staff.open()
    staff.start()
    choice = staff.tool.locator("input[type=radio]").first
    choice.check()
    return choice


def alert(staff: Visit) -> Locator:
    return staff.tool.locator(".ftp-not-saved[role=alert]")


def test_an_answer_that_does_not_get_through_keeps_the_choice_and_is_sent_again_by_a_button(
    new_visit: Callable[..., Visit],
) -> None:
    staff = new_visit()
    choice = chosen(staff)
    staff.page.context.set_offline(True)
    staff.tool.get_by_role("button", name="Confirm").click()
    expect(alert(staff)).to_contain_text("The connection failed. Your answer may not be saved yet.")
    expect(choice).to_be_checked()
    again = staff.tool.get_by_role("button", name="Try again")
    again.focus()
    staff.page.keyboard.press("Enter")
    expect(again).to_be_focused()
    expect(alert(staff)).to_have_count(1)
    assert staff.tool.evaluate(SIDEWAYS) == 0
    staff.page.context.set_offline(False)
    staff.look("answer-not-sent")
    again.click()
    staff.heading("What happens next")


def test_continue_without_a_connection_stays_on_our_page_and_goes_on_later(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    chosen(staff)
    staff.tool.get_by_role("button", name="Confirm").click()
    staff.heading("What happens next")
    staff.page.context.set_offline(True)
    staff.tool.get_by_role("link", name="Continue").click()
    expect(alert(staff)).to_contain_text("This page is still here and everything that you have answered is kept.")
    staff.heading("What happens next")
    staff.page.context.set_offline(False)
    staff.look("continue-cut-off")
    staff.tool.get_by_role("button", name="Try again").click()
    expect(staff.tool.locator(".ftp-progress")).to_contain_text("Question 2")


def test_the_start_and_every_other_link_wait_for_the_connection_too(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    title = staff.heading().inner_text()
    staff.page.context.set_offline(True)
    for role, name in (
        ("button", "Start"),
        ("link", "Back to the course"),
        ("link", "Accessibility statement"),
        ("link", "Read or search your trust’s policy"),
    ):
        staff.tool.get_by_role(role, name=name).click()
        expect(alert(staff)).to_have_count(1)
        expect(alert(staff)).to_be_in_viewport()
        assert staff.heading().inner_text() == title
    staff.page.context.set_offline(False)
    staff.tool.get_by_role("button", name="Try again").click()
    expect(staff.tool.locator("main h1")).to_contain_text("Social media policy")


def test_what_failed_is_not_said_any_more_once_another_page_has_opened(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    chosen(staff)
    staff.page.context.set_offline(True)
    staff.tool.get_by_role("link", name="Back to the course").click()
    expect(alert(staff)).to_contain_text("The connection failed.")
    staff.page.context.set_offline(False)
    staff.tool.get_by_role("link", name="Stop for now").click()
    expect(staff.tool.get_by_role("button", name="Start")).to_be_visible()
    expect(alert(staff)).to_have_count(0)
    staff.start()
    expect(alert(staff)).to_have_count(0)


LINKS = [
    "Your certificates",
    "confirm that you have read the policy",
    "Read or search your trust’s policy",
    "read or print",
]


def test_links_stay_on_our_page_while_the_network_is_there_and_the_tool_cannot_be_reached(
    new_visit: Callable[..., Visit], tool: Running
) -> None:
    staff = new_visit()
    staff.open()
    title = staff.heading().inner_text()
    tool.stop()
    for name in LINKS:
        link = staff.tool.get_by_role("link", name=name).first
        staff.press(link, "Enter")
        expect(alert(staff)).to_contain_text("This page is still here and everything that you have answered is kept.")
        expect(alert(staff)).to_have_count(1)
        expect(link).not_to_have_attribute("aria-disabled", "true")
        assert staff.heading().inner_text() == title
    tool.start()
    staff.look("tool-out-of-reach")
    staff.tool.get_by_role("button", name="Try again").click()
    expect(staff.tool.locator("main h1")).not_to_have_text(title)
    expect(alert(staff)).to_have_count(0)


def test_a_form_that_leaves_the_page_is_sent_once_when_the_tool_answers_again(
    new_visit: Callable[..., Visit], tool: Running
) -> None:
    sent: list[str] = []
    manager = new_visit()
    manager.page.request.post(f"{manager.practice_url}/courses/invictus/person", form={"person": MANAGER})
    manager.open()
    manager.heading()
    manager.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    tool.stop()
    manager.tool.get_by_role("button", name="Read the list again").click()
    expect(alert(manager)).to_contain_text("The connection failed. Nothing has been sent.")
    tool.start()
    manager.tool.get_by_role("button", name="Try again").click()
    expect(manager.tool.locator("[role=status]").filter(has_text="list")).to_be_visible()
    assert len(sent) == 1


def test_while_the_tool_is_down_pages_stay_and_an_answer_given_then_counts_once(
    new_visit: Callable[..., Visit], tool: Running
) -> None:
    staff = new_visit()
    choice = chosen(staff)
    answer = staff.tool.locator("form#answer").get_attribute("action") or ""
    staff.page.route("**/answers", lambda route: (route.fetch(max_redirects=0), route.abort()))
    staff.tool.get_by_role("button", name="Confirm").click()
    expect(alert(staff)).to_contain_text("The connection failed.")
    expect(choice).to_be_checked()
    staff.page.unroute("**/answers")
    tool.stop()
    staff.tool.get_by_role("button", name="Try again").click()
    expect(alert(staff)).to_contain_text("The connection failed.")
    expect(choice).to_be_checked()
    tool.start()
    staff.tool.get_by_role("button", name="Try again").click()
    staff.heading("What happens next")
    assert staff.tool.url.endswith(f"{answer}/1")
    staff.go_on()
    expect(staff.tool.locator(".ftp-progress")).to_contain_text("Question 2")


SIGN_IN = "<!DOCTYPE html><title>Station Wi-Fi</title><main><h1>Sign in to the Wi-Fi</h1></main>"


@pytest.mark.parametrize(
    ("status", "page", "words"),
    [
        (200, SIGN_IN, "Another page answered in place of Fit to Post."),
        (200, "", "Another page answered in place of Fit to Post."),
        (511, SIGN_IN, "Fit to Post could not answer."),
        (502, "<h1>Bad Gateway</h1>", "Fit to Post could not answer."),
    ],
    ids=["a network's sign-in page", "nothing", "a sign-in page that says so", "a proxy's error"],
)
def test_a_page_that_is_not_ours_never_takes_the_place_of_ours(
    new_visit: Callable[..., Visit], status: int, page: str, words: str
) -> None:
    def instead(route: Route) -> None:
        route.fulfill(status=status, body=page, content_type="text/html")

    staff = new_visit()
    choice = chosen(staff)
    staff.page.route("**/answers", instead)
    staff.tool.get_by_role("button", name="Confirm").click()
    expect(alert(staff)).to_contain_text(words)
    expect(choice).to_be_checked()
    staff.page.unroute("**/answers")
    staff.tool.get_by_role("button", name="Try again").click()
    staff.heading("What happens next")
