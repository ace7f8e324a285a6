"""What we ask an LMS for: all that the specification and the LMSs require, and no more than we use."""

import pytest

from lti.domain.offer import TOOL, Tool, canvas_key, registration_request
from lti.domain.scopes import WANTED

URL = "https://training.example:8443"
CANVAS_MENU = ("https://canvas.instructure.com/lti/course_navigation", "account_navigation")
SUPPORTED = {
    "moodle": {"LtiResourceLinkRequest": ("AddContentMenu",), "LtiDeepLinkingRequest": ("AddContentMenu",)},
    "canvas": {
        "LtiResourceLinkRequest": ("course_navigation", "account_navigation", "link_selection"),
        "LtiDeepLinkingRequest": ("assignment_selection", "link_selection", "editor_button"),
    },
    "canvas with prefixes": {
        "LtiResourceLinkRequest": CANVAS_MENU,
        "LtiDeepLinkingRequest": ("https://canvas.instructure.com/lti/link_selection",),
    },
    "an LMS that says nothing": {},
}


def kinds(request: dict) -> list[str]:
    return [message["type"] for message in request[TOOL]["messages"]]


# LTI Dynamic Registration 1.0, sections 3.5.1 and 3.5.2
@pytest.mark.parametrize("messages", SUPPORTED.values(), ids=SUPPORTED)
def test_a_registration_has_every_member_that_the_specification_requires(messages):
    request = registration_request(Tool(URL), messages)
    assert request["application_type"] == "web"
    assert set(request["response_types"]) >= {"id_token"}
    assert set(request["grant_types"]) == {"implicit", "client_credentials"}
    assert request["token_endpoint_auth_method"] == "private_key_jwt"
    assert request["client_name"]
    assert request["initiate_login_uri"] == f"{URL}/lti/login"
    assert request["redirect_uris"] == [f"{URL}/lti/launch"]
    assert request["jwks_uri"] == f"{URL}/lti/jwks"
    assert set(request["scope"].split()) == set(WANTED)
    tool = request[TOOL]
    assert tool["domain"] == "training.example:8443", "Moodle wants the port, and no scheme"
    assert tool["target_link_uri"].startswith(f"{URL}/")
    assert set(tool["claims"]) >= {"iss", "sub"}
    assert all(isinstance(value, str) for value in tool["custom_parameters"].values())
    for message in tool["messages"]:
        assert message["target_link_uri"].startswith(f"{URL}/")
        assert message["label"] and message["icon_uri"]


def test_an_lms_that_says_nothing_is_offered_all_messages():
    request = registration_request(Tool(URL), {})
    assert kinds(request) == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest"]


def test_an_lms_gets_no_message_that_it_does_not_know():
    assert kinds(registration_request(Tool(URL), SUPPORTED["canvas"])) == [
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    ]
    assert kinds(registration_request(Tool(URL), {"LtiResourceLinkRequest": ()})) == ["LtiResourceLinkRequest"]


@pytest.mark.parametrize("kind", ["canvas", "canvas with prefixes"])
def test_canvas_shows_us_in_the_menu_to_those_who_lead_alone(kind):
    menu = registration_request(Tool(URL), SUPPORTED[kind])[TOOL]["messages"][0]
    assert menu["placements"] == ["course_navigation"]
    assert menu["https://canvas.instructure.com/lti/visibility"] == "admins"
    assert all(role.endswith(("#Instructor", "#Manager", "#Administrator")) for role in menu["roles"])


def test_where_there_is_no_course_menu_everyone_may_open_an_activity():
    plain = registration_request(Tool(URL), SUPPORTED["moodle"])[TOOL]["messages"][0]
    assert "roles" not in plain and "placements" not in plain


def test_canvas_lets_trainers_choose_in_assignments_and_modules():
    choosing = registration_request(Tool(URL), SUPPORTED["canvas"])[TOOL]["messages"][1]
    assert choosing["placements"] == ["assignment_selection", "link_selection"]


def test_we_ask_for_every_scope_that_we_use():
    grades, roster = "https://purl.imsglobal.org/spec/lti-ags/scope/", "https://purl.imsglobal.org/spec/lti-nrps/scope/"
    used = {grades + name for name in ("score", "result.readonly", "lineitem", "lineitem.readonly")}
    assert set(WANTED) == used | {roster + "contextmembership.readonly"}


def test_names_and_addresses_are_asked_for_in_canvass_way_too():
    assert registration_request(Tool(URL), {})[TOOL]["https://canvas.instructure.com/lti/privacy_level"] == "public"


def test_a_developer_key_of_canvas_asks_for_the_same():
    key, request = canvas_key(Tool(URL)), registration_request(Tool(URL), SUPPORTED["canvas"])
    assert key["title"] == request["client_name"]
    assert key["scopes"] == request["scope"].split()
    assert key["oidc_initiation_url"] == request["initiate_login_uri"]
    assert key["public_jwk_url"] == request["jwks_uri"]
    assert key["target_link_uri"] == request[TOOL]["target_link_uri"]
    assert key["custom_fields"] == request[TOOL]["custom_parameters"]
    (extension,) = key["extensions"]
    assert extension["platform"] == "canvas.instructure.com"
    assert extension["domain"] == request[TOOL]["domain"]
    assert extension["privacy_level"] == "public"
    placements = {placement["placement"]: placement for placement in extension["settings"]["placements"]}
    assert set(placements) == {"course_navigation", "assignment_selection", "link_selection"}
    assert placements["course_navigation"]["message_type"] == "LtiResourceLinkRequest"
    assert placements["course_navigation"]["visibility"] == "admins"
    for name in ("assignment_selection", "link_selection"):
        assert placements[name]["message_type"] == "LtiDeepLinkingRequest"
        assert (placements[name]["selection_width"], placements[name]["selection_height"]) == (800, 600)


def test_the_developer_key_is_there_for_all_to_read(app):
    answer = app.test_client().get("/lti/canvas.json")
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    assert answer.json == canvas_key(Tool("http://localhost"))


def test_our_picture_is_there(app):
    with app.test_client().get(Tool("").picture) as answer:
        assert answer.status_code == 200 and answer.mimetype == "image/svg+xml"
