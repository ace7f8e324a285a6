"""How the practice LMS launches the tool."""

import pytest

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"


def test_login_names_client_and_deployment_and_offers_no_storage(tool):
    login = tool.open()
    assert login["iss"] == "http://localhost:8001"
    assert login["target_link_uri"] == "http://localhost:8000/lti/launch"
    assert (login["client_id"], login["lti_deployment_id"]) == ("practice-invictus", "1")
    assert "lti_storage_target" not in login


def test_message_says_where_the_person_is(tool):
    claims = tool.launch()
    assert (claims["iss"], claims["aud"], claims["nonce"]) == ("http://localhost:8001", "practice-invictus", "nonce-1")
    assert "azp" not in claims
    assert claims[f"{CLAIM}/message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}/resource_link"]["id"] == "101"
    assert claims[f"{CLAIM}/context"] == {
        "id": "11",
        "label": "INVICTUS-STAFF",
        "title": "Invictus Education Trust",
        "type": ["CourseSection"],
    }


def test_message_lives_for_a_minute(tool, clock):
    claims = tool.launch()
    assert claims["iat"] == int(clock().timestamp())
    assert claims["exp"] - claims["iat"] == 60


def test_custom_keys_in_mixed_case_gain_twins_and_unknown_variables_stay(tool):
    assert tool.launch()[f"{CLAIM}/custom"] == {
        "module": "essentials",
        "policyArea": "social-media",
        "policyarea": "social-media",
        "line_manager": "$Person.lineManager",
    }


def test_service_addresses_carry_moodles_type(tool):
    claims = tool.launch()
    assert claims[AGS]["lineitem"] == "http://localhost:8001/courses/invictus/lineitems/201/lineitem?type_id=1"
    assert claims[AGS]["lineitems"] == "http://localhost:8001/courses/invictus/lineitems?type_id=1"
    assert claims[NRPS]["context_memberships_url"] == "http://localhost:8001/courses/invictus/memberships"


@pytest.mark.parametrize(("person", "role"), [("3", "Instructor"), ("4", "Instructor"), ("5", "Learner")])
def test_trainer_and_manager_look_alike_at_launch(tool, person, role):
    assert tool.launch(person=person)[f"{CLAIM}/roles"] == [f"{MEMBERSHIP}#{role}"]


def test_person_with_an_accent_arrives_in_full(tool):
    claims = tool.launch(person="5")
    assert (claims["name"], claims["email"]) == ("Zoë Fairweather", "zoe.fairweather@school.example")
    assert claims[f"{CLAIM}/ext"]["user_username"] == "zoe.fairweather"
    assert claims[f"{CLAIM}/lis"] == {"person_sourcedid": "S1003"}


def test_person_who_shares_nothing_arrives_without_name_and_email(tool):
    claims = tool.launch(person="9")
    assert claims["sub"] == "9"
    assert not {"name", "given_name", "family_name", "email"} & set(claims)


def test_person_without_a_staff_number_arrives_without_the_claim(tool):
    assert f"{CLAIM}/lis" not in tool.launch(person="8")


def test_frame_and_whole_window_are_told_apart(tool):
    assert tool.launch()[f"{CLAIM}/launch_presentation"]["document_target"] == "iframe"
    assert tool.launch(target="window")[f"{CLAIM}/launch_presentation"]["document_target"] == "window"


def test_each_course_is_a_client_of_its_own(tool):
    claims = tool.launch(activity="103")
    assert (claims["aud"], claims[f"{CLAIM}/deployment_id"]) == ("practice-unnamed", "3")


def test_hint_works_once(tool):
    request = tool.request_to_authorise(tool.open())
    assert "id_token" in tool.authorise(request)
    again = tool.authorise(request)
    assert (again["error"], again["state"]) == ("launch_no_longer_valid", "state-1")
    assert "id_token" not in again


def test_hint_is_good_for_five_minutes(tool, clock):
    request = tool.request_to_authorise(tool.open())
    clock.move(minutes=5)
    assert tool.authorise(request)["error"] == "launch_no_longer_valid"


def test_hint_of_one_person_does_not_serve_another(tool):
    request = tool.request_to_authorise(tool.open(person="5")) | {"login_hint": "3"}
    assert tool.authorise(request)["error"] == "login_required"


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("scope", "profile", "invalid_scope"),
        ("response_type", "code", "unsupported_response_type"),
        ("response_mode", "query", "invalid_request"),
        ("prompt", "login", "invalid_request"),
        ("nonce", "", "invalid_request"),
        ("lti_message_hint", "made-up", "invalid_request"),
    ],
)
def test_request_that_is_not_lti_is_refused(tool, name, value, error):
    request = tool.request_to_authorise(tool.open()) | {name: value}
    assert tool.authorise(request)["error"] == error


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "somebody-else"),
        ("redirect_uri", "http://localhost:8000/lti/launch/"),
        ("redirect_uri", "https://elsewhere.example/lti/launch"),
    ],
)
def test_nothing_is_sent_to_a_stranger(tool, name, value):
    request = tool.request_to_authorise(tool.open()) | {name: value}
    answer = tool.browser.get("/auth", query_string=request)
    assert answer.status_code == 400
    assert "<form" not in answer.text


def test_form_to_the_tool_has_a_button_without_javascript(tool):
    assert '<noscript><h1>Opening the activity</h1><button type="submit">' in tool.browser.get("/launch/101").text
