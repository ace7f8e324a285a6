"""An LMS's answer to a registration: what it granted, what it left unsaid, and its words where it refused."""

import json

import pytest

from lti.domain.allowances import allowances_of
from lti.domain.offer import TOOL
from lti.domain.registration_answer import LONGEST_WORDS, Granted, granted_by, words_of
from lti.domain.scopes import LINE_ITEMS, ROSTER, SCORE, WANTED

LEVEL = "https://canvas.instructure.com/lti/privacy_level"


def test_an_id_is_all_that_is_needed():
    assert granted_by({"client_id": "abc"}) == Granted("abc")


@pytest.mark.parametrize(
    "given", [{"deployment_id": "7"}, {TOOL: {"deployment_id": "7"}}, {TOOL: {"deployment_id": 7}}]
)
def test_a_deployment_is_found_where_lmss_put_it(given):
    assert granted_by({"client_id": 10_000_000_000_001} | given).deployment_id == "7"
    assert granted_by({"client_id": 10_000_000_000_001} | given).client_id == "10000000000001"


def test_scopes_are_those_granted_and_not_those_asked_for():
    assert granted_by({"client_id": "abc", "scope": f"{SCORE}  {ROSTER}"}).scopes == (SCORE, ROSTER)
    assert granted_by({"client_id": "abc", "scope": [SCORE, 7]}).scopes == (SCORE,)
    assert granted_by({"client_id": "abc", "scope": ""}).scopes == ()
    assert granted_by({"client_id": "abc", "scope": 7}).scopes is None


@pytest.mark.parametrize(
    ("tool", "shared"),
    [
        ({"claims": ["sub", "iss", "name", "email"]}, (True, True)),
        ({"claims": ["sub", "given_name"]}, (True, False)),
        ({"claims": ["sub", None]}, (False, False)),
        ({LEVEL: "email_only", "claims": ["name"]}, (False, True)),
        ({LEVEL: "anonymous"}, (False, False)),
        ({LEVEL: "secret"}, (None, None)),
        ({LEVEL: ["public"], "claims": "name"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_what_is_shared_of_people_is_read_in_every_lmss_way(tool, shared):
    granted = granted_by({"client_id": "abc", TOOL: tool})
    assert (granted.shares_names, granted.shares_email) == shared


def test_whether_trainers_can_choose_is_seen_from_the_messages_that_were_kept():
    assert granted_by({"client_id": "abc", TOOL: {"messages": [{"type": "LtiDeepLinkingRequest"}]}}).lets_choose
    assert granted_by({"client_id": "abc", TOOL: {"domain": "x", "messages": ["?"]}}).lets_choose is False
    assert granted_by({"client_id": "abc"}).lets_choose is None


NONE_AT_ALL = [
    None,
    [],
    "abc",
    {},
    {"client_id": ""},
    {"client_id": None},
    {"client_id": True},
    {"client_id": ["abc"]},
    {"client_id": "x" * 256},
]


@pytest.mark.parametrize("answer", NONE_AT_ALL)
def test_an_answer_without_an_id_grants_nothing(answer):
    assert granted_by(answer) is None


def test_everything_that_was_not_granted_is_said_with_what_it_means():
    granted = granted_by({"client_id": "abc", "scope": SCORE, TOOL: {"claims": ["sub", "name"], "messages": []}})
    told = {allowance.name: allowance for allowance in allowances_of(granted)}
    assert told["Sending grades"].is_given
    assert not told["The list of people in a course"].is_given
    assert "opened the training at least once" in told["The list of people in a course"].says
    assert told["Names"].is_given and not told["E-mail addresses"].is_given
    assert told["Choosing training in a course"].is_given is False


def test_what_the_lms_does_not_say_is_not_made_up():
    told = allowances_of(Granted("abc"))
    assert {allowance.is_given for allowance in told} == {None}
    assert all(allowance.says.startswith("Your LMS does not say.") for allowance in told)


def test_all_can_be_granted():
    granted = Granted("abc", "1", WANTED, shares_names=True, shares_email=True, lets_choose=True)
    assert {allowance.is_given for allowance in allowances_of(granted)} == {True}
    assert LINE_ITEMS in WANTED


REFUSALS = {
    "missing required attribute jwks_uri": "missing required attribute jwks_uri",
    '{"errorMessage": "unknown_registration_token"}': "unknown_registration_token",
    '{"error": "invalid_request", "error_description": "No."}': "invalid_request; No.",
    '{"errors": {"redirect_uris": ["Must only contain valid URIs"]}}': "redirect_uris: Must only contain valid URIs",
    '{"errors": [{"message": "One"}, {"message": "Two"}]}': "One; Two",
    "<html><head><title>Error</title></head><body><h1>Not\n found</h1></body></html>": "Not found",
    "<script>alert(1)</script>No": "No",
    '{"error": "<b>bold</b> words"}': "bold words",
    "": "",
    "null": "",
    '"just text"': "just text",
    "a\x00b\u202ec\ud800": "ab c",
}


@pytest.mark.parametrize(("refusal", "words"), REFUSALS.items())
def test_a_refusal_is_told_in_the_lmss_words_as_plain_text(refusal, words):
    assert words_of(refusal) == words


@pytest.mark.parametrize("refusal", ["x" * 100_000, json.dumps({"error": "y" * 5_000}), "[" * 100_000])
def test_words_without_end_are_cut(refusal):
    assert 0 < len(words_of(refusal)) <= LONGEST_WORDS + 2


@pytest.mark.parametrize("client_id", [7, 7.0, "7"], ids=repr)
def test_an_id_that_is_a_number_is_the_text_that_it_stands_for(client_id):
    granted = granted_by({"client_id": client_id, "deployment_id": None, TOOL: {"deployment_id": 3}, "scope": None})
    assert (granted.client_id, granted.deployment_id, granted.scopes) == ("7", "3", None)


def test_true_is_not_an_id():
    assert granted_by({"client_id": True}) is None


def test_words_of_an_answer_are_read_in_any_case():
    tool = {LEVEL: "PUBLIC", "messages": [{"type": "ltideeplinkingrequest"}]}
    granted = granted_by({"client_id": "1", TOOL: tool})
    assert (granted.shares_names, granted.shares_email, granted.lets_choose) == (True, True, True)
