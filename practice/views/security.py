"""Keys and tokens: what the tool checks launches with, and what it pays for service calls with."""

import json
import time
from collections.abc import Iterator

from flask import Response, g, jsonify, request

from practice.failures import Failure, failure_switch, standing_failure
from practice.lms import current_lms, current_session
from practice.moods import Mood
from practice.services.assertions import (
    TokenRefusedError,
    check_assertion,
    check_form,
    client_that_asks,
    read_assertion,
    spend_assertion,
)
from practice.services.tokens import grant_token
from practice.tools.platform import UnknownKeyError
from practice.views.answer import Answer
from practice.views.blueprint import practice
from practice.views.service import current_mood, token_service
from practice.vocabulary import Json

# Moodle forgets to say that its token is JSON, and breaks its JSON off when it does not know the key.
MEDIA = {Mood.MOODLE: "text/html; charset=utf-8", Mood.CANVAS: "application/json; charset=utf-8"}
BROKEN_JSON = '{"error": "kid invalid, unable to lookup correct key"'

TRICKLE_SECONDS = 30
DROPS_PER_SECOND = 5


@practice.get("/jwks")
def jwks() -> Response:
    """The keys that launches and access tokens are signed with, the same for every client."""
    keys = jsonify(current_lms().keys.key_set)
    if standing_failure(current_session()) is not Failure.KEYS_TRICKLE:
        return keys
    return Response(_drop_by_drop(keys.get_data()), mimetype=keys.mimetype)


def _drop_by_drop(body: bytes) -> Iterator[bytes]:
    """Give a JSON document after many blanks, each of which keeps the caller waiting a little longer."""
    for _ in range(TRICKLE_SECONDS * DROPS_PER_SECOND):
        yield b" "
        time.sleep(1 / DROPS_PER_SECOND)
    yield body


@practice.post("/token")
@token_service
def token() -> Answer:
    """An access token for a client assertion (client credentials grant, form POST only)."""
    mood = current_mood()
    media = {"Content-Type": MEDIA[mood]}
    try:
        granted = _granted(mood, request.form)
    except UnknownKeyError as problem:
        body = BROKEN_JSON if mood is Mood.MOODLE else _problem("invalid_client", str(problem))
        return Answer(f"No token: {problem}", 400, body=body, headers=media)
    except TokenRefusedError as refused:
        body = _problem(refused.error, refused.description)
        return Answer(f"No token: {refused.description}", 400, body=body, headers=media)
    return Answer(f"Token for {_short(granted['scope'])}", body=json.dumps(granted), headers=media)


def _granted(mood: Mood, form: dict[str, str]) -> Json:
    """The token, once the assertion holds; no transaction is open while the tool's keys are fetched."""
    check_form(form)
    client = client_that_asks(current_session(), form["client_assertion"])
    current_session().commit()
    g.caller = client.client_id
    lms = current_lms()
    platform = lms.platform(client)
    claims = read_assertion(platform, form["client_assertion"])
    check_assertion(claims, client, mood, lms.seconds())
    granted = grant_token(platform, client, mood, form["scope"], failure_switch(current_session()).token_generation)
    spend_assertion(current_session(), client.client_id, claims["jti"])
    return granted


def _problem(error: str, description: str) -> str:
    return json.dumps({"error": error, "error_description": description})


def _short(scopes: str) -> str:
    """The scopes by their last word, for the log."""
    return ", ".join(scope.rpartition("/")[2] for scope in scopes.split())
