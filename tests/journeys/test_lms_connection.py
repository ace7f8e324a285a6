"""An administrator connects the LMS with an invitation: in its frame they see what it is about, connect, are done."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Frame, Page, expect

from config import Settings
from core.services import service
from tests.journeys.conftest import Visit
from tests.support.looks import DESKTOP
from tests.support.servers import Running

WIDTH_ONCE_LOADED = "image => image.decode().then(() => image.naturalWidth, () => 0)"


class Connecting(Visit):
    """An administrator at the practice LMS, with the tool's registration page in its frame."""

    def __init__(self, page: Page, practice: Running, tool: Running, mood: str) -> None:
        super().__init__(page, practice.url)
        self._tool = tool
        requests.post(f"{practice.url}/mood", data={"mood": mood}, timeout=10)

    def is_invited(self) -> str:
        """Get an address from whoever runs the tool."""
        said = self._tool.app.test_cli_runner().invoke(args=["lti", "invite", "--trust", "invictus"])
        return str(said.output.splitlines()[-1])

    def paste(self, address: str) -> None:
        """Paste the address where the LMS asks for it."""
        self.page.goto(f"{self.practice_url}/registrations/new")
        self.page.get_by_label("Registration address").fill(address)
        self.page.get_by_role("button", name="Continue").click()
        self.page.frame_locator("iframe.registration").locator("main h1").wait_for()

    @property
    def tool(self) -> Frame | Page:
        """Return the document in which the tool is."""
        frames = [frame for frame in self.page.frames if "/lti/register" in frame.url]
        return frames[0] if frames else self.page


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESKTOP)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_an_administrator_connects_the_lms_and_is_done(page: Page, practice: Running, tool: Running, mood: str) -> None:
    administrator = Connecting(page, practice, tool, mood)
    address = administrator.is_invited()
    administrator.paste(address)
    administrator.heading("Connect your LMS to Fit to Post")
    administrator.look(f"connect-{mood}")
    administrator.tool.get_by_role("button", name="Connect").click()
    administrator.heading("Your LMS is connected")
    expect(administrator.tool.get_by_text("Not granted")).to_have_count(0)
    administrator.look(f"connected-{mood}")
    administrator.tool.get_by_role("button", name="Done").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The tool is registered")
    picture = page.locator("section.tool-card img")
    expect(picture).to_be_visible()
    # Until it has arrived it is visible too, without a width of its own.
    assert picture.evaluate(WIDTH_ONCE_LOADED) > 0, "our picture is one that the LMS can show"


def test_an_invitation_that_is_no_good_is_told_of_in_the_frame(page: Page, practice: Running, tool: Running) -> None:
    administrator = Connecting(page, practice, tool, "moodle")
    administrator.paste(f"{service(Settings, tool.app).public_url}/lti/register?invite=made-up")
    administrator.heading("This invitation is not known")
    administrator.look("connect-unknown-invitation")


def test_an_lms_that_refuses_is_told_of_in_the_frame(page: Page, practice: Running, tool: Running) -> None:
    administrator = Connecting(page, practice, tool, "moodle")
    administrator.paste(administrator.is_invited())
    administrator.heading("Connect your LMS to Fit to Post")
    requests.post(f"{practice.url}/failures", data={"failure": "unavailable"}, timeout=5)
    administrator.tool.get_by_role("button", name="Connect").click()
    administrator.heading("Your LMS did not answer us")
    administrator.look("connect-lms-down")


def test_it_works_without_scripts_and_in_a_window_of_its_own(
    browser: Browser, practice: Running, tool: Running
) -> None:
    context = browser.new_context(viewport=DESKTOP, java_script_enabled=False)
    administrator = Connecting(context.new_page(), practice, tool, "moodle")
    administrator.paste(administrator.is_invited())
    administrator.page.goto(administrator.page.locator("iframe.registration").get_attribute("src") or "")
    administrator.page.get_by_role("button", name="Connect").click()
    administrator.heading("Your LMS is connected")
    expect(administrator.page.get_by_role("button", name="Done")).to_be_hidden()
    context.close()


def test_a_page_that_no_lms_shows_has_no_one_to_tell(page: Page, practice: Running, tool: Running) -> None:
    administrator = Connecting(page, practice, tool, "moodle")
    administrator.paste(administrator.is_invited())
    page.goto(page.locator("iframe.registration").get_attribute("src") or "")
    page.get_by_role("button", name="Connect").dblclick()
    administrator.heading("Your LMS is connected")
    expect(page.get_by_role("button", name="Done")).to_be_hidden()
    expect(page.get_by_text("There is nothing more to do here")).to_be_visible()
