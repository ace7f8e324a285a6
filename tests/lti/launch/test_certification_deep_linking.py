"""Deep linking as 1EdTech's certification looks at it: requests that a tool must take or refuse, and its response.

https://www.imsglobal.org/spec/lti-dl/v2p0
"""

import time

import pytest

from lti.domain.message import CHOOSING, DEEP_LINKING
from lti.errors import INCOMPLETE, NOBODY, WRONG_VERSION
from tests.support.lms.content_dialog import RETURN_URL, answer_on, asks_for_content, opens_dialog, sends
from tests.support.lms.double import INSTITUTION_INSTRUCTOR, INSTRUCTOR, TARGET, lti
from tests.support.lms.outcomes import assert_no_trace, assert_refused
from tests.support.page_rules import problems_of

GOOD = {
    "as teacher": {},
    "with multiple role values": {lti("roles"): [INSTRUCTOR, INSTITUTION_INSTRUCTOR]},
    "with short role value": {lti("roles"): ["Instructor"]},
    "no PII": {"name": None, "email": None},
    "no context": {lti("context"): None},
    "with a link that it need not have": {lti("resource_link"): {"id": "101"}},
    "with all that is optional": asks_for_content(
        {
            "accept_lineitem": True,
            "auto_create": True,
            "title": "T",
            "text": "t",
            "data": "d",
            "accept_media_types": "*",
        }
    ),
    "with truth values in words": asks_for_content({"accept_multiple": "true", "accept_lineitem": "false"}),
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_a_deep_linking_request_opens_the_choice_of_training(lms, changes):
    assert lms.launches(asks_for_content() | changes).status_code == 303
    page = lms.browser.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert "Choose training for your course</h1>" in page.text
    assert problems_of(page.text) == []


BAD = {
    "no deep_linking_settings": ({CHOOSING: None}, INCOMPLETE),
    "deep_linking_settings as a text": ({CHOOSING: "iframe"}, INCOMPLETE),
    "no deep_link_return_url": (asks_for_content({"deep_link_return_url": None}), INCOMPLETE),
    "deep_link_return_url that is a script": (
        asks_for_content({"deep_link_return_url": "javascript:alert(1)"}),
        INCOMPLETE,
    ),
    "deep_link_return_url that says more than a host": (
        asks_for_content({"deep_link_return_url": "https://lms.example; script-src */return"}),
        INCOMPLETE,
    ),
    "deep_link_return_url without end": (
        asks_for_content({"deep_link_return_url": "https://lms.example/" + "a" * 4_000}),
        INCOMPLETE,
    ),
    "no accept_types": (asks_for_content({"accept_types": None}), INCOMPLETE),
    "accept_types as a text": (asks_for_content({"accept_types": "ltiResourceLink"}), INCOMPLETE),
    "no accept_presentation_document_targets": (
        asks_for_content({"accept_presentation_document_targets": None}),
        INCOMPLETE,
    ),
    "no deployment_id": ({lti("deployment_id"): None}, INCOMPLETE),
    "no roles": ({lti("roles"): None}, INCOMPLETE),
    "no sub": ({"sub": None}, NOBODY),
    "wrong version": ({lti("version"): "1.1"}, WRONG_VERSION),
}


@pytest.mark.parametrize(("changes", "trouble"), BAD.values(), ids=BAD)
def test_a_deep_linking_request_that_lacks_something_is_refused(lms, database, changes, trouble):
    assert_refused(lms.launches(asks_for_content() | changes), trouble)
    assert_no_trace(database)


@pytest.fixture
def response(lms):
    """What the LMS gets when one module was chosen, with data that came along."""
    page = opens_dialog(lms, {"data": "a?&=%+\"'<é>"})
    return answer_on(sends(lms.browser, page, module="photos", has_column="y"), lms.browser)


def test_response_format(response):
    assert response.address == RETURN_URL
    assert list(response.fields) == ["JWT"]
    assert response.header["alg"] == "RS256"
    assert response.fields["JWT"].count(".") == 2


def test_response_timestamps(response):
    now = time.time()
    assert isinstance(response.claims["iat"], int) and isinstance(response.claims["exp"], int)
    assert now - 60 < response.claims["iat"] <= now < response.claims["exp"]
    assert response.claims["exp"] - response.claims["iat"] <= 300


def test_response_signature(lms, response):
    published = {key["kid"] for key in lms.browser.get("/lti/jwks").json["keys"]}
    assert response.header["kid"] in published


def test_response_required_claims(response):
    required = {"iss", "aud", "iat", "exp", "nonce", *map(lti, ("deployment_id", "message_type", "version"))}
    assert required | {DEEP_LINKING + "content_items", DEEP_LINKING + "data"} == response.claims.keys()


def test_response_values(response):
    claims = response.claims
    assert claims["iss"] == "client-1"
    assert claims["aud"] == "https://lms.example"
    assert claims[lti("deployment_id")] == "1"
    assert claims[lti("message_type")] == "LtiDeepLinkingResponse"
    assert claims[lti("version")] == "1.3.0"
    assert claims[DEEP_LINKING + "data"] == "a?&=%+\"'<é>"
    assert len(claims["nonce"]) >= 20
    [item] = response.items
    assert item == {
        "type": "ltiResourceLink",
        "url": TARGET,
        "title": "Photos",
        "text": "About photos.",
        "custom": {"module": "photos", "previous_links": "$ResourceLink.id.history"},
        "lineItem": {
            "scoreMaximum": 100,
            "label": "Photos",
            "resourceId": "photos",
            "tag": "score",
            "submissionReview": {"reviewableStatus": ["Completed"], "url": TARGET},
        },
    }


def test_a_return_address_with_a_token_in_it_stays_whole(lms):
    address = f"{RETURN_URL}&data={'e' * 3_000}"
    page = opens_dialog(lms, {"deep_link_return_url": address})
    assert answer_on(sends(lms.browser, page, "/choosing/cancel"), lms.browser).address == address


@pytest.mark.parametrize(
    "data", [None, "", "null", "a b", {"csrf": "x", "n": [1, 2.5, None]}, "\ud800", "\0", 0, False], ids=repr
)
def test_data_comes_back_as_it_came_and_only_if_it_came(lms, data):
    page = opens_dialog(lms, {"data": data})
    claims = answer_on(sends(lms.browser, page, "/choosing/cancel"), lms.browser).claims
    assert claims.get(DEEP_LINKING + "data", "nothing") == ("nothing" if data is None else data)


def test_the_deployment_is_the_one_that_asked(lms):
    lms.register(deployment_ids=("1", "2"))
    page = opens_dialog(lms, deployment_id="2")
    assert answer_on(sends(lms.browser, page, module="photos"), lms.browser).claims[lti("deployment_id")] == "2"


def test_every_response_has_a_nonce_of_its_own(lms):
    page = opens_dialog(lms)
    answers = [answer_on(sends(lms.browser, page, module="photos"), lms.browser) for _ in range(3)]
    assert len({answer.claims["nonce"] for answer in answers}) == 3
    assert all(answer.items == answers[0].items for answer in answers)
