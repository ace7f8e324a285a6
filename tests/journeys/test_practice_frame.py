"""The practice LMS's page around the tool: what it answers the frame in it, and what it does when links are added."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.support.looks import DESKTOP
from tests.support.servers import Running, port_of
from tests.support.tiny_tool import tiny_tool

FORWARDER = "post_message_forwarding"


@pytest.fixture
def tool_host() -> str:
    """Put the tool on another site than the LMS."""
    return "127.0.0.1"


@pytest.fixture
def page(browser: Browser, practice: Running) -> Iterator[Page]:
    """Give the trainer's browser, with the tiny tool in place of ours."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    with Running(tiny_tool(practice.tool_url), port_of(practice.tool_url)):
        page.request.post(f"{practice.url}/courses/invictus/person", form={"person": "3"})
        yield page
    context.close()


def open_activity(page: Page, practice: Running, mood: str = "canvas", host: str = "page") -> Frame:
    """Open an activity in that mood, and return the tool in its frame."""
    page.request.post(f"{practice.url}/mood", form={"mood": mood})
    page.request.post(f"{practice.url}/courses/invictus/host", form={"host": host})
    page.goto(f"{practice.url}/courses/invictus/activities/101")
    return tool_in(page)


def tool_in(page: Page, url: str = "http://127.0.0.1") -> Frame:
    """Wait for the tool at that address in its frame."""
    expect(page.frame_locator("iframe.tool").get_by_role("heading", name="Tiny tool")).to_be_visible()
    return next(frame for frame in page.frames if frame.url.startswith(url))


def say(tool: Frame, frame: str | None = None, **message: Any) -> dict[str, Any]:
    """Have the tool say something, and return the answer."""
    answer: dict[str, Any] = tool.evaluate("([message, frame]) => say(message, frame)", [message, frame])
    return answer


def test_page_says_what_it_answers(page: Page, practice: Running) -> None:
    answer = say(open_activity(page, practice), subject="lti.capabilities")
    assert answer["subject"] == "lti.capabilities.response"
    assert answer["origin"] == practice.url
    assert {"subject": "lti.put_data"} in answer["supported_messages"]
    assert {"subject": "lti.frameResize"} in answer["supported_messages"]


def test_what_is_put_can_be_got_again_after_the_tool_has_gone_through_a_launch(page: Page, practice: Running) -> None:
    tool = open_activity(page, practice)
    put = say(tool, subject="lti.put_data", key="state", value="one", message_id="put-1")
    assert (put["subject"], put["message_id"]) == ("lti.put_data.response", "put-1")
    assert (put["key"], put["value"]) == ("state", "one")
    page.reload()
    got = say(tool_in(page), subject="lti.get_data", key="state")
    assert (got["key"], got["value"]) == ("state", "one")


def test_value_is_gone_when_nothing_is_put_in_its_place(page: Page, practice: Running) -> None:
    tool = open_activity(page, practice)
    say(tool, subject="lti.put_data", key="state", value="one")
    assert "value" not in say(tool, subject="lti.put_data", key="state", value=None)
    assert say(tool, subject="lti.get_data", key="state")["value"] is None


def test_each_origin_has_a_storage_of_its_own(page: Page, practice: Running) -> None:
    tool = open_activity(page, practice)
    say(tool, subject="lti.put_data", key="state", value="one")
    elsewhere = practice.tool_url.replace("127.0.0.1", "localhost")
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith(elsewhere)):
        page.locator("iframe.tool").evaluate("(frame, url) => { frame.src = url }", f"{elsewhere}/talk")
    assert say(tool_in(page, elsewhere), subject="lti.get_data", key="state")["value"] is None


IMPOSSIBLE = [
    ({"subject": "lti.put_data", "value": "one"}, "bad_request"),
    ({"subject": "lti.put_data", "key": "state", "value": "one", "message_id": ""}, "bad_request"),
    ({"subject": "lti.put_data", "key": "state", "value": {"one": 1}}, "bad_request"),
    ({"subject": "lti.get_data"}, "bad_request"),
    ({"subject": "lti.put_data", "key": "state", "value": "x" * 4092}, "storage_exhaustion"),
    ({"subject": "lti.frameResize", "height": "tall"}, "bad_request"),
    ({"subject": "lti.makeCoffee"}, "unsupported_subject"),
]


def test_what_cannot_be_done_is_answered_with_an_error(page: Page, practice: Running) -> None:
    tool = open_activity(page, practice)
    for message, code in IMPOSSIBLE:
        answer = say(tool, **message)
        assert (answer["subject"], answer["error"]["code"]) == (f"{message['subject']}.response", code)


def test_storage_is_used_up_by_many_small_values_too(page: Page, practice: Running) -> None:
    tool = open_activity(page, practice)
    assert "error" not in say(tool, subject="lti.put_data", key="first", value="x" * 4000)
    assert say(tool, subject="lti.put_data", key="second", value="x" * 100)["error"]["code"] == "storage_exhaustion"
    assert "error" not in say(tool, subject="lti.put_data", key="first", value="y" * 4000)


def test_frame_becomes_as_high_as_the_tool_wishes(page: Page, practice: Running) -> None:
    say(open_activity(page, practice), subject="lti.frameResize", height=1500)
    box = page.locator("iframe.tool").bounding_box()
    assert box and box["height"] == 1500


def test_only_the_framed_tool_is_heard(page: Page, practice: Running) -> None:
    tool = open_activity(page, practice)
    page.evaluate("""() => new Promise((resolve) => {
        const stranger = document.createElement("iframe");
        stranger.srcdoc = '<script>parent.postMessage({subject: "lti.put_data", key: "k", value: "v", message_id: "1"},'
            + ' "*"); onmessage = () => parent.heard = true</' + 'script>';
        stranger.onload = resolve;
        document.body.append(stranger);
    })""")
    assert say(tool, subject="lti.get_data", key="k")["value"] is None
    assert page.evaluate("window.heard") is None


def test_forwarding_frame_keeps_the_storage_in_place_of_the_page(page: Page, practice: Running) -> None:
    tool = open_activity(page, practice, host="frame")
    supported = say(tool, subject="lti.capabilities")["supported_messages"]
    assert {"subject": "lti.put_data", "frame": FORWARDER} in supported
    assert {"subject": "lti.capabilities"} in supported
    assert say(tool, subject="lti.put_data", key="state", value="one")["error"]["code"] == "unsupported_subject"
    assert say(tool, FORWARDER, subject="lti.put_data", key="state", value="one")["origin"] == practice.url
    assert say(tool, FORWARDER, subject="lti.get_data", key="state")["value"] == "one"


@pytest.mark.parametrize(("mood", "host"), [("moodle", "page"), ("canvas", "nobody")])
def test_no_one_listens_in_moodle_or_where_canvas_does_not(page: Page, practice: Running, mood: str, host: str) -> None:
    open_activity(page, practice, mood, host)
    assert page.locator("script").count() == 0


@pytest.mark.parametrize(("mood", "size"), [("moodle", [770, 578]), ("canvas", [800, 600])])
def test_dialog_gives_the_tool_its_size_and_closes_when_something_was_added(
    page: Page, practice: Running, mood: str, size: list[int]
) -> None:
    page.request.post(f"{practice.url}/mood", form={"mood": mood})
    page.goto(f"{practice.url}/courses/invictus")
    page.get_by_role("link", name="Add an activity from Fit to Post").click()
    button = page.frame_locator("iframe.tool").get_by_role("button", name="Add")
    expect(button).to_be_visible()
    assert page.frames[-1].evaluate("[innerWidth, innerHeight]") == size
    button.click()
    expect(page).to_have_url(f"{practice.url}/courses/invictus?added=1001")
    expect(page.get_by_role("link", name="A tiny link", exact=True)).to_be_visible()
    expect(page.get_by_text("You are Priya Raman")).to_be_visible()


def test_window_of_its_own_shows_the_course_with_what_was_added(page: Page, practice: Running) -> None:
    page.goto(f"{practice.url}/courses/invictus/add-activity")
    page.get_by_role("link", name="Open it in the whole window").click()
    page.get_by_role("button", name="Add").click()
    expect(page).to_have_url(f"{practice.url}/courses/invictus?added=1001")
