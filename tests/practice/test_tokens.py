"""How the practice LMS sells access tokens."""

import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from practice.scopes import SCORE

LINEITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"


def test_token_comes_as_json_that_says_it_is_html(tool):
    answer = tool.ask_token()
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert json.loads(answer.text)["expires_in"] == 3600


def test_scopes_that_are_not_permitted_are_dropped_without_a_word(tool):
    answer = tool.ask_token(scopes=(SCORE, "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"))
    assert json.loads(answer.text)["scope"] == SCORE


def test_no_permitted_scope_is_no_token(tool):
    assert json.loads(tool.ask_token(scopes=("openid",)).text)["error"] == "invalid_scope"


def test_wrong_kid_is_answered_with_invalid_json(tool):
    answer = tool.ask_token(tool.assertion(kid="unheard-of"))
    assert answer.status_code == 400
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_request_in_json_is_no_request(tool):
    form = {"grant_type": "client_credentials", "client_assertion": tool.assertion()}
    assert tool.browser.post("/token", json=form).status_code == 400


def test_issuer_and_subject_must_both_be_the_client(tool):
    refused(tool, tool.assertion(iss="practice-agora"))


def test_audience_must_be_the_token_url(tool):
    refused(tool, tool.assertion(aud="http://localhost:8001"))


def test_audience_may_be_a_list(tool):
    assert tool.ask_token(tool.assertion(aud=["http://localhost:8001/token"])).status_code == 200


@pytest.mark.parametrize("claim", ["iss", "aud", "iat", "exp", "jti"])
def test_no_claim_may_be_missing(tool, claim):
    refused(tool, tool.assertion(**{claim: None}))


def test_assertion_from_the_future_is_refused(tool, clock):
    refused(tool, tool.assertion(iat=int(clock().timestamp()) + 1))


def test_expired_assertion_is_refused(tool, clock):
    refused(tool, tool.assertion(exp=int(clock().timestamp())))


def test_assertion_buys_one_token(tool):
    assertion = tool.assertion()
    assert tool.ask_token(assertion).status_code == 200
    refused(tool, assertion)


def test_assertion_signed_by_another_is_refused(tool):
    stranger = generate_private_key(public_exponent=65537, key_size=2048)
    claims = jwt.decode(tool.assertion(), options={"verify_signature": False})
    refused(tool, jwt.encode(claims, stranger, "RS256", {"kid": "tool-1"}))


def test_tools_keys_are_fetched_once(tool):
    tool.token(), tool.token()
    assert len(tool.network.calls) == 1


def test_rotated_key_is_fetched_when_it_first_appears(tool, rotated):
    tool.token()
    rotated("tool-2")
    assert tool.ask_token(tool.assertion(kid="tool-2")).status_code == 200


def test_service_without_a_token_is_refused(tool):
    assert tool.browser.get("/courses/invictus/lineitems", headers={"Accept": LINEITEMS}).status_code == 401


def test_token_ends_after_an_hour(tool, clock):
    token = tool.token()
    clock.move(hours=1)
    assert tool.get("/courses/invictus/lineitems", LINEITEMS, token).status_code == 401


def test_token_without_the_scope_is_refused(tool):
    assert tool.get("/courses/invictus/lineitems", LINEITEMS, tool.token(scopes=(SCORE,))).status_code == 401


def test_token_of_one_course_opens_no_other(tool):
    assert tool.get("/courses/agora/lineitems", LINEITEMS).status_code == 401


def refused(tool, assertion):
    answer = tool.ask_token(assertion)
    assert answer.status_code == 400
    assert json.loads(answer.text)["error"] in ("invalid_client", "unauthorized_client")
