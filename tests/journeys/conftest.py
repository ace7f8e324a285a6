"""What journeys share: a real Chromium, people at the practice LMS, and a close look at every page they pass."""

import os
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, Playwright, expect, sync_playwright

from modules.content.shipped import modules, shipped_library
from modules.domain.content import Content
from practice.courses.people import COURSES
from scenarios.domain.scenario import Scenario, Scene
from tests.support.knowing import known
from tests.support.looks import DESKTOP, PICTURES, look
from tests.support.page_rules import problems_of
from tests.support.servers import Running
from tests.support.visitor import Form, Visitor, first_of_each, visit_in

# What a browser with a window does behind it, for each page: no test sees it, and it takes a fifth of the time.
BEHIND_THE_WINDOW = ("SpareRendererForSitePerProcess", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
# Without these, Chromium calls its maker's servers at each start, which a closed network answers with errors.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(BEHIND_THE_WINDOW)}",
]

expect.set_options(timeout=10_000)


def chromium() -> str:
    """Return where Chromium is, as ``./run test`` found it."""
    return os.environ.get("CHROMIUM", "/usr/bin/chromium")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests without a browser when pictures are wanted: they would show nothing."""
    if PICTURES:
        shown = [item for item in items if isinstance(item, pytest.Function) and "playwright" in item.fixturenames]
        config.hook.pytest_deselected(items=[item for item in items if item not in shown])
        items[:] = shown


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
    yield browser
    browser.close()


def choice_rated(content: Content, rating: str, scenario: Scenario, scene: Scene) -> str:
    """Return the choice of a scene that the trust's policy rates so; the best where none is."""
    rated = {ruling.rating.value: choice for choice, ruling in content.rulings_on(scenario, scene).items()}
    return rated.get(rating, rated["best"])


def activity_for(course: str, module: str) -> str:
    """Return the id of the activity of a course of the practice LMS that opens a module."""
    activities = next(each for each in COURSES if each.key == course).activities
    return next(activity.id for activity in activities if activity.custom["module"] == module)


class Visit:
    """Somebody at the practice LMS in a browser, and the tool as they see it: in its frame, or in the whole window."""

    def __init__(self, page: Page, practice_url: str, course: str = "invictus", module: str = "essentials") -> None:
        self.page, self.practice_url, self.course, self.module = page, practice_url, course, module

    def open(self) -> None:
        """Open the activity: in the frame, or in the whole window where the LMS shows no frame."""
        activity = activity_for(self.course, self.module)
        self.page.goto(f"{self.practice_url}/courses/{self.course}/activities/{activity}")
        whole_window = self.page.get_by_role("link", name="Open the activity")
        if whole_window.is_visible():
            whole_window.click()

    @property
    def tool(self) -> Frame | Page:
        """Return the document in which the tool is."""
        frame = self.page.locator("iframe.tool")
        return (frame.element_handle().content_frame() if frame.is_visible() else None) or self.page

    def heading(self, name: str | None = None) -> Locator:
        """Wait for the tool's heading, and for the style sheet: what it shows until then nobody sees."""
        tool = self.tool
        tool.wait_for_load_state()
        heading = tool.locator("main h1")
        expect(heading).to_be_visible()
        if name:
            expect(heading).to_have_text(name)
        return heading

    def go(self, path: str) -> None:
        """Open a page of the tool by its address, in the visit where the tool is."""
        self.tool.wait_for_url(lambda url: bool(visit_in(url)))
        address = urlsplit(self.tool.url)
        self.tool.goto(f"{address.scheme}://{address.netloc}{visit_in(self.tool.url)}{path}")
        self.heading()

    def look_again_until(self, words: str, look: Callable[[], object]) -> None:
        """Look again and again until the tool's page shows words: grades travel behind the pages that tell of them."""
        self._look_again_until(lambda: self.tool.get_by_text(words), look)

    def in_gradebook(self, sought: Locator) -> Locator:
        """Look into the LMS's gradebook again and again until something is there."""
        address = f"{self.practice_url}/courses/{self.course}/gradebook"
        self._look_again_until(lambda: sought, lambda: self.page.goto(address))
        return sought

    def _look_again_until(self, find: Callable[[], Locator], look: Callable[[], object]) -> None:
        for _ in range(20):
            look()
            if find().count():
                break
            self.page.wait_for_timeout(500)
        expect(find().first).to_be_visible()

    def press(self, thing: Locator, key: str) -> None:
        """Go on to a thing with the tabulator, and press a key on it."""
        expect(thing).to_be_attached()
        for _ in range(100):
            if thing.evaluate("(thing) => thing === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(thing).to_be_focused()
        self.page.keyboard.press(key)

    def start(self, button: str = "Start") -> None:
        """Start the module, or go on with it, and wait for the first scene."""
        self.tool.get_by_role("button", name=button).click()
        expect(self.tool.locator("input[type=radio]").first).to_be_visible()

    def look(self, name: str) -> None:
        """Hold the page against the rules for pages, and have it looked at closely."""
        heading = self.heading()
        found = look(self.page, self.tool, name)
        # As it was sent: the browser hides nonces, and a close look leaves marks.
        found += problems_of(self.tool.evaluate("fetch(location.href).then((answer) => answer.text())"))
        assert not found, f"{name} ({heading.inner_text()}): {found}"

    def choose(self, rating: str) -> None:
        """Choose what the trust's policy rates so in the scene at hand, and confirm; the best where nothing is."""
        choice = choice_rated(self.content, rating, *self.scene())
        self.tool.locator(f"input[type=radio][value='{choice}']").check()
        self.tool.get_by_role("button", name="Confirm").click()
        self.heading("What happens next")

    def scene(self) -> tuple[Scenario, Scene]:
        """Return the scenario and the scene that the page asks about."""
        scenario = self.content.scenario(self.tool.locator("input[name=scenario]").input_value())
        return scenario, scenario.scene(self.tool.locator("input[name=scene]").input_value())

    @property
    def content(self) -> Content:
        return shipped_library().content_of(modules()[self.module], self.course)

    def answer_check(self) -> None:
        """Answer the rule check at hand as someone who knows the policy, and confirm."""
        for name, value in self.right_answers().items():
            self.tool.locator(f"input[name='{name}'][value='{value}']").check()
        self.tool.get_by_role("button", name="Confirm").click()
        self.heading("What your policy says")

    def right_answers(self) -> dict[str, str]:
        """Return the best choice in the scene at hand, or where each act of the rule check at hand belongs."""
        if not self.tool.locator("input[name=check]").count():
            return {"choice": choice_rated(self.content, "best", *self.scene())}
        names = self.tool.locator("input[type=radio]").evaluate_all("(all) => all.map((one) => one.name)")
        return known(self.content, dict.fromkeys(names))

    def answer_by_keyboard(self) -> None:
        """Answer the question at hand rightly, confirm it and leave its explanation behind, with keys alone."""
        keyboard, asked = self.page.keyboard, self.heading().inner_text()
        for name, value in self.right_answers().items():
            self.press(self.tool.locator(f"input[name='{name}']").first, "Space")
            while not self.tool.locator(f"input[name='{name}'][value='{value}']:checked").count():
                keyboard.press("ArrowDown")
        keyboard.press("Tab")
        expect(self.tool.get_by_role("button", name="Confirm")).to_be_focused()
        keyboard.press("Enter")
        expect(self.tool.locator("main h1")).not_to_have_text(asked)
        explained = self.heading()
        expect(explained).to_be_focused()
        words = explained.inner_text()
        self.press(self.tool.locator(".ftp-bar a.govuk-button"), "Enter")
        expect(self.tool.locator("main h1")).not_to_have_text(words)

    def go_on(self) -> None:
        """Leave the consequence behind, and the rule checks that follow it, which are answered rightly."""
        self.turn_page()
        while self.tool.locator("input[name=check]").count():
            self.answer_check()
            self.turn_page()

    def go_on_to_next_check(self) -> None:
        """Answer the rule check at hand rightly, and all decisions up to the next one."""
        self.answer_check()
        self.turn_page()
        while not self.tool.locator("input[name=check]").count():
            self.choose("best")
            self.turn_page()

    def turn_page(self) -> None:
        """Leave the page behind on which an answer is explained."""
        explained = self.heading().inner_text()
        self.tool.locator("a.govuk-button").click()
        expect(self.tool.locator("main h1")).not_to_have_text(explained)
        self.heading()

    def play(self, rating: str = "best") -> None:
        """Play the module to its end, always choosing what is rated so."""
        while self.tool.locator("input[type=radio]").count():
            self.choose(rating)
            self.go_on()


Plays = Callable[..., requests.Response]


@pytest.fixture
def somebody_plays(practice: Running, tool: Running) -> Plays:
    """Let someone play a module, or go on with it, to the page of their result or to the beginning of its last story.

    They know all rules unless they are ``mistaken``, and choose what is rated so. It takes no browser: where playing is
    not the matter, it need not be seen.
    """

    def plays(
        rating: str = "best",
        course: str = "invictus",
        module: str = "essentials",
        person: str = "5",
        but_the_last_story: bool = False,
        mistaken: bool = False,
    ) -> requests.Response:
        content = shipped_library().content_of(modules()[module], course)
        last = content.scenarios[-1].key if but_the_last_story else None

        def answer(form: Form) -> dict[str, str]:
            if "check" in form.fields:
                return first_of_each(form) if mistaken else known(content, form.groups)
            scenario = content.scenario(form.fields["scenario"])
            return {"choice": choice_rated(content, rating, scenario, scenario.scene(form.fields["scene"]))}

        staff = Visitor(practice.url, practice.tool_url, course, person)
        staff.launch(activity_for(course, module))
        end = staff.play(staff.submit(staff.get("/module")), answer=answer, until=last)
        assert end.url.endswith("/result") or last, end.url
        return end

    return plays


@pytest.fixture
def new_visit(browser: Browser, practice: Running, tool: Running) -> Iterator[Callable[..., Visit]]:
    """Give visits in browser windows of their own."""
    contexts: list[BrowserContext] = []

    def new(course: str = "invictus", size: dict[str, int] = DESKTOP, module: str = "essentials", **options: object):
        context = browser.new_context(viewport=size, **options)
        contexts.append(context)
        return Visit(context.new_page(), practice.url, course, module)

    yield new
    for context in contexts:
        context.close()
