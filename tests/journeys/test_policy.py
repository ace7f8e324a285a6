"""Staff read their policy, search it, confirm it and print a story: by mouse, by keyboard, in light and in the dark."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Plays, Visit
from tests.support.looks import PHONE, SIDEWAYS

SMALLEST = {"width": 320, "height": 640}


def test_staff_read_search_and_confirm_their_policy(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.look("module")
    staff.tool.get_by_role("link", name="Read or search your trust’s policy").click()
    staff.heading("Invictus Education Trust Social media policy")
    staff.look("policy")
    staff.tool.get_by_role("link", name="National law and guidance").click()
    staff.heading("What national law and guidance say")
    expect(staff.tool.get_by_text("To be confirmed by your safeguarding lead")).to_be_visible()
    staff.tool.get_by_role("link", name="Back to the module").click()
    staff.tool.get_by_role("link", name="Read or search your trust’s policy").click()
    for words in ("photos", "tag", "zebra"):
        staff.tool.get_by_label("Search the policy").fill(words)
        staff.tool.get_by_role("button", name="Search").click()
        expect(staff.tool.locator("h2").first).to_contain_text(f"“{words}”")
        staff.look(f"policy-search-{words}")
    staff.tool.get_by_role("link", name="Show the whole policy").click()
    staff.tool.get_by_role("link", name="Confirm that you have read the policy").click()
    staff.heading("Confirm that you have read the policy")
    staff.look("acknowledgement")
    staff.tool.get_by_role("button", name="Confirm").click()
    expect(staff.tool.locator(".govuk-error-summary")).to_be_focused()
    staff.look("acknowledgement-without-the-tick")
    staff.tool.get_by_label("I have read version 1").check()
    staff.tool.get_by_role("button", name="Confirm").click()
    staff.heading("You have confirmed that you read the policy")
    staff.look("acknowledgement-given")
    staff.tool.get_by_role("link", name="Continue to the module").click()
    expect(staff.tool.get_by_text("We will ask you again when")).to_be_visible()
    staff.tool.get_by_role("link", name="Accessibility statement").click()
    staff.heading("Accessibility statement")
    staff.look("accessibility")


def test_a_clause_of_a_ruling_leads_into_the_policy_and_back(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    staff.look("scene")
    staff.choose("serious-breach")
    staff.look("consequence")
    link = staff.tool.locator(".ftp-clause a").first
    anchor = (link.get_attribute("href") or "").partition("#")[2]
    link.click()
    staff.heading("Invictus Education Trust Social media policy")
    clause = staff.tool.locator(f"[id='{anchor}']")
    expect(clause).to_be_in_viewport()
    expect(clause).to_contain_text("You met this in")
    staff.look("policy-at-a-clause")
    staff.tool.get_by_role("link", name="Back to your answer").click()
    staff.heading("What happens next")
    somebody_plays("serious-breach")
    staff.go("/attempts/1/result")
    staff.heading("Not passed this time")
    staff.look("result")


def test_a_story_is_plain_before_the_end_and_explained_after_it(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    staff = new_visit()
    staff.open()
    staff.tool.get_by_role("link", name="read or print").first.click()
    staff.heading()
    expect(staff.tool.locator(".ftp-rating")).to_have_count(0)
    staff.look("story")
    somebody_plays()
    staff.go("/attempts/1/result")
    expect(staff.tool.get_by_text("You have one more thing to do.")).to_be_visible()
    staff.look("result-to-confirm")
    staff.tool.get_by_role("link", name="Back to the module").click()
    staff.look("module-to-confirm")
    staff.tool.get_by_role("link", name="read or print").first.click()
    expect(staff.tool.locator(".ftp-rating").first).to_be_visible()
    staff.look("story-explained")


def test_the_policy_is_confirmed_by_keyboard_alone(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.heading()
    keyboard = staff.page.keyboard
    staff.tool.get_by_role("button", name="Start").focus()
    staff.press(staff.tool.get_by_role("link", name="confirm that you have read the policy"), "Enter")
    staff.heading("Confirm that you have read the policy")
    staff.press(staff.tool.get_by_role("button", name="Confirm"), "Enter")
    expect(staff.tool.locator(".govuk-error-summary")).to_be_focused()
    staff.press(staff.tool.get_by_role("link", name="Tick the box"), "Enter")
    expect(staff.tool.get_by_role("checkbox")).to_be_focused()
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(staff.heading("You have confirmed that you read the policy")).to_be_focused()


def test_the_policy_is_searched_and_confirmed_without_javascript(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit(java_script_enabled=False)
    staff.open()
    # The LMS's own pages send their forms by script where they can; here each has a button instead.
    for _ in range(2):
        with staff.page.expect_event("framenavigated"):
            staff.tool.get_by_role("button").first.click()
    staff.tool.get_by_role("link", name="Read or search your trust’s policy").click()
    expect(staff.tool.get_by_role("button", name="Print the policy")).to_be_hidden()
    staff.tool.get_by_label("Search the policy").fill("photos")
    staff.tool.get_by_role("button", name="Search").click()
    expect(staff.tool.locator("mark").first).to_be_visible()
    staff.go("/policy/acknowledgement")
    staff.tool.get_by_label("I have read version 1").check()
    staff.tool.get_by_role("button", name="Confirm").click()
    staff.heading("You have confirmed that you read the policy")


STORY = "/stories/tagged-photos"
PAGES = ("/module", "/policy", "/policy?q=photos", "/policy/acknowledgement", STORY, "/accessibility")


def test_pages_keep_to_the_narrowest_window_also_with_text_twice_as_large(new_visit: Callable[..., Visit]) -> None:
    staff, beyond = new_visit(size=SMALLEST), {}
    staff.open()

    def measure(page: str) -> None:
        for text, size in (("100%", SMALLEST), ("200%", PHONE)):
            staff.page.set_viewport_size(size)
            staff.tool.evaluate("(size) => { document.documentElement.style.fontSize = size }", text)
            beyond[page, text] = staff.tool.evaluate(SIDEWAYS)

    for path in PAGES:
        staff.go(path)
        measure(path)
    staff.go("/module")
    staff.start()
    measure("a scene")
    staff.choose("serious-breach")
    measure("a consequence")
    assert {page: pixels for page, pixels in beyond.items() if pixels > 0} == {}


def test_pages_can_be_read_in_forced_colours(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit(size=SMALLEST, forced_colors="active")
    staff.open()
    for path in PAGES:
        staff.go(path)
        staff.look(f"forced{path.split('?')[0].replace('/', '-')}")


def test_on_paper_there_are_words_and_nothing_to_press(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit(size=PHONE, color_scheme="dark")
    staff.open()
    staff.heading()
    for path in ("/policy", STORY):
        staff.go(path)
        staff.page.emulate_media(media="print")
        expect(staff.tool.get_by_role("button")).to_have_count(0)
        expect(staff.tool.locator("main h1")).to_be_visible()
        assert staff.tool.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        staff.page.emulate_media(media="screen")


def test_the_print_button_prints_the_frame_alone(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.heading()
    staff.go("/policy")
    staff.tool.evaluate("() => { window.print = () => { document.title = 'printed' } }")
    staff.tool.get_by_role("button", name="Print the policy").click()
    assert staff.tool.evaluate("document.title") == "printed"


def test_a_page_with_links_into_itself_scrolls_inside_its_frame(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.page.add_init_script(
        "window.asked = []; addEventListener('message', (event) => asked.push(event.data.height))"
    )
    staff.open()
    staff.heading()
    staff.page.wait_for_function("asked.at(-1) > 800")
    staff.go("/policy#clause-10.4(f)")
    staff.page.wait_for_function("asked.at(-1) === 800")
    expect(staff.tool.locator("[id='clause-10.4(f)']")).to_be_in_viewport()
