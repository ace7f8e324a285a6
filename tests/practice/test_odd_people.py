"""People whose roles are unusual, and launches that say nothing of the person."""

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
TEACHER_ELSEWHERE = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"
ROSTER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@pytest.fixture(params=["moodle", "canvas"])
def mood(request, tool):
    tool.browser.post("/mood", data={"mood": request.param})


def test_odd_people_stand_under_a_heading_of_their_own(tool):
    page = tool.browser.get("/courses/invictus").text
    before, after = page.split("<h3>Odd cases</h3>")
    assert "Carys Vaughan" in after and "Test Student" in after
    assert "Carys Vaughan" not in before


def test_student_view_is_a_learner_and_a_test_user(tool, mood):
    roles = tool.launch(person="90")[f"{CLAIM}/roles"]
    assert LEARNER in roles and TEST_USER in roles


def test_student_view_is_in_no_roster_and_no_gradebook(tool, mood):
    members = tool.get("/courses/invictus/memberships", ROSTER).json["members"]
    assert "90" not in {member["user_id"] for member in members}
    grades = tool.browser.get("/courses/invictus/gradebook.json").json["grades"]
    assert "90" not in {grade["person"] for grade in grades}
    assert tool.post_score(userId="90").status_code in (400, 422)


def test_teacher_elsewhere_who_learns_here_has_both_roles(tool, mood):
    roles = tool.launch(person="10")[f"{CLAIM}/roles"]
    assert LEARNER in roles and TEACHER_ELSEWHERE in roles
    assert not any("membership#Instructor" in role for role in roles)


def test_teacher_elsewhere_is_graded_like_any_learner(tool, mood):
    assert tool.post_score(userId="10").status_code == 200
    assert tool.grade("10")["percent"] == 80


def test_anonymous_activity_says_nothing_of_the_person(tool, mood):
    tool.become("3")
    tool.browser.post("/courses/invictus/activities/101/anonymity")
    assert ">Anonymous</span>" in tool.browser.get("/courses/invictus").text
    claims = tool.launch(person="5")
    assert not {"sub", "name", "given_name", "family_name", "email", f"{CLAIM}/lis"} & set(claims)
    assert LEARNER in claims[f"{CLAIM}/roles"]
    assert "Zoë" not in str(claims) and "zoe" not in str(claims)
    assert tool.launch(activity="111", person="5")["sub"] == "5"


def test_anonymity_ends_when_the_trainer_ends_it(tool):
    tool.become("3")
    for _ in range(2):
        tool.browser.post("/courses/invictus/activities/101/anonymity")
    assert tool.launch(person="5")["sub"] == "5"


def test_only_who_leads_makes_an_activity_anonymous(tool):
    tool.become("5")
    assert tool.browser.post("/courses/invictus/activities/101/anonymity").status_code == 403
    assert "sub" in tool.launch()
