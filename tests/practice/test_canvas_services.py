"""Canvas's rules for scores, results, the roster and tokens, as the practice LMS keeps them in Canvas's mood."""

import json
import re

import pytest

from practice.courses.people import PEOPLE
from practice.scopes import LINEITEM, ROSTER_READ, SCORE

RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
ROSTER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"


@pytest.fixture
def canvas(tool):
    return in_canvas(tool, people_per_page=50)


def in_canvas(tool, **fields):
    assert tool.browser.post("/mood", data={"mood": "canvas", **fields}).status_code == 303
    return tool


def message(answer):
    return answer.json["errors"]["message"]


def test_score_is_answered_with_where_the_result_is(canvas):
    answer = canvas.post_score(scoreGiven=8)
    assert answer.status_code == 200
    assert answer.json == {"resultUrl": f"{canvas.item}/results/5/result?type_id=1"}
    assert canvas.grade()["percent"] == 80


def test_equal_time_stamp_is_taken(canvas):
    canvas.post_score(scoreGiven=8)
    assert canvas.post_score(scoreGiven=9).status_code == 200
    assert canvas.grade()["percent"] == 90


def test_older_time_stamp_is_bad(canvas):
    canvas.post_score(timestamp="2026-03-02T09:00:00Z")
    answer = canvas.post_score(timestamp="2026-03-02T08:59:59Z", scoreGiven=1)
    assert answer.status_code == 400
    assert "before last updated timestamp" in message(answer)
    assert canvas.grade()["percent"] == 80


@pytest.mark.parametrize("progress", ["NotReady", "Failed", "Pending"])
def test_score_that_is_not_final_sets_the_grade_to_nothing(canvas, progress):
    canvas.post_score()
    assert canvas.post_score(gradingProgress=progress).status_code == 200
    assert canvas.grade()["score"] is None


def test_score_that_awaits_a_person_counts(canvas):
    canvas.post_score(gradingProgress="PendingManual")
    assert canvas.grade()["percent"] == 80


@pytest.mark.parametrize("person", ["3", "4", "999", None])
def test_someone_who_is_no_student_cannot_be_graded(canvas, person):
    answer = canvas.post_score(userId=person)
    assert answer.status_code == 422
    assert message(answer) == "User not found in course or is not a student"


@pytest.mark.parametrize(("ahead", "status"), [(60, 200), (61, 400)])
def test_submission_may_be_a_minute_ahead(canvas, clock, ahead, status):
    now = clock()
    clock.move(seconds=ahead)
    submitted = clock().isoformat()
    clock.time = now
    assert canvas.post_score(submission={"submittedAt": submitted}).status_code == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"timestamp": None}, 400),
        ({"timestamp": "yesterday"}, 400),
        ({"activityProgress": None}, 400),
        ({"gradingProgress": None}, 400),
        ({"submission": {"submittedAt": "yesterday"}}, 400),
        ({"comment": ["Passed"]}, 400),
        ({"scoreMaximum": None}, 422),
        ({"scoreGiven": "eight"}, 422),
    ],
)
def test_score_that_canvas_would_not_take_is_refused(canvas, change, status):
    answer = canvas.post_score(**change)
    assert answer.status_code == status
    assert canvas.grade()["writes"] == 0


def test_reason_stands_in_the_body_and_not_beside_the_status(canvas):
    answer = canvas.post_score(userId="999")
    assert answer.status == "422 UNPROCESSABLE ENTITY"
    assert answer.json["errors"]["type"] == "unprocessable_entity"


def test_comment_stays_until_there_is_another(canvas):
    canvas.post_score(comment="Passed")
    canvas.post_score(comment=None)
    assert canvas.grade()["comment"] == "Passed"


def test_score_may_exceed_the_maximum(canvas):
    canvas.post_score(scoreGiven=11, scoreMaximum=10)
    assert canvas.grade()["percent"] == 110


def test_results_come_in_pages(tool):
    canvas = in_canvas(tool, people_per_page=1)
    canvas.post_score(userId="5", scoreGiven=8)
    canvas.post_score(userId="6", scoreGiven=5)
    pages = list(pages_from(canvas, f"{canvas.item}/results?type_id=1", RESULTS))
    assert [(result["userId"], result["resultScore"]) for [result] in pages] == [("5", 80.0), ("6", 50.0)]


def test_results_may_have_a_limit(canvas):
    canvas.post_score()
    assert canvas.get(f"{canvas.item}/results?type_id=1&limit=5", RESULTS).status_code == 200


def test_pages_of_results_are_shorter_than_those_of_the_roster(canvas):
    link = canvas.get(f"{canvas.item}/results?type_id=1", RESULTS).headers["Link"]
    assert relations(link)["current"].endswith("page=first&per_page=10")


def test_roster_has_roles_in_full(canvas):
    members = canvas.get("/courses/invictus/memberships", ROSTER).json["members"]
    roles = {member["user_id"]: member["roles"] for member in members}
    assert roles["3"] == [f"{MEMBERSHIP}#Instructor"]
    assert roles["4"] == [f"{MEMBERSHIP}/Instructor#TeachingAssistant", f"{MEMBERSHIP}#Instructor"]
    assert roles["5"] == [f"{MEMBERSHIP}#Learner"]


def test_roster_leaves_no_one_out_and_lets_no_one_in_who_is_not_real(canvas):
    members = canvas.get("/courses/invictus/memberships", ROSTER).json["members"]
    assert [member["user_id"] for member in members] == [person.id for person in PEOPLE]


def test_roster_comes_in_pages_though_no_limit_is_asked_for(tool):
    canvas = in_canvas(tool, people_per_page=3)
    pages = list(pages_from(canvas, "/courses/invictus/memberships", ROSTER))
    assert [len(page["members"]) for page in pages[:2]] == [3, 3]
    assert [member["user_id"] for page in pages for member in page["members"]] == [person.id for person in PEOPLE]


def test_limit_makes_pages_shorter_and_never_longer(tool):
    canvas = in_canvas(tool, people_per_page=3)
    assert len(canvas.get("/courses/invictus/memberships?limit=2", ROSTER).json["members"]) == 2
    assert len(canvas.get("/courses/invictus/memberships?limit=400", ROSTER).json["members"]) == 3


def test_next_page_remembers_the_role(tool):
    canvas = in_canvas(tool, people_per_page=2)
    address = "/courses/invictus/memberships?role=http://purl.imsglobal.org/vocab/lis/v2/membership%23Learner"
    members = [member for page in pages_from(canvas, address, ROSTER) for member in page["members"]]
    assert {tuple(member["roles"]) for member in members} == {(f"{MEMBERSHIP}#Learner",)}


def test_short_name_of_a_role_finds_no_one(canvas):
    assert canvas.get("/courses/invictus/memberships?role=Learner", ROSTER).json["members"] == []


def test_link_has_straight_quotes_several_relations_and_a_bookmark(tool):
    canvas = in_canvas(tool, people_per_page=2)
    link = canvas.get("/courses/invictus/memberships", ROSTER).headers["Link"]
    assert re.findall(r'rel="(\w+)"', link) == ["current", "next", "first"]
    assert ">; rel=" in link
    assert "&page" not in link.partition(">")[0]
    assert "page=bookmark:" in relations(link)["next"]


def test_case_of_the_bookmark_matters(tool):
    canvas = in_canvas(tool, people_per_page=2)
    address = relations(canvas.get("/courses/invictus/memberships", ROSTER).headers["Link"])["next"]
    assert canvas.get(address.lower(), ROSTER).status_code == 400


@pytest.mark.parametrize(("age", "status"), [(300, 200), (301, 400), (-30, 200), (-31, 400)])
def test_assertion_is_taken_for_five_minutes_and_half_a_minute_ahead(canvas, clock, age, status):
    now = int(clock().timestamp())
    assert canvas.ask_token(canvas.assertion(iat=now - age, exp=now + 600)).status_code == status


def test_token_comes_as_json(canvas):
    assert canvas.ask_token().json["expires_in"] == 3600


def test_scope_that_was_not_granted_is_no_token_at_all(canvas):
    answer = canvas.ask_token(scopes=(SCORE, LINEITEM))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")


def test_wrong_kid_is_answered_with_whole_json(canvas):
    assert json.loads(canvas.ask_token(canvas.assertion(kid="unheard-of")).text)["error"] == "invalid_client"


def test_moodles_rules_come_back_with_its_mood(canvas):
    canvas.post_score()
    canvas.browser.post("/mood", data={"mood": "moodle"})
    assert canvas.post_score().status_code == 409
    assert "Link" not in canvas.get("/courses/invictus/memberships", ROSTER).headers
    assert json.loads(canvas.ask_token(scopes=(ROSTER_READ, LINEITEM)).text)["scope"] == ROSTER_READ


def test_unknown_mood_is_refused(tool):
    assert tool.browser.post("/mood", data={"mood": "blackboard"}).status_code == 400


def test_page_tells_the_mood(canvas):
    page = canvas.browser.get("/log").text
    assert re.search(r'value="canvas"[^>]* checked', page)
    assert "an older one gets 400" in page


def pages_from(tool, address, media):
    """Every page of a list, as the links lead from one to the next."""
    while address:
        answer = tool.get(address, media)
        assert answer.status_code == 200
        yield answer.json
        address = relations(answer.headers["Link"]).get("next")


def relations(link):
    """The addresses of a Link header by their relation."""
    return {name: address for address, name in re.findall(r'<([^>]+)>; rel="(\w+)"', link)}
