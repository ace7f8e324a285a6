"""A platform's public keys: asked for seldom, found after a rotation, and missed with words when they do not come."""

import gzip

import pytest
import requests

from lti.errors import BAD_SIGNATURE, KEYS_UNREACHABLE
from lti.key_models import PlatformKeys
from tests.support.lms.outcomes import assert_landed, assert_no_trace, assert_refused
from tests.support.lms.signing import key_called, published

UNREACHABLE = {
    "down": {"body": requests.ConnectionError("refused")},
    "slow": {"body": requests.ReadTimeout("ten seconds")},
    "broken": {"status": 500, "json": {"keys": []}},
    "gone": {"status": 404},
    "a page": {"body": "<h1>Welcome</h1>"},
    "no text": {"body": b"\xff\xfe\x00"},
    "nothing": {"body": b""},
    "too large": {"body": b'{"keys": []}' + b" " * 262_144},
    "too large when unpacked": {
        "body": gzip.compress(b'{"keys": []}' + b" " * 1_000_000),
        "headers": {"Content-Encoding": "gzip"},
    },
    "not packed as it says": {"body": b'{"keys": []}', "headers": {"Content-Encoding": "gzip"}},
    "nested deeply": {"body": "[" * 100_000},
    "a list": {"json": [{"kid": "1"}]},
    "no keys": {"json": {}},
    "null for keys": {"json": {"keys": None}},
    "a number for keys": {"json": {"keys": 7}},
    "elsewhere": {"status": 302, "headers": {"Location": "https://lms.example/other-jwks"}},
}


@pytest.mark.parametrize("answer", UNREACHABLE.values(), ids=UNREACHABLE)
def test_keys_that_do_not_come_are_told_of(lms, database, answer):
    lms.network.get("https://lms.example/other-jwks", json=published({lms.kid: lms.key}))
    lms.answers_for_keys(**answer)
    assert_refused(lms.launches(), KEYS_UNREACHABLE)
    assert_no_trace(database)
    with database.reading() as session:
        assert session.get(PlatformKeys, lms.jwks_url) is None


@pytest.mark.parametrize(
    "spelling", [{"alg": None}, {"alg": "rs256"}, {"use": None, "key_ops": None}, {"kty": "rsa"}, {"kid": 7}], ids=str
)
def test_a_key_is_taken_however_it_is_spelt(lms, spelling):
    lms.kid = "7"
    (key,) = published({"7": lms.key})["keys"]
    lms.answers_for_keys(json={"keys": [None, {"kty": None}, key | spelling]})
    assert_landed(lms.launches())


def test_a_key_for_another_algorithm_is_not_taken(lms):
    (key,) = published({lms.kid: lms.key})["keys"]
    lms.answers_for_keys(json={"keys": [key | {"alg": "RS512"}]})
    assert_refused(lms.launches(), BAD_SIGNATURE)


def test_the_same_message_lands_once_the_keys_come(lms, clock):
    asked = lms.begins_login()
    lms.answers_for_keys(status=500)
    assert_refused(lms.answers(asked), KEYS_UNREACHABLE)
    lms.publishes({lms.kid: lms.key})
    clock.shift(11)
    assert_landed(lms.answers(asked))


def test_a_platform_that_does_not_answer_is_left_alone_for_a_moment(lms, clock):
    lms.answers_for_keys(status=500)
    for _ in range(3):
        assert_refused(lms.launches(), KEYS_UNREACHABLE)
    assert len(lms.network.calls) == 1
    clock.shift(11)
    assert_refused(lms.launches(), KEYS_UNREACHABLE)
    assert len(lms.network.calls) == 2


def test_a_key_that_we_have_serves_for_a_day_while_its_platform_does_not_answer(lms, clock):
    assert_landed(lms.launches())
    lms.answers_for_keys(status=500)
    clock.shift(23 * 3_600)
    assert_landed(lms.launches())
    clock.shift(3_600)
    assert_refused(lms.launches(), KEYS_UNREACHABLE)


PARTS = published({"broken": key_called("broken")})["keys"][0]
BROKEN = {
    "no modulus": PARTS | {"n": None},
    "a number for modulus": PARTS | {"n": 7},
    "an even exponent": PARTS | {"e": "AAAC"},
    "an elliptic curve": {"kid": "broken", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
    "a secret": {"kid": "broken", "kty": "oct", "k": "c2VjcmV0"},
    "for another algorithm": PARTS | {"alg": "RS512"},
    "a text": "broken",
}


@pytest.mark.parametrize("key", BROKEN.values(), ids=BROKEN)
def test_a_published_key_that_is_none_for_us_is_as_good_as_missing(lms, key):
    lms.answers_for_keys(json={"keys": [key, *published({lms.kid: lms.key})["keys"]]})
    assert_refused(lms.launches(kid="broken", key=key_called("broken")), BAD_SIGNATURE)
    assert_landed(lms.launches())


def test_keys_are_asked_for_once_an_hour(lms, clock):
    assert_landed(lms.launches())
    clock.shift(3_599)
    assert_landed(lms.launches())
    assert len(lms.network.calls) == 1
    clock.shift(1)
    assert_landed(lms.launches())
    assert len(lms.network.calls) == 2


def test_a_key_withdrawn_by_its_platform_is_good_for_an_hour_at_most(lms, clock):
    assert_landed(lms.launches())
    lms.publishes({"new": key_called("new")})
    clock.shift(3_600)
    assert_refused(lms.launches(), BAD_SIGNATURE)


def test_a_new_key_is_found_at_its_first_use(lms, clock):
    assert_landed(lms.launches())
    lms.publishes({"new": key_called("new")})
    clock.shift(60)
    assert_landed(lms.launches(kid="new", key=key_called("new")))
    assert len(lms.network.calls) == 2


def test_made_up_key_ids_make_us_ask_once_a_minute_at_most(lms, clock):
    assert_landed(lms.launches())
    clock.shift(60)
    for name in ("one", "two", "three"):
        assert_refused(lms.launches(kid=name), BAD_SIGNATURE)
    assert len(lms.network.calls) == 2
    clock.shift(60)
    assert_refused(lms.launches(kid="four"), BAD_SIGNATURE)
    assert len(lms.network.calls) == 3


def test_a_key_withdrawn_in_a_refetch_is_refused_at_once(lms, clock):
    assert_landed(lms.launches())
    lms.publishes({"new": key_called("new")})
    clock.shift(60)
    assert_landed(lms.launches(kid="new", key=key_called("new")))
    assert_refused(lms.launches(), BAD_SIGNATURE)
