"""A member of staff: from the course through the module to a grade in the gradebook."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.conftest import Plays, Visit
from tests.support.looks import PHONE


def test_staff_launch_play_four_stories_and_see_the_grade_arrive(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    stories = set()
    while staff.tool.locator("input[type=radio]").count():
        stories.add(staff.scene()[0].title)
        staff.choose("best")
        staff.go_on()
    staff.heading("You have passed")
    staff.look("result-passed")
    assert len(stories) == 4
    grades = staff.page.get_by_role("row").filter(has_text="Zoë Fairweather").filter(has_text="Social media essentials")
    staff.in_gradebook(grades.filter(has_text="100.00 %"))


def test_on_a_phone_the_training_has_the_whole_window(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit(size=PHONE)
    staff.open()
    staff.look("module")
    assert staff.tool is staff.page
    staff.start()
    staff.look("scene")
    staff.choose("best")
    staff.look("consequence")
    staff.go_on()
    expect(staff.tool.locator(".ftp-progress")).to_contain_text("Question 2")


def test_who_stops_in_the_middle_goes_on_where_they_were(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    staff.choose("best")
    staff.go_on()
    reached = staff.heading().inner_text()
    elsewhere = new_visit()
    elsewhere.open()
    elsewhere.look("module-in-progress")
    elsewhere.start("Continue where you left off")
    assert elsewhere.heading().inner_text() == reached


def test_an_answer_without_a_choice_gets_the_question_again_with_what_to_do(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    staff.tool.get_by_role("button", name="Confirm").click()
    expect(staff.tool.get_by_role("alert")).to_contain_text("Select what you would do")
    expect(staff.tool.locator(".govuk-error-summary")).to_be_focused()
    staff.look("scene-without-a-choice")
    staff.tool.get_by_role("link", name="Select what you would do").click()
    expect(staff.tool.locator("input[type=radio]").first).to_be_focused()


def test_a_serious_breach_that_decides_is_explained_and_another_try_offered(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays("serious-breach")
    staff = new_visit()
    staff.open()
    staff.go("/attempts/1/result")
    staff.heading("Not passed this time")
    expect(staff.tool.get_by_text("whatever your percentage")).to_be_visible()
    staff.look("result-not-passed")
    staff.start("Try again")
    staff.look("scene-of-another-try")


def test_the_same_story_is_rated_by_each_trusts_own_policy(somebody_plays: Plays) -> None:
    said = {course: somebody_plays(course=course).text.partition("<main")[2] for course in ("invictus", "agora")}
    assert all("You have passed" in words for words in said.values())
    assert "Invictus" in said["invictus"] and "Agora" in said["agora"]
    assert "Agora" not in said["invictus"] and "Invictus" not in said["agora"]


def test_a_story_can_be_played_to_the_result_by_keyboard_alone(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays(but_the_last_story=True)
    staff = new_visit()
    staff.open()
    staff.press(staff.tool.get_by_role("button", name="Continue where you left off"), "Enter")
    expect(staff.tool.locator("input[type=radio]").first).to_be_visible()
    while staff.tool.locator("input[type=radio]").count():
        staff.answer_by_keyboard()
    expect(staff.tool.locator("main h1")).to_contain_text("passed")


def test_a_story_can_be_played_to_the_result_without_javascript(
    somebody_plays: Plays, new_visit: Callable[..., Visit]
) -> None:
    somebody_plays(but_the_last_story=True)
    staff = new_visit(java_script_enabled=False)
    staff.open()
    # The LMS's own pages send their forms by script where they can; here each has a button instead.
    for _ in range(2):
        with staff.page.expect_event("framenavigated"):
            staff.tool.get_by_role("button").first.click()
    staff.heading()
    staff.start("Continue where you left off")
    staff.play("best")
    staff.heading("You have passed")


def test_playing_leaves_one_entry_in_the_history_of_the_frame(new_visit: Callable[..., Visit]) -> None:
    staff = new_visit()
    staff.open()
    staff.start()
    before = staff.page.evaluate("history.length")
    for _ in range(2):
        staff.choose("best")
        staff.go_on()
    assert staff.page.evaluate("history.length") == before
