"""What LMSs answer when they are asked for an access token, good and bad."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.domain.access_token import (
    GARBLED,
    LONGEST_LIFE,
    MARGIN_SECONDS,
    SHORT_LIFE,
    SIGN_IN_REFUSED,
    GrantedToken,
    grant_from,
)
from lti.domain.delivery import BUSY, MOVED, NOT_ALLOWED, PlatformSignal, Verdict
from lti.domain.scopes import RESULTS, SCORE

ASKED = [SCORE, RESULTS]


def test_a_token_is_used_until_a_little_before_it_ends() -> None:
    assert grant_from(200, {"access_token": "t", "expires_in": 3600}, ASKED) == GrantedToken("t", 3600 - MARGIN_SECONDS)


@pytest.mark.parametrize(("expires_in", "used"), [(30, 15), ("3600", 3540), (1e9, LONGEST_LIFE - MARGIN_SECONDS)])
def test_short_and_odd_lives_are_made_the_best_of(expires_in: Any, used: float) -> None:
    grant = grant_from(200, {"access_token": "t", "expires_in": expires_in}, ASKED)
    assert isinstance(grant, GrantedToken) and grant.seconds == used


@pytest.mark.parametrize("expires_in", [None, "soon", -5, 0, [], {}, float("nan")])
def test_a_token_that_does_not_say_how_long_it_is_good_is_used_for_some_minutes(expires_in: Any) -> None:
    grant = grant_from(200, {"access_token": "t", "expires_in": expires_in}, ASKED)
    assert isinstance(grant, GrantedToken) and grant.seconds == SHORT_LIFE - MARGIN_SECONDS


@pytest.mark.parametrize(
    ("status", "answer", "verdict"),
    [
        (408, None, BUSY),
        (429, None, BUSY),
        (500, None, BUSY),
        (503, {"error": "down"}, BUSY),
        (302, None, MOVED),
        (400, {"error": "invalid_client"}, SIGN_IN_REFUSED),
        (400, None, SIGN_IN_REFUSED),
        (401, {"error": "invalid_client"}, SIGN_IN_REFUSED),
        (404, None, SIGN_IN_REFUSED),
        (400, {"error": "invalid_scope"}, NOT_ALLOWED),
        (200, None, GARBLED),
        (200, ["token"], GARBLED),
        (200, {}, GARBLED),
        (200, {"access_token": ""}, GARBLED),
        (200, {"access_token": 5}, GARBLED),
        (200, {"access_token": "two\nlines"}, GARBLED),
        (200, {"access_token": "tökén"}, GARBLED),
        (200, {"access_token": "t", "scope": RESULTS}, NOT_ALLOWED),
    ],
)
def test_each_answer_without_a_token_has_its_consequence(status: int, answer: Any, verdict: Verdict) -> None:
    assert grant_from(status, answer, ASKED) == verdict


def test_a_right_that_is_dropped_in_silence_is_none_of_our_business_where_grades_can_be_sent() -> None:
    assert isinstance(grant_from(200, {"access_token": "t", "scope": SCORE}, ASKED), GrantedToken)
    assert isinstance(grant_from(200, {"access_token": "t", "scope": ""}, ASKED), GrantedToken)


def test_trouble_with_signing_in_is_trouble_with_all_grades_and_bears_with_the_lms_for_a_while() -> None:
    for verdict in (SIGN_IN_REFUSED, GARBLED):
        assert verdict.signal is PlatformSignal.ALL and verdict.patience and "administrator" in verdict.last_words


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
answers = json_values | st.fixed_dictionaries(
    {"access_token": json_values, "expires_in": json_values, "scope": json_values}
)


@given(st.integers(100, 599), answers)
def test_no_answer_whatever_makes_us_stumble(status: int, answer: Any) -> None:
    found = grant_from(status, answer, ASKED)
    if isinstance(found, GrantedToken):
        assert 0 < found.seconds <= LONGEST_LIFE
        assert json.dumps(found.value) and found.value.isascii()
    else:
        assert found.words
