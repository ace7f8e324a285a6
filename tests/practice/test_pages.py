"""The pages of the practice LMS."""

import pytest

from practice.courses.people import COURSES


def test_front_page_leads_to_the_first_courses(tool):
    page = tool.browser.get("/").text
    assert all(f'href="/courses/{course.key}">{course.title}' in page for course in COURSES)


@pytest.mark.parametrize(
    "path", ["/", "/courses/agora", "/courses/agora/gradebook", "/log", "/mailbox", "/courses/agora/return"]
)
def test_pages_have_a_title_and_one_heading(tool, path):
    page = tool.browser.get(path).text
    assert "– Practice LMS</title>" in page
    assert page.count("<h1>") == 1


def test_frame_has_a_title(tool):
    assert (
        '<iframe class="tool" title="Social media essentials"' in tool.browser.get("/courses/agora/activities/102").text
    )


def test_activity_is_found_in_its_own_course_only(tool):
    assert tool.browser.get("/courses/agora/activities/101").status_code == 404


def test_visitor_is_the_person_they_choose_to_be(tool):
    tool.browser.post("/courses/invictus/person", data={"person": "3"})
    assert "You are Priya Raman" in tool.browser.get("/courses/agora").text


def test_cookie_has_a_name_of_its_own(tool):
    answer = tool.browser.post("/courses/invictus/person", data={"person": "3"})
    assert answer.headers["Set-Cookie"].startswith("practice_lms=")


def test_visitor_cannot_be_someone_unknown(tool):
    assert tool.browser.post("/courses/invictus/person", data={"person": "999"}).status_code == 400


def test_gradebook_shows_the_grade_and_the_comment(tool):
    tool.post_score(comment="Certificate valid until 2027")
    page = tool.browser.get("/courses/invictus/gradebook").text
    assert "80.00 %" in page
    assert "Certificate valid until 2027" in page


def test_return_page_says_what_the_tool_had_to_say_and_runs_none_of_it(tool):
    page = tool.browser.get("/courses/agora/return", query_string={"lti_msg": "<b>Saved</b>"}).text
    assert "&lt;b&gt;Saved&lt;/b&gt;" in page


def test_unknown_page_says_where_to_go(tool):
    answer = tool.browser.get("/courses/nowhere")
    assert answer.status_code == 404
    assert "Go to the courses" in answer.text
