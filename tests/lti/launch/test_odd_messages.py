"""Whatever is sent to the launch and login addresses, the answer is a page for people."""

import json
from base64 import urlsafe_b64encode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti.domain.message import CHOOSING, GRADES, ROSTER
from lti.errors import BAD_SIGNATURE, INCOMPLETE, NOBODY, NOT_REGISTERED, OPENED_BEFORE, UNKNOWN_MESSAGE
from lti.models import Activity, Course, Person
from tests.support.lms.double import LEARNER, lti
from tests.support.lms.outcomes import assert_landed, assert_no_trace, assert_refused
from tests.support.lms.signing import NULL, token_of
from tests.support.page_rules import problems_of

HEADER = {"alg": "RS256", "kid": "key of https://lms.example"}
DEEP = urlsafe_b64encode(b"[" * 10_000 + b"]" * 10_000).decode()
NO_TOKENS = {
    "missing": None,
    "empty": "",
    "a word": "hello",
    "dots": "..",
    "many dots": "." * 1_000,
    "not base 64": "!!!.???.###",
    "beyond ASCII": "ä.ö.ü",
    "no text": f"{urlsafe_b64encode(bytes(range(128, 256))).decode()}.e30.e30",
    "empty objects": token_of({}, {}),
    "numbers": token_of(1, 2),
    "lists": token_of([HEADER], [{"iss": "https://lms.example"}]),
    "a text as body": token_of(HEADER, "iss"),
    "null as body": token_of(HEADER, None),
    "nested deeply": f"{DEEP}.{DEEP}.{DEEP}",
    "five parts, as an encrypted one": "a.b.c.d.e",
}


@pytest.mark.parametrize("token", NO_TOKENS.values(), ids=NO_TOKENS)
def test_what_is_no_token_is_refused(lms, database, token):
    answer = lms.posts(state=lms.begins_login().state, id_token=token)
    assert 400 <= answer.status_code < 404
    assert "What to do next" in answer.text
    assert problems_of(answer.text) == []
    assert_no_trace(database)


@pytest.mark.parametrize("kid", [1, ["kid"], {"kid": 1}, "", True], ids=repr)
def test_a_key_id_that_is_no_text_is_refused(lms, kid):
    asked = lms.begins_login()
    token = token_of({"alg": "RS256", "kid": kid}, lms.message(asked))
    assert_refused(lms.posts(state=asked.state, id_token=token), BAD_SIGNATURE)


@pytest.mark.parametrize("path", ["/lti/launch", "/lti/login"])
def test_a_body_larger_than_any_launch_is_refused(lms, path):
    answer = lms.browser.post(path, data={"id_token": "x" * 200_000})
    assert answer.status_code == 413
    assert "What to do next" in answer.text


def test_a_launch_without_any_login_is_refused(lms):
    assert_refused(lms.posts(id_token=lms.signs({})), OPENED_BEFORE)


def test_the_launch_address_is_not_for_reading(lms):
    answer = lms.browser.get("/lti/launch")
    assert answer.status_code == 405
    assert "What to do next" in answer.text


WRONG = {
    "resource_link as a text": ({lti("resource_link"): "101"}, INCOMPLETE),
    "resource_link.id as true": ({lti("resource_link"): {"id": True}}, INCOMPLETE),
    "resource_link.id as null": ({lti("resource_link"): {"id": None}}, INCOMPLETE),
    "resource_link.id of spaces": ({lti("resource_link"): {"id": "  "}}, INCOMPLETE),
    "roles as a text": ({lti("roles"): LEARNER}, INCOMPLETE),
    "deployment_id as true": ({lti("deployment_id"): True}, INCOMPLETE),
    "deployment_id too long": ({lti("deployment_id"): "1" * 256}, INCOMPLETE),
    "sub as true": ({"sub": True}, INCOMPLETE),
    "sub as a rounded number": ({"sub": 1e300}, INCOMPLETE),
    "sub as null": ({"sub": NULL}, NOBODY),
    "roles as null": ({lti("roles"): NULL}, INCOMPLETE),
    "sub too long": ({"sub": "5" * 256}, INCOMPLETE),
    "sub that no database holds": ({"sub": "\ud800"}, INCOMPLETE),
    "target_link_uri as a list": ({lti("target_link_uri"): ["http://localhost/"]}, INCOMPLETE),
    "another kind of message": ({lti("message_type"): "LtiStartProctoring"}, UNKNOWN_MESSAGE),
    "a list of kinds": ({lti("message_type"): ["LtiResourceLinkRequest"]}, UNKNOWN_MESSAGE),
}


@pytest.mark.parametrize(("changes", "trouble"), WRONG.values(), ids=WRONG)
def test_a_required_claim_of_a_wrong_form_is_refused(lms, database, changes, trouble):
    assert_refused(lms.launches(changes), trouble)
    assert_no_trace(database)


NUMBERS = {
    "sub": 5,
    lti("deployment_id"): 1,
    lti("resource_link"): {"id": 101, "title": 2026},
    lti("context"): {"id": 11.0, "title": "Induction"},
    lti("message_type"): "LTIRESOURCELINKREQUEST",
}


def test_a_number_and_the_text_that_it_stands_for_are_the_same_person_course_and_activity(lms, database):
    assert_landed(lms.launches())
    assert_landed(lms.launches(NUMBERS))
    with database.reading() as session:
        person, course, activity = (session.query(table).one() for table in (Person, Course, Activity))
    assert (person.subject, course.context, activity.resource_link) == ("5", "11", "101")
    assert activity.title == "2026"


OPTIONAL = ["azp", "nbf", "jti", "name", "email", GRADES, ROSTER]
OPTIONAL += [lti(name) for name in ("context", "custom", "launch_presentation", "tool_platform", "lis", "for_user")]


@pytest.mark.parametrize("claim", OPTIONAL)
def test_a_claim_that_is_null_counts_as_left_out(lms, claim):
    assert_landed(lms.launches({claim: NULL}))


def test_nothing_but_our_own_client_id_may_be_the_authorised_party(lms):
    assert_landed(lms.launches({"azp": "client-1"}))
    assert_refused(lms.launches({"azp": "client-2"}), NOT_REGISTERED)


ODD = {
    "context as a text": {lti("context"): "11"},
    "custom as a list": {lti("custom"): ["module"]},
    "roles of no texts": {lti("roles"): [1, None, {}, [LEARNER]]},
    "name as an object": {"name": {"first": "Zoë"}},
    "name that no database holds": {"name": "Zoë \ud800"},
    "name without end": {"name": "Zoë" * 1_000},
    "parts of a name without end": {"name": None, "given_name": "Z" * 500, "family_name": "F" * 500},
    "email without end": {"email": "z" * 1_000},
    "presentation as a text": {lti("launch_presentation"): "iframe"},
    "return address that is none": {lti("launch_presentation"): {"return_url": "http://[lms"}},
    "grades as a text": {GRADES: "https://lms.example/items/1"},
    "line item that is none": {GRADES: {"lineitem": "http://[lms", "scope": "score"}},
    "roster as a list": {ROSTER: []},
}


@pytest.mark.parametrize("changes", ODD.values(), ids=ODD)
def test_an_optional_claim_of_a_wrong_form_does_not_keep_anybody_out(lms, database, changes):
    assert_landed(lms.launches(changes))
    with database.reading() as session:
        assert len(session.query(Person).one().name or "") <= 500


def test_variables_that_the_lms_left_unfilled_count_as_missing(lms, database):
    changes = {
        "name": "$Person.name.full",
        "email": "$Person.email.primary",
        lti("context"): {"id": "$Context.id", "title": "$Context.title", "label": "A1"},
        lti("resource_link"): {"id": "101", "title": "$ResourceLink.title"},
        lti("custom"): {"module": "$Custom.module"},
        GRADES: {"lineitem": "$LineItem.url"},
        ROSTER: {"context_memberships_url": "$ToolProxyBinding.memberships.url"},
    }
    assert_landed(lms.launches(changes))
    with database.reading() as session:
        person, course, activity = (session.query(table).one() for table in (Person, Course, Activity))
    assert (person.name, person.email) == (None, None)
    assert (course.context, course.title, course.roster_url) == ("activity:101", "A1", None)
    assert (activity.title, activity.module, activity.line_item_url) == ("", None, None)


def test_a_name_is_put_together_from_its_parts(lms, database):
    assert_landed(lms.launches({"name": None, "given_name": "Zoë", "family_name": "$Person.name.family"}))
    with database.reading() as session:
        assert session.query(Person).one().name == "Zoë"


def test_a_launch_that_shares_less_does_not_take_a_name_away(lms, database):
    assert_landed(lms.launches())
    assert_landed(lms.launches({"name": None, "email": None}))
    with database.reading() as session:
        person = session.query(Person).one()
    assert (person.name, person.email) == ("Zoë Fairweather", "zoe@school.example")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
OURS = "version message_type deployment_id target_link_uri resource_link context roles custom launch_presentation"
CLAIMS = ["iss", "aud", "azp", "sub", "iat", "exp", "nbf", "nonce", "name", "email", GRADES, ROSTER]
CLAIMS += map(lti, OURS.split())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from(CLAIMS), JSON, min_size=1, max_size=3))
def test_no_signed_message_whatever_it_says_breaks_us(lms, changes):
    answer = lms.launches(changes)
    assert answer.status_code in {303, 400, 401, 403}, json.dumps(changes)


KINDS = {
    "LtiDeepLinkingRequest": {
        CHOOSING: {
            "deep_link_return_url": "https://lms.example/return",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe"],
        }
    },
    "LtiSubmissionReviewRequest": {
        lti("for_user"): {"user_id": "5"},
        GRADES: {"lineitem": "https://lms.example/items/1"},
    },
}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(st.sampled_from([*CLAIMS, CHOOSING, lti("for_user")]), JSON, max_size=3))
def test_no_message_of_another_kind_whatever_it_says_breaks_us(lms, kind, changes):
    answer = lms.launches(KINDS[kind] | {lti("message_type"): kind} | changes)
    assert answer.status_code in {303, 400, 401, 403}, json.dumps(changes)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(
        st.sampled_from(["iss", "client_id", "login_hint", "lti_message_hint", "target_link_uri"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
        max_size=3,
    )
)
def test_no_login_whatever_it_says_breaks_us(lms, fields):
    assert lms.asks_to_log_in(**fields).status_code in {302, 400, 403}
