"""Registering the tool's double with the practice LMS, as an administrator and the tool do it together."""

import re
from urllib.parse import parse_qs, urlsplit

from practice.scopes import AGS_SCOPES, ROSTER_READ

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PAGE = "http://localhost:8000/lti/register?invite=abc"


def begin(browser, page=PAGE):
    """The address of the registration's page, and the token that the tool is handed there."""
    answer = browser.post("/registrations/new", data={"address": page})
    assert answer.status_code == 303, answer.text
    [frame] = re.findall(r'<iframe class="registration"[^>]* src="([^"]*)"', browser.get(answer.location).text)
    return answer.location, parse_qs(urlsplit(frame.replace("&amp;", "&")).query)["registration_token"][0]


def asked_for(**changes):
    """A registration that both LMSs take, with changes at its top; None leaves a field out."""
    fields = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": "http://localhost:8000/lti/login",
        "redirect_uris": ["http://localhost:8000/lti/launch"],
        "client_name": "Fit to Post",
        "jwks_uri": "http://localhost:8000/lti/jwks",
        "logo_uri": "http://localhost:8000/static/mark.svg",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join([*AGS_SCOPES, ROSTER_READ]),
        TOOL: configuration(),
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def configuration(**changes):
    """The part about LTI, with changes; None leaves a field out."""
    target = "http://localhost:8000/lti/launch"
    fields = {
        "domain": "localhost:8000",
        "target_link_uri": target,
        "description": "Training on social media",
        "custom_parameters": {"school": "$Context.title"},
        "claims": ["iss", "sub", "name", "email"],
        "messages": [
            {"type": "LtiResourceLinkRequest", "target_link_uri": target, "activities": ["course_navigation"]},
            {
                "type": "LtiDeepLinkingRequest",
                "target_link_uri": f"{target}?choose=yes",
                "activities": ["link_selection"],
            },
        ],
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def register(browser, token, **changes):
    """The LMS's answer to the tool's registration."""
    return browser.post("/registrations", json=asked_for(**changes), headers={"Authorization": f"Bearer {token}"})


def registered_tool(tool, course="newcomer", **changes):
    """The tool's double as a new client of that course."""
    _page, token = begin(tool.browser)
    tool.client_id = register(tool.browser, token, **changes).json["client_id"]
    take_steps(tool.browser, tool.client_id, course)
    tool.course = tool.course.replace("invictus", course)
    return tool


def take_steps(browser, client_id, course="newcomer", times=2):
    """What the administrator does next: once in Moodle, twice in Canvas; more does no harm."""
    for _ in range(times):
        answer = browser.post(f"/tools/{client_id}/next-step", data={"course": course})
        assert answer.status_code == 303
