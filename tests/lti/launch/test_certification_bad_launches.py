"""The twelve messages of 1EdTech's certification that a tool must refuse with clear words.

https://www.imsproject.org/spec/lti/v1p3/cert/#known-bad-payloads
"""

import pytest

from lti.errors import (
    BAD_SIGNATURE,
    CLOCK,
    INCOMPLETE,
    NOBODY,
    NOT_REGISTERED,
    UNKNOWN_MESSAGE,
    WRONG_VERSION,
)
from tests.support.lms.double import lti
from tests.support.lms.outcomes import assert_no_trace, assert_refused


@pytest.fixture(autouse=True)
def no_trace_is_left(database):
    yield
    assert_no_trace(database)


def test_no_kid_sent_in_jwt_header(lms):
    assert_refused(lms.launches(kid=None), BAD_SIGNATURE)


def test_incorrect_kid_in_jwt_header(lms):
    assert_refused(lms.launches(kid="imstester_66067"), BAD_SIGNATURE)


def test_wrong_lti_version(lms):
    assert_refused(lms.launches({lti("version"): "11.3"}), WRONG_VERSION)


def test_no_lti_version(lms):
    assert_refused(lms.launches({lti("version"): None}), WRONG_VERSION)


def test_invalid_lti_message(lms):
    token = lms.signs({"name": "badltilaunch"})
    assert_refused(lms.posts(state=lms.begins_login().state, id_token=token), NOT_REGISTERED)


def test_missing_lti_claims(lms):
    left_out = {"aud": None, "iss": None, "sub": None, lti("deployment_id"): None, lti("roles"): None}
    assert_refused(lms.launches(left_out), NOT_REGISTERED)


def test_timestamps_incorrect(lms):
    assert_refused(lms.launches({"iat": 11111, "exp": 22222}), CLOCK)


def test_message_type_claim_missing(lms):
    assert_refused(lms.launches({lti("message_type"): None}), UNKNOWN_MESSAGE)


def test_role_claim_missing(lms):
    assert_refused(lms.launches({lti("roles"): None}), INCOMPLETE)


def test_deployment_id_claim_missing(lms):
    assert_refused(lms.launches({lti("deployment_id"): None}), INCOMPLETE)


def test_resource_link_id_claim_missing(lms):
    assert_refused(lms.launches({lti("resource_link"): {"title": "Photos"}}), INCOMPLETE)


def test_user_claim_missing(lms):
    assert_refused(lms.launches({"sub": None}), NOBODY)
