"""Keys and tokens: what the tool checks launches with, and what it pays for service calls with."""

import json

from flask import Response, g, jsonify, request

from lti.practice.assertions import (
    TokenRefusedError,
    check_assertion,
    check_form,
    course_that_asks,
    read_assertion,
    spend_assertion,
)
from lti.practice.courses import COURSES
from lti.practice.failures import failure_switch
from lti.practice.lms import current_lms, current_session
from lti.practice.platform import UnknownKeyError
from lti.practice.tokens import grant_token
from lti.practice.views.blueprint import practice
from lti.practice.views.service import Answer, token_service

# Moodle forgets to say that its token is JSON, and breaks its JSON off when it does not know the key.
TOKEN_MEDIA = {"Content-Type": "text/html; charset=utf-8"}
BROKEN_JSON = '{"error": "kid invalid, unable to lookup correct key"'


@practice.get("/jwks")
def jwks() -> Response:
    """The key that launches and access tokens are signed with, the same for every course."""
    return jsonify(current_lms().platform(COURSES[0]).get_jwks())


@practice.post("/token")
@token_service
def token() -> Answer:
    """An access token for a client assertion (client credentials grant, form POST only)."""
    try:
        granted = _granted(request.form)
    except UnknownKeyError as problem:
        return Answer(f"No token: {problem}", 400, body=BROKEN_JSON, headers=TOKEN_MEDIA)
    except TokenRefusedError as refused:
        body = json.dumps({"error": refused.error, "error_description": refused.description})
        return Answer(f"No token: {refused.description}", 400, body=body, headers=TOKEN_MEDIA)
    return Answer(f"Token for {_short(granted['scope'])}", body=json.dumps(granted), headers=TOKEN_MEDIA)


def _granted(form: dict[str, str]) -> dict:
    """The token, once the assertion holds; no transaction is open while the tool's keys are fetched."""
    check_form(form)
    course = course_that_asks(current_session(), form["client_assertion"])
    current_session().commit()
    g.caller = course.client_id
    lms = current_lms()
    platform = lms.platform(course)
    claims = read_assertion(platform, form["client_assertion"])
    check_assertion(claims, course.client_id, lms.addresses.token, lms.seconds())
    granted = grant_token(platform, course, form["scope"], failure_switch(current_session()).token_generation)
    spend_assertion(current_session(), course.client_id, claims["jti"])
    return granted


def _short(scopes: str) -> str:
    """The scopes by their last word, for the log."""
    return ", ".join(scope.rpartition("/")[2] for scope in scopes.split())
