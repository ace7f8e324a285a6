"""How a tool registers itself with the practice LMS, in Moodle's manner and in Canvas's."""

import pytest

from practice.scopes import AGS_SCOPES, ROSTER_READ
from tests.support.practice_registrations import PAGE, TOOL, asked_for, begin, configuration, register

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


@pytest.fixture
def browser(tool):
    return tool.browser


@pytest.fixture
def canvas(tool):
    tool.browser.post("/mood", data={"mood": "canvas"})
    return tool


def configuration_of(browser, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return browser.get("/.well-known/openid-configuration", headers=headers)


def test_moodle_lists_its_messages_as_plain_words(browser):
    answer = configuration_of(browser)
    assert answer.mimetype == "application/json"
    told = answer.json
    assert told["issuer"] == "http://localhost:8001"
    assert told["registration_endpoint"] == "http://localhost:8001/registrations"
    assert told[PLATFORM]["product_family_code"] == "moodle"
    assert told[PLATFORM]["messages_supported"] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]
    assert told[PLATFORM]["placements"] == ["AddContentMenu"]
    assert "authorization_server" not in told


def test_canvas_lists_its_placements_with_each_message_and_names_an_authorization_server(canvas):
    _page, token = begin(canvas.browser)
    told = configuration_of(canvas.browser, token).json
    assert told["authorization_server"] == "localhost:8001"
    messages = {message["type"]: message["placements"] for message in told[PLATFORM]["messages_supported"]}
    assert "course_navigation" in messages["LtiResourceLinkRequest"]
    assert "assignment_selection" in messages["LtiDeepLinkingRequest"]


def test_canvas_tells_nothing_without_the_token_and_lets_it_be_used_again(canvas):
    _page, token = begin(canvas.browser)
    assert configuration_of(canvas.browser).status_code == 401
    assert configuration_of(canvas.browser, "made-up").status_code == 401
    assert [configuration_of(canvas.browser, token).status_code for _ in range(2)] == [200, 200]
    assert register(canvas.browser, token).status_code == 200


def test_addresses_in_the_configuration_are_there(browser):
    told = configuration_of(browser).json
    assert browser.get(told["jwks_uri"]).status_code == 200
    assert browser.post(told["token_endpoint"]).status_code == 400
    assert browser.get(told["authorization_endpoint"]).status_code == 400


@pytest.mark.parametrize(("page", "joint"), [(PAGE, "&"), ("http://localhost:8000/lti/register", "?")])
def test_address_of_the_tools_page_keeps_what_it_carries(browser, page, joint):
    location, token = begin(browser, page)
    assert f"{page}{joint}openid_configuration=" in browser.get(location).text.replace("&amp;", "&")
    assert token


@pytest.mark.parametrize("address", ["", "localhost:8000/lti/register", "javascript:alert(1)"])
def test_address_must_be_whole(browser, address):
    answer = browser.post("/registrations/new", data={"address": address})
    assert answer.status_code == 422
    assert "Enter the whole address" in answer.text


def test_moodle_answers_with_a_client_and_a_deployment(browser):
    _page, token = begin(browser)
    answer = register(browser, token).json
    assert answer["client_id"]
    assert answer["redirect_uris"] == ["http://localhost:8000/lti/launch"]
    assert answer[TOOL]["deployment_id"] == "7"
    assert answer[TOOL]["domain"] == "localhost:8000"
    assert answer[TOOL]["messages"] == [
        {"type": "LtiDeepLinkingRequest", "target_link_uri": "http://localhost:8000/lti/launch?choose=yes"}
    ]


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_token_works_once(browser, mood):
    browser.post("/mood", data={"mood": mood})
    _page, token = begin(browser)
    assert register(browser, token).status_code == 200
    assert register(browser, token).status_code == 401


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_token_lasts_an_hour(browser, clock, mood):
    browser.post("/mood", data={"mood": mood})
    _page, token = begin(browser)
    clock.move(hours=1)
    assert register(browser, token).status_code == 401


def test_no_one_registers_without_a_token(browser):
    answer = browser.post("/registrations", json=asked_for())
    assert (answer.status_code, answer.text) == (401, "missing_registration_token")
    assert register(browser, "made-up").status_code == 401


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"response_types": None}, "missing required attribute response_types"),
        ({"initiate_login_uri": ""}, "missing required attribute initiate_login_uri"),
        ({"redirect_uris": []}, "missing required attribute redirect_uris"),
        ({"client_name": None}, "missing required attribute client_name"),
        ({"jwks_uri": None}, "missing required attribute jwks_uri"),
        ({"token_endpoint_auth_method": None}, "missing required attribute token_endpoint_auth_method"),
        ({TOOL: None}, f"missing required attribute {TOOL}"),
        ({TOOL: "all of it"}, "invalid_lti_tool_configuration"),
        ({TOOL: configuration(domain=None)}, "missing_domain"),
        ({TOOL: configuration(domain="localhost")}, "domain_targetlinkuri_mismatch"),
        ({TOOL: configuration(custom_parameters="module=x")}, "invalid_custom_parameters"),
        ({"response_types": ["code"]}, "invalid_response_types"),
        ({"redirect_uris": "http://localhost:8000/lti/launch"}, "invalid_redirect_uris"),
        ({"token_endpoint_auth_method": "none"}, "invalid_token_endpoint_auth_method"),
        ({"application_type": "native"}, "invalid_application_type"),
        ({"jwks_uri": ["http://localhost:8000/lti/jwks"]}, "invalid_jwks_uri"),
    ],
)
def test_moodle_names_the_first_problem_and_keeps_the_token_good(browser, changes, words):
    _page, token = begin(browser)
    answer = register(browser, token, **changes)
    assert (answer.status_code, answer.text) == (400, words)
    assert register(browser, token).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"application_type": None}, "application_type"),
        ({"grant_types": ["implicit"]}, "grant_types"),
        ({"scope": None}, "scope"),
        ({"scope": "openid"}, "scopes"),
        ({"logo_uri": "mark.svg"}, "logo_uri"),
        ({"redirect_uris": ["here"]}, "redirect_uris"),
        ({TOOL: configuration(claims=None)}, "lti_tool_configuration"),
        ({TOOL: configuration(messages=None)}, "lti_tool_configuration"),
        ({TOOL: configuration(messages=[{"type": "Invented"}])}, "lti_tool_configuration"),
        ({TOOL: configuration(custom_parameters={"number": 5})}, "lti_tool_configuration"),
    ],
)
def test_canvas_names_the_field_of_a_problem(canvas, changes, field):
    _page, token = begin(canvas.browser)
    answer = register(canvas.browser, token, **changes)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]
    assert register(canvas.browser, token).status_code == 200


@pytest.mark.parametrize(("mood", "status"), [("moodle", 400), ("canvas", 422)])
@pytest.mark.parametrize("body", ["", "null", "[]", "nothing like JSON"])
def test_registration_that_is_no_object_is_refused(browser, mood, status, body):
    browser.post("/mood", data={"mood": mood})
    _page, token = begin(browser)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    assert browser.post("/registrations", data=body, headers=headers).status_code == status


def test_canvas_takes_a_registration_as_json_alone(canvas):
    _page, token = begin(canvas.browser)
    form = {"application_type": "web"}
    answer = canvas.browser.post("/registrations", data=form, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 422


def test_canvas_answers_without_a_deployment(canvas):
    _page, token = begin(canvas.browser)
    answer = register(canvas.browser, token).json
    assert "deployment" not in str(answer)
    assert answer["scope"].split() == [*AGS_SCOPES, ROSTER_READ]


def test_page_without_a_registration_offers_to_open_it_again(browser):
    page, _token = begin(browser)
    shown = browser.get(page, query_string={"closed": "yes"}).text
    assert "has not registered" in shown
    assert "iframe" not in shown


def test_page_listens_for_the_tools_word_that_it_is_done(browser):
    page, _token = begin(browser)
    assert "org.imsglobal.lti.close" in browser.get(page).text


def test_registrations_stand_in_the_log_without_their_token(browser):
    _page, token = begin(browser)
    register(browser, token)
    log = browser.get("/log.json")
    assert log.json["calls"][-1]["words"] == "Fit to Post registered"
    assert token not in log.text


@pytest.mark.parametrize("path", ["/tools", "/registrations/new"])
def test_pages_have_a_title_and_one_heading(browser, path):
    page = browser.get(path).text
    assert "– Practice LMS</title>" in page
    assert page.count("<h1>") == 1


def test_unknown_registration_and_tool_are_not_found(browser):
    assert browser.get("/registrations/nothing").status_code == 404
    assert browser.post("/tools/nothing/next-step").status_code == 404
