"""A message gets in at its time and with its LMS's signature, and not otherwise."""

import hmac
import time
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lti.errors import BAD_SIGNATURE, CLOCK, INCOMPLETE
from tests.support.lms.double import Lms
from tests.support.lms.outcomes import assert_landed, assert_no_trace, assert_refused
from tests.support.lms.signing import key_called, token_of

YEAR = 365 * 24 * 3600


@pytest.fixture
def other_lms(app, network):
    return Lms(app, network, issuer="https://other.example")


@pytest.mark.parametrize("claim", ["exp", "iat", "nonce"])
def test_a_message_without_time_or_nonce_is_refused(lms, database, claim):
    assert_refused(lms.launches({claim: None}), INCOMPLETE)
    assert_no_trace(database)


@pytest.mark.parametrize(
    ("iat", "exp"),
    [(-YEAR, 60), (-YEAR, YEAR), (-611, 60), (11, 60), (60, 120), (-60, -10), (-YEAR, -YEAR + 60)],
)
def test_a_message_out_of_its_time_is_refused(lms, database, clock, iat, exp):
    now = int(time.time())
    assert_refused(lms.launches({"iat": now + iat, "exp": now + exp}), CLOCK)
    assert_no_trace(database)


@pytest.mark.parametrize(("iat", "exp"), [(10, 60), (0.15, 60), (-60, -9), (-600, 60), (0, YEAR)])
def test_a_message_within_the_leeway_of_its_time_lands(lms, clock, iat, exp):
    now = int(time.time())
    assert_landed(lms.launches({"iat": now + iat, "exp": now + exp}))


@pytest.mark.parametrize("claim", ["iat", "exp", "nbf"])
@pytest.mark.parametrize("moment", ["soon", [], {}, "", float("nan"), float("inf"), -1e300, True], ids=repr)
def test_a_time_that_is_none_is_refused(lms, claim, moment):
    answer = lms.launches({claim: moment})
    assert answer.status_code in {400, 401} or (claim == "nbf" and answer.status_code == 303)


def test_a_time_as_text_is_read(lms):
    assert_landed(lms.launches({"iat": str(int(time.time()))}))


def test_a_message_without_signature_is_refused(lms):
    asked = lms.begins_login()
    token = token_of({"alg": "none", "kid": lms.kid}, lms.message(asked), signature=b"")
    assert_refused(lms.posts(state=asked.state, id_token=token), BAD_SIGNATURE)


def test_a_message_signed_with_the_public_key_as_a_secret_is_refused(lms):
    pem = lms.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    asked = lms.begins_login()
    signed, _, _ = lms.signs(lms.message(asked), key="a secret of thirty-two characters", algorithm="HS256").rpartition(
        "."
    )
    mac = urlsafe_b64encode(hmac.digest(pem, signed.encode(), "sha256")).decode().rstrip("=")
    assert_refused(lms.posts(state=asked.state, id_token=f"{signed}.{mac}"), BAD_SIGNATURE)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_an_algorithm_other_than_rs256_is_refused(lms, algorithm):
    assert_refused(lms.launches(algorithm=algorithm), BAD_SIGNATURE)


def test_a_message_signed_with_another_key_under_a_known_name_is_refused(lms):
    assert_refused(lms.launches(key=key_called("a stranger's")), BAD_SIGNATURE)


def test_a_key_of_another_platform_is_refused(lms, other_lms):
    assert_landed(other_lms.launches())
    assert_refused(lms.launches(key=other_lms.key, kid=other_lms.kid), BAD_SIGNATURE)


@pytest.mark.parametrize(
    "header", [{"jwk": {"kty": "RSA"}}, {"jku": "https://evil.example/jwks"}, {"x5u": "https://evil.example"}]
)
def test_a_key_that_the_message_brings_along_is_not_used(lms, header):
    assert_refused(lms.launches(key=key_called("a stranger's"), **header), BAD_SIGNATURE)


def test_a_message_changed_after_signing_is_refused(lms, database):
    asked = lms.begins_login()
    header, _, signature = lms.signs(lms.message(asked)).split(".")
    _, body, _ = lms.signs(lms.message(asked, {"sub": "3"})).split(".")
    assert_refused(lms.posts(state=asked.state, id_token=f"{header}.{body}.{signature}"), BAD_SIGNATURE)
    assert_no_trace(database)
