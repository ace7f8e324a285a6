"""How the practice LMS lets trainers look at the answers behind a grade."""

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"


def review(tool, subject="5", person="3", item="201"):
    return tool.launch_at(f"/courses/invictus/launch-review/{item}/{subject}", person)


@pytest.mark.parametrize("person", ["3", "4"])
def test_review_names_who_looks_at_who_and_where(tool, person):
    claims = review(tool, person=person)
    assert claims[f"{CLAIM}/message_type"] == "LtiSubmissionReviewRequest"
    assert claims["sub"] == person
    assert claims[f"{CLAIM}/for_user"] == {
        "user_id": "5",
        "name": "Zoë Fairweather",
        "given_name": "Zoë",
        "family_name": "Fairweather",
        "email": "zoe.fairweather@school.example",
    }
    assert claims[f"{CLAIM}/resource_link"]["id"] == "101"
    assert claims[AGS]["lineitem"] == "http://localhost:8001/courses/invictus/lineitems/201/lineitem?type_id=1"


def test_review_names_no_one_who_keeps_their_name(tool):
    assert review(tool, subject="9")[f"{CLAIM}/for_user"] == {"user_id": "9"}


def test_gradebook_leads_to_the_answers_once_there_is_a_grade(tool):
    tool.become("3")
    assert "Look at the answers" not in tool.browser.get("/courses/invictus/gradebook").text
    tool.post_score()
    assert 'href="/courses/invictus/answers/201/5"' in tool.browser.get("/courses/invictus/gradebook").text
    page = tool.browser.get("/courses/invictus/answers/201/5").text
    assert 'src="/courses/invictus/launch-review/201/5"' in page
    assert "Answers of Zoë Fairweather" in page


def test_staff_look_at_no_ones_answers(tool):
    tool.post_score()
    tool.become("5")
    assert "Look at the answers" not in tool.browser.get("/courses/invictus/gradebook").text
    assert tool.browser.get("/courses/invictus/answers/201/6").status_code == 403
    assert tool.browser.get("/courses/invictus/launch-review/201/6").status_code == 403


@pytest.mark.parametrize("path", ["answers/202/5", "answers/201/999", "launch-review/202/5", "launch-review/201/999"])
def test_what_is_not_in_the_course_has_no_answers(tool, path):
    tool.become("3")
    assert tool.browser.get(f"/courses/invictus/{path}").status_code == 404


def test_review_leads_to_where_the_tool_wanted_it(tool, add):
    add(lineItem={"scoreMaximum": 10, "submissionReview": {"url": "http://localhost:8000/lti/launch?review=1"}})
    [item] = tool.activities()[-1]["line_items"]
    claims = review(tool, item=item["id"])
    assert claims[f"{CLAIM}/target_link_uri"] == "http://localhost:8000/lti/launch?review=1"
