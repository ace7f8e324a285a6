"""What a tool that has registered itself may do at the practice LMS: once it is activated, and no more than granted."""

import re

import pytest

from practice.scopes import AGS_SCOPES, LINEITEM, LINEITEM_READ, ROSTER_READ, SCORE
from tests.support.practice_registrations import TOOL, begin, configuration, register, registered_tool, take_steps

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
LEVEL = "https://canvas.instructure.com/lti/privacy_level"
ROSTER = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@pytest.fixture
def canvas(tool):
    tool.browser.post("/mood", data={"mood": "canvas"})
    return tool


def test_moodle_says_more_scopes_than_it_grants(tool):
    _page, token = begin(tool.browser)
    told = register(tool.browser, token, scope=SCORE).json
    assert told["scope"].split() == list(AGS_SCOPES)
    tool.client_id = told["client_id"]
    take_steps(tool.browser, tool.client_id)
    granted = tool.ask_token(scopes=AGS_SCOPES)
    assert LINEITEM not in granted.get_json(force=True)["scope"].split()
    assert LINEITEM_READ in granted.get_json(force=True)["scope"].split()


def test_moodles_tool_is_pending_until_it_is_activated(tool):
    page, token = begin(tool.browser)
    client_id = register(tool.browser, token).json["client_id"]
    shown = tool.browser.get(page).text
    assert "Pending" in shown
    assert ">Activate</button>" in shown
    tool.client_id = client_id
    assert tool.ask_token().status_code == 400
    take_steps(tool.browser, client_id, times=1)
    assert tool.ask_token().status_code == 200


def test_canvas_tool_is_off_then_on_then_deployed(canvas):
    page, token = begin(canvas.browser)
    client_id = register(canvas.browser, token).json["client_id"]
    shown = canvas.browser.get(page).text
    assert ">Turn on</button>" in shown
    assert "<select" not in shown
    take_steps(canvas.browser, client_id, times=1)
    shown = canvas.browser.get("/tools").text
    assert ">Deploy</button>" in shown
    assert "no course yet" in shown
    take_steps(canvas.browser, client_id, times=1)
    shown = canvas.browser.get("/tools").text
    assert ">Deploy</button>" not in shown
    assert "Newly connected school</a>" in shown


def test_newly_connected_school_launches_through_the_new_client(tool):
    registered_tool(tool)
    claims = tool.launch(activity="106")
    assert claims["aud"] == tool.client_id
    assert claims[f"{CLAIM}/deployment_id"] == "7"
    assert claims[f"{CLAIM}/custom"]["school"] == "Newly connected school"


def test_deployment_of_canvas_first_shows_at_a_launch(canvas):
    registered_tool(canvas)
    claims = canvas.launch(activity="106")
    assert re.fullmatch(r"7:[0-9a-f]{40}", claims[f"{CLAIM}/deployment_id"])


def test_tool_may_serve_any_course_in_place_of_another_client(tool):
    registered_tool(tool, course="agora")
    assert tool.launch(activity="102")["aud"] == tool.client_id
    assert tool.launch(activity="101")["aud"] == "practice-invictus"


@pytest.mark.parametrize("mood", ["moodle", "canvas"])
def test_grades_and_roster_of_the_new_client(tool, mood):
    tool.browser.post("/mood", data={"mood": mood})
    registered_tool(tool)
    aud = "localhost:8001" if mood == "canvas" else "http://localhost:8001/token"
    granted = tool.ask_token(tool.assertion(aud=aud), scopes=(SCORE, ROSTER_READ)).get_json(force=True)
    token = granted["access_token"]
    assert tool.post_score(token, item=f"{tool.course}/lineitems/206/lineitem").status_code == 200
    grades = tool.browser.get("/courses/newcomer/gradebook.json").json["grades"]
    assert [grade["percent"] for grade in grades if grade["writes"]] == [80]
    assert len(tool.get("/courses/newcomer/memberships", ROSTER, token).json["members"]) > 5
    assert tool.get("/courses/invictus/memberships", ROSTER, token).status_code == 401


def test_assertion_of_a_canvas_client_is_meant_for_the_authorization_server(canvas):
    registered_tool(canvas)
    assert canvas.ask_token(canvas.assertion()).status_code == 400
    assert canvas.ask_token(canvas.assertion(aud="localhost:8001"), scopes=(SCORE,)).status_code == 200


@pytest.mark.parametrize(
    ("mood", "changes", "shared"),
    [
        ("moodle", {"claims": ["sub", "name"]}, {"name"}),
        ("moodle", {"claims": ["sub", "email"]}, {"email"}),
        ("moodle", {"claims": ["sub"]}, set()),
        ("moodle", {"claims": None}, set()),
        ("canvas", {"claims": ["sub", "name", "email"]}, {"name", "email"}),
        ("canvas", {LEVEL: "anonymous"}, set()),
        ("canvas", {LEVEL: "email_only"}, {"email"}),
    ],
)
def test_tool_learns_of_people_what_it_registered_for(tool, mood, changes, shared):
    tool.browser.post("/mood", data={"mood": mood})
    registered_tool(tool, **{TOOL: configuration(**changes)})
    aud = "localhost:8001" if mood == "canvas" else "http://localhost:8001/token"
    granted = tool.ask_token(tool.assertion(aud=aud), scopes=(ROSTER_READ,)).get_json(force=True)
    [first, *_] = tool.get("/courses/newcomer/memberships", ROSTER, granted["access_token"]).json["members"]
    assert {"name", "email"} & set(first) == shared
    assert {"name", "email"} & set(tool.launch(activity="106", person="5")) == shared


def test_second_registration_from_the_same_domain_brings_moodles_client_up_to_date(tool):
    registered_tool(tool)
    page, token = begin(tool.browser)
    answer = register(tool.browser, token, client_name="Fit to Post, again")
    assert answer.json["client_id"] == tool.client_id
    assert answer.json[TOOL]["deployment_id"] == "7"
    shown = tool.browser.get(page).text
    assert "brought up to" in shown
    assert "Fit to Post, again" in shown
    assert tool.launch(activity="106")["aud"] == tool.client_id


def test_second_registration_makes_another_client_in_canvas(canvas):
    registered_tool(canvas)
    _page, token = begin(canvas.browser)
    assert register(canvas.browser, token).json["client_id"] != canvas.client_id


def test_answer_goes_to_no_other_address_than_was_registered(tool):
    registered_tool(tool, redirect_uris=["http://localhost:8000/lti/launch", "http://localhost:8000/other"])
    request = tool.request_to_authorise(tool.open(activity="106"))
    assert "id_token" in tool.authorise(request | {"redirect_uri": "http://localhost:8000/other"})
    request = tool.request_to_authorise(tool.open(activity="106")) | {"redirect_uri": "http://localhost:8000/third"}
    assert tool.browser.get("/auth", query_string=request).status_code == 400
