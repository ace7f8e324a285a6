"""What the practice LMS turns down when the tool offers activities: whatever a certification would."""

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

CLAIM = "https://purl.imsglobal.org/spec/lti/claim"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim"
ITEM = {"type": "ltiResourceLink", "title": "Boundaries", "url": "http://localhost:8000/lti/launch?module=boundaries"}


def refusal(tool, changes=None, items=(ITEM,), **how):
    """The words with which an answer is refused, after which nothing is there that was not there before."""
    before = tool.activities()
    asked = tool.asked_to_add()
    answer = tool.give_back(asked, tool.offer(asked, list(items), **how, **(changes or {})))
    assert answer.status_code == 400
    assert "<h1>Nothing was added</h1>" in answer.text
    assert tool.activities() == before
    return answer.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "http://localhost:8001"}, "iss must be the client_id"),
        ({"aud": "practice-invictus"}, "aud must be"),
        ({"aud": ["http://localhost:8001", "http://elsewhere.example"]}, "aud must be"),
        ({"iat": None}, "iat and exp"),
        ({"exp": None}, "iat and exp"),
        ({"exp": "tomorrow"}, "iat and exp"),
        ({"nonce": None}, "no nonce"),
        ({"nonce": 7}, "no nonce"),
        ({f"{CLAIM}/message_type": "LtiDeepLinkingRequest"}, "message_type"),
        ({f"{CLAIM}/message_type": None}, "message_type"),
        ({f"{CLAIM}/version": "1.1"}, "version"),
        ({f"{CLAIM}/deployment_id": "2"}, "deployment_id"),
        ({f"{CLAIM}/deployment_id": None}, "deployment_id"),
        ({f"{DEEP_LINKING}/content_items": None}, "content_items must be a list"),
        ({f"{DEEP_LINKING}/content_items": ITEM}, "content_items must be a list"),
        ({f"{DEEP_LINKING}/data": "something"}, "none was sent"),
        ({f"{DEEP_LINKING}/msg": ["Done"]}, "msg must be text"),
    ],
)
def test_answer_that_would_not_be_certified_is_refused(tool, changes, words):
    assert words in refusal(tool, changes)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("link", "must be an object"),
        (ITEM | {"type": "link"}, "type of each"),
        ({"type": "ltiResourceLink", "title": "No address"}, "url of each"),
        (ITEM | {"url": "http://elsewhere.example/lti/launch"}, "url of each"),
        (ITEM | {"url": "http://[localhost/"}, "url of each"),
        (ITEM | {"title": 7}, "title"),
        (ITEM | {"text": ["Pupils"]}, "text"),
        (ITEM | {"text": None}, "is null"),
        (ITEM | {"lineItem": {"scoreMaximum": 10, "tag": None}}, "is null"),
        (ITEM | {"custom": {"module": 7}}, "custom"),
        (ITEM | {"custom": []}, "custom"),
        (ITEM | {"icon": {}}, "icon"),
        (ITEM | {"lineItem": {}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": 0}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": "10"}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": True}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": float("inf")}}, "scoreMaximum"),
        (ITEM | {"lineItem": {"scoreMaximum": 10, "resourceId": 4}}, "resourceId"),
        (ITEM | {"lineItem": {"scoreMaximum": 10, "submissionReview": True}}, "submissionReview"),
        (ITEM | {"available": {"startDateTime": "2 March"}}, "dates of available"),
        (ITEM | {"submission": {"endDateTime": "2026-03-02T09:00:00"}}, "dates of submission"),
        (ITEM | {"submission": "soon"}, "submission must be an object"),
    ],
)
def test_item_that_is_not_right_is_refused_with_all_the_others(tool, item, words):
    assert words in refusal(tool, items=[ITEM, item])


def test_time_of_the_answer_is_judged_by_the_clock_of_the_lms(tool, clock):
    now = int(clock().timestamp())
    assert "future" in refusal(tool, {"iat": now + 1})
    assert "five minutes ago" in refusal(tool, {"iat": now - 300})
    assert "expired" in refusal(tool, {"exp": now})


def test_nonce_is_good_for_one_answer(tool):
    asked = tool.asked_to_add()
    token = tool.offer(asked, [ITEM])
    assert tool.give_back(asked, token).status_code == 200
    assert "nonce was used before" in tool.give_back(asked, token).text
    assert len(tool.activities()) == 4


def test_data_must_come_back_as_it_was_sent(tool):
    tool.turn_into_canvas()
    assert "data must come back" in refusal(tool, {f"{DEEP_LINKING}/data": None})
    assert "data must come back" in refusal(tool, {f"{DEEP_LINKING}/data": "something else"})
    asked = tool.asked_to_add()
    assert tool.give_back(asked, tool.offer(asked, [ITEM])).status_code == 200


def test_deployment_is_the_one_of_the_mood(tool):
    tool.turn_into_canvas()
    assert "deployment_id" in refusal(tool, {f"{CLAIM}/deployment_id": "1"})


def test_stranger_signs_nothing(tool):
    stranger = generate_private_key(public_exponent=65537, key_size=2048)
    assert "verified" in refusal(tool, key=stranger)
    assert "not among the keys" in refusal(tool, header={"kid": "unheard-of"})
    assert "no kid" in refusal(tool, header={"kid": ""})


@pytest.mark.parametrize("token", ["", "no.jwt", "a.b.c"])
def test_what_is_no_jwt_is_refused(tool, token):
    assert tool.give_back(tool.asked_to_add(), token).status_code == 400


def test_other_algorithms_are_refused(tool):
    asked = tool.asked_to_add()
    claims = jwt.decode(tool.offer(asked, [ITEM]), options={"verify_signature": False})
    for token in (
        jwt.encode(claims, tool.key, "PS256", {"kid": "tool-1"}),
        jwt.encode(claims, "a secret of more than thirty-two bytes", "HS256", {"kid": "tool-1"}),
        jwt.encode(claims, None, "none", {"kid": "tool-1"}),
    ):
        answer = tool.give_back(asked, token)
        assert answer.status_code == 400 and "RS256" in answer.text


def test_form_has_the_one_field_and_goes_to_the_exact_address(tool):
    asked = tool.asked_to_add()
    address, token = asked[f"{DEEP_LINKING}/deep_linking_settings"]["deep_link_return_url"], tool.offer(asked, [ITEM])
    for form in ({"jwt": token}, {"JWT": token, "state": "1"}, {"JWT": [token, token]}):
        assert "one field JWT" in tool.browser.post(address, data=form).text
    for elsewhere in (address.partition("?")[0], address.replace("invictus", "agora"), f"{address}x"):
        assert "deep_link_return_url" in tool.browser.post(elsewhere, data={"JWT": token}).text
    assert len(tool.activities()) == 3


def test_answer_of_another_client_is_refused(tool):
    asked = tool.asked_to_add()
    other = tool.asked_to_add(course="agora")
    assert "iss must be" in tool.give_back(asked, tool.offer(other, [ITEM])).text
