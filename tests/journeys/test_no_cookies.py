"""A launch from another site, in a browser that keeps no cookies of ours in the LMS's frame, not even apart."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect

from practice.storage import Host
from tests.journeys.conftest import QUIET, Plays, Visit, chromium
from tests.support.looks import DESKTOP, PHONE, look
from tests.support.servers import Running

# What somebody can set in Chromium's settings for sites: a site, and beside it the site in whose pages that holds.
IN_THE_LMS = "127.0.0.1,localhost"
ANYWHERE = "127.0.0.1,*"
BLOCK = 2


@pytest.fixture
def tool_host() -> str:
    """Put the tool on another site than the LMS: two ports of localhost would be the same."""
    return "127.0.0.1"


@pytest.fixture
def blocking(
    playwright: Playwright, tmp_path: Path, practice: Running, tool: Running
) -> Iterator[Callable[..., Visit]]:
    """Give visits in browsers that block the tool's cookies."""
    contexts: list[BrowserContext] = []
    numbers = count()

    def new(where: str = IN_THE_LMS, size: dict[str, int] = DESKTOP, **options: object) -> Visit:
        profile = tmp_path / f"profile-{next(numbers)}" / "Default"
        profile.mkdir(parents=True)
        blocked = {"profile": {"content_settings": {"exceptions": {"cookies": {where: {"setting": BLOCK}}}}}}
        (profile / "Preferences").write_text(json.dumps(blocked))
        context = playwright.chromium.launch_persistent_context(
            profile.parent, executable_path=chromium(), args=QUIET, viewport=size, **options
        )
        contexts.append(context)
        return Visit(context.pages[0], practice.url)

    yield new
    for context in contexts:
        context.close()


def with_storage(visit: Visit, host: Host) -> Visit:
    """Let the LMS be like Canvas, with somebody or nobody who answers for its storage."""
    visit.page.request.post(f"{visit.practice_url}/mood", form={"mood": "canvas"})
    visit.page.request.post(f"{visit.practice_url}/courses/invictus/host", form={"host": host.value})
    return visit


def new_window(visit: Visit) -> Visit:
    """Open a window of its own, and return what is in it."""
    visit.heading("Open the training in a new window")
    with visit.page.expect_popup() as popup:
        visit.tool.get_by_role("button", name="Open in a new window").press("Enter")
    return InWindow(popup.value, visit.practice_url)


class InWindow(Visit):
    """The tool in a window of its own."""

    @property
    def tool(self) -> Page:
        return self.page


def look_at(visit: Visit, name: str) -> None:
    """Look closely at a page that answers a form; asked for again it is another."""
    visit.heading()
    assert look(visit.page, visit.tool, name) == []


def see_grade(visit: Visit) -> None:
    """Look for the grade in the gradebook."""
    grades = visit.page.get_by_role("row").filter(has_text="Zoë Fairweather").filter(has_text="Social media essentials")
    visit.in_gradebook(grades.filter(has_text="100"))


def cookies_of(visit: Visit) -> list[str]:
    return [c["name"] for c in visit.page.context.cookies() if c["name"].startswith("fit-to-post")]


def see_module(visit: Visit) -> None:
    visit.heading("Social media essentials for all staff")


@pytest.mark.parametrize("host", [Host.PAGE, Host.FRAME])
def test_with_the_lmss_storage_staff_play_and_pass_in_the_frame_without_a_cookie(
    blocking: Callable[..., Visit], somebody_plays: Plays, host: Host
) -> None:
    somebody_plays(but_the_last_story=True)
    staff = with_storage(blocking(), host)
    staff.open()
    see_module(staff)
    assert len(staff.tool.url.split("/visits/")[1].split("/")[0]) == 43
    staff.start("Continue where you left off")
    staff.play("best")
    staff.heading("You have passed")
    assert cookies_of(staff) == []
    see_grade(staff)


def test_what_the_lms_says_of_its_storage_goes_before_what_its_login_said(blocking: Callable[..., Visit]) -> None:
    staff = with_storage(blocking(), Host.FRAME)
    staff.page.route("**/lti/login", say_parent)
    staff.open()
    see_module(staff)


def say_parent(route: Route) -> None:
    data = (route.request.post_data or "").replace("post_message_forwarding", "_parent")
    route.continue_(post_data=data)


# Another site's frame in the LMS's page, which hears all that is said, and answers as if it were the LMS.
MEDDLER = """
if (window === window.top && location.hostname === "localhost") {
  const kept = {};
  addEventListener("message", ({ data }) => {
    if (data.subject === "lti.put_data") kept[data.key] = data.value;
    const said = { ...data, subject: `${data.subject}.response`, value: kept[data.key] };
    const frame = document.createElement("iframe");
    frame.sandbox = "allow-scripts";
    frame.srcdoc = `<script>parent.frames[0].postMessage(${JSON.stringify(said)}, "*")</script>`;
    document.body.append(frame);
  });
}
"""


def test_what_another_site_says_of_the_storage_is_not_believed(blocking: Callable[..., Visit]) -> None:
    staff = with_storage(blocking(), Host.NOBODY)
    staff.page.add_init_script(MEDDLER)
    staff.open()
    staff.heading("Open the training in a new window")
    assert staff.page.locator("iframe[sandbox]").count() > 2, "the other site was to answer"


def test_where_the_storage_never_answers_staff_go_on_in_a_window(
    blocking: Callable[..., Visit], somebody_plays: Plays
) -> None:
    somebody_plays(but_the_last_story=True)
    staff = with_storage(blocking(), Host.NOBODY)
    staff.open()
    window = new_window(staff)
    window.heading("Is this you?")
    window.tool.get_by_role("button", name="Yes, that is me").press("Enter")
    see_module(window)
    assert cookies_of(staff) == ["fit-to-post-visit"]
    window.start("Continue where you left off")
    window.play("best")
    window.heading("You have passed")
    see_grade(staff)


def test_without_storage_each_page_on_the_way_can_be_read_and_used_by_keyboard(
    blocking: Callable[..., Visit],
) -> None:
    staff = blocking()
    staff.open()
    look_at(staff, "no-cookies-offer")
    window = new_window(staff)
    look_at(window, "no-cookies-is-this-you")
    staff.heading("The training is open in a new window")
    look_at(staff, "no-cookies-waiting")
    for _ in range(10):
        window.page.keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.matches('main button')"):
            break
    window.page.keyboard.press("Enter")
    see_module(window)


def test_a_browser_that_keeps_no_cookies_of_ours_anywhere_goes_on_in_a_window_too(
    blocking: Callable[..., Visit],
) -> None:
    staff = blocking(ANYWHERE)
    staff.open()
    window = new_window(staff)
    window.tool.get_by_role("button", name="Yes, that is me").click()
    see_module(window)
    window.start()
    window.choose("best")
    assert cookies_of(staff) == []
    window.page.reload()
    window.heading("What happens next")
    elsewhere = staff.page.context.new_page()
    elsewhere.goto(window.page.url)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Open the activity again")


def test_a_script_that_does_not_come_through_leaves_a_way_on(blocking: Callable[..., Visit]) -> None:
    staff = with_storage(blocking(), Host.PAGE)
    staff.page.route("**/static/storage.js*", lambda route: route.abort())
    staff.open()
    staff.heading("Opening the training")
    look_at(staff, "no-cookies-login")
    staff.tool.get_by_role("link", name="Continue").press("Enter")
    staff.heading("Open the training in a new window")


def test_without_javascript_the_window_opens_too(blocking: Callable[..., Visit]) -> None:
    staff = with_storage(blocking(java_script_enabled=False), Host.PAGE)
    staff.open()
    # The LMS's own pages send their forms by script where they can; here each has a button instead.
    press(staff, "button")
    press(staff, "link")
    press(staff, "button")
    window = new_window(staff)
    window.tool.get_by_role("button", name="Yes, that is me").click()
    see_module(window)


def press(visit: Visit, role: str) -> None:
    with visit.page.expect_event("framenavigated"):
        visit.tool.get_by_role(role, name="Continue").click()


def test_on_a_phone_where_the_lms_gives_the_whole_window_nothing_is_asked(blocking: Callable[..., Visit]) -> None:
    staff = blocking(size=PHONE)
    staff.open()
    see_module(staff)


def choose_in_window(blocking: Callable[..., Visit]) -> tuple[Visit, Visit]:
    """Let a trainer ask for training in the LMS's dialog, and get to the choice in a window of its own."""
    trainer = blocking()
    trainer.page.request.post(f"{trainer.practice_url}/courses/invictus/person", form={"person": "3"})
    trainer.page.goto(f"{trainer.practice_url}/courses/invictus/add-activity")
    window = new_window(trainer)
    window.tool.get_by_role("button", name="Yes, that is me").click()
    window.heading("Choose training for your course")
    return trainer, window


def test_what_a_trainer_chooses_in_the_window_is_added_to_the_course(blocking: Callable[..., Visit]) -> None:
    trainer, window = choose_in_window(blocking)
    look_at(trainer, "no-cookies-waiting-for-choice")
    window.tool.get_by_role("checkbox", name="Social media essentials for all staff").check()
    with window.page.expect_event("close"):
        window.tool.get_by_role("button", name="Add training").click()
    expect(trainer.page.locator(".activities .new")).to_contain_text("Social media essentials for all staff")


def test_with_the_lmss_storage_a_trainer_chooses_in_the_frame(blocking: Callable[..., Visit]) -> None:
    trainer = with_storage(blocking(), Host.FRAME)
    trainer.page.request.post(f"{trainer.practice_url}/courses/invictus/person", form={"person": "3"})
    trainer.page.goto(f"{trainer.practice_url}/courses/invictus/add-activity")
    trainer.heading("Choose training for your course")
    trainer.tool.get_by_label("Social media essentials for all staff").check()
    trainer.tool.get_by_role("button", name="Add training").click()
    expect(trainer.page.locator(".activities .new")).to_contain_text("Social media essentials for all staff")


def test_a_choice_comes_back_though_the_page_that_waited_for_it_is_gone(blocking: Callable[..., Visit]) -> None:
    trainer, window = choose_in_window(blocking)
    trainer.page.goto(f"{trainer.practice_url}/courses/invictus")
    window.tool.get_by_role("button", name="Cancel").click()
    expect(window.page).to_have_url(re.compile(f"{trainer.practice_url}/.*"))


def test_a_double_click_on_the_last_word_opens_the_training_once(blocking: Callable[..., Visit]) -> None:
    staff = blocking()
    staff.open()
    window = new_window(staff)
    window.heading("Is this you?")
    window.tool.get_by_role("button", name="Yes, that is me: continue").dblclick()
    see_module(window)


def test_who_is_asked_whether_it_is_they_and_says_nothing_has_opened_nothing(blocking: Callable[..., Visit]) -> None:
    staff = blocking()
    staff.open()
    window = new_window(staff)
    window.heading("Is this you?")
    window.page.close()
    staff.page.goto(f"{staff.practice_url}/courses/invictus")
    assert "fit-to-post-visit" not in cookies_of(staff)
