"""How the practice LMS launches the tool in Canvas's mood."""

import re

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
USER = "http://purl.imsglobal.org/vocab/lis/v2/system/person#User"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"


@pytest.fixture(autouse=True)
def canvas(tool):
    tool.turn_into_canvas()


def test_login_offers_storage_and_names_the_deployment_in_hexadecimal(tool):
    login = tool.open()
    assert login["lti_storage_target"] == "_parent"
    assert re.fullmatch(r"[0-9a-f]{40}", login["lti_deployment_id"])
    assert tool.launch()[f"{CLAIM}/deployment_id"] == login["lti_deployment_id"]


def test_storage_target_is_a_named_frame_where_messages_are_forwarded(tool):
    tool.browser.post("/courses/invictus/host", data={"host": "frame"})
    assert tool.open()["lti_storage_target"] == "post_message_forwarding"


def test_storage_is_offered_even_where_no_one_answers(tool):
    tool.browser.post("/courses/invictus/host", data={"host": "nobody"})
    assert tool.open()["lti_storage_target"] == "_parent"
    assert "practice-host.js" not in tool.browser.get("/courses/invictus/activities/101").text


def test_unknown_way_to_answer_is_refused(tool):
    assert tool.browser.post("/courses/invictus/host", data={"host": "pigeon"}).status_code == 400


def test_context_type_is_a_full_name(tool):
    types = tool.launch()[f"{CLAIM}/context"]["type"]
    assert types == ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"]


@pytest.mark.parametrize(
    ("person", "roles"),
    [
        ("3", [f"{INSTITUTION}#Instructor", f"{MEMBERSHIP}#Instructor", USER]),
        (
            "4",
            [
                f"{INSTITUTION}#Instructor",
                f"{MEMBERSHIP}/Instructor#TeachingAssistant",
                f"{MEMBERSHIP}#Instructor",
                USER,
            ],
        ),
        ("5", [f"{INSTITUTION}#Student", f"{MEMBERSHIP}#Learner", USER]),
    ],
)
def test_roles_of_institution_course_and_system_come_together(tool, person, roles):
    assert tool.launch(person=person)[f"{CLAIM}/roles"] == roles


def test_unknown_variables_stay_and_no_key_gains_a_twin(tool):
    assert tool.launch()[f"{CLAIM}/custom"] == {
        "module": "essentials",
        "policyArea": "social-media",
        "line_manager": "$Person.lineManager",
    }


def test_staff_number_is_null_where_there_is_none(tool):
    assert tool.launch(person="5")[f"{CLAIM}/lis"]["person_sourcedid"] == "S1003"
    assert tool.launch(person="8")[f"{CLAIM}/lis"]["person_sourcedid"] is None


def test_token_names_its_party_and_lives_for_an_hour(tool):
    claims = tool.launch()
    assert claims["azp"] == claims["aud"] == "practice-invictus"
    assert claims["exp"] - claims["iat"] == 3600


def test_hint_works_once(tool):
    request = tool.request_to_authorise(tool.open())
    assert "id_token" in tool.authorise(request)
    assert tool.authorise(request)["error"] == "launch_no_longer_valid"


def test_menu_of_the_course_leads_to_the_course_itself_and_to_no_column(tool):
    assert ">Fit to Post</a>" in tool.browser.get("/courses/invictus").text
    claims = tool.launch_at("/courses/invictus/launch-navigation")
    assert claims[f"{CLAIM}/message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}/resource_link"]["id"] == claims[f"{CLAIM}/context"]["id"] == "11"
    assert "lineitem" not in claims[AGS]
    assert claims[AGS]["lineitems"].startswith("http://localhost:8001/courses/invictus/lineitems")


def test_menu_shows_the_tool_in_a_frame(tool):
    page = tool.browser.get("/courses/invictus/fit-to-post").text
    assert 'src="/courses/invictus/launch-navigation"' in page
