"""Our own keys: one signs, the next is published before it does, and they are sealed where there is a key for that."""

from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings, WrongSetting, settings_from
from core.sealing import WrongSealingKey, is_sealed
from lti.key_models import SigningKey
from lti.keys import keep_keys, key_set, private_key, rotate_key, signing_key
from tests.conftest import NOW

SEALING = "a long text that nobody else knows of"
SOON = timedelta(seconds=3_600)


def published(session: Session, settings: Settings) -> set[str]:
    return {key["kid"] for key in key_set(session, settings)["keys"]}


def test_the_first_key_signs_from_the_first_start(session, settings):
    kept = signing_key(session, NOW)
    keep_keys(session, settings, NOW)
    assert published(session, settings) == {kept.kid}


def test_a_new_key_is_published_at_once_and_signs_when_platforms_have_had_time_to_fetch_it(session, settings):
    old, new = signing_key(session, NOW), rotate_key(session, settings, NOW)
    assert published(session, settings) == {old.kid, new.kid}
    assert signing_key(session, NOW) is old
    assert signing_key(session, NOW + SOON) is new


def test_a_second_rotation_before_the_new_key_signs_makes_no_other(session, settings):
    assert rotate_key(session, settings, NOW) is rotate_key(session, settings, NOW)


def test_the_old_key_stays_published_for_a_week_after_the_new_one_began_to_sign(session, settings):
    old, new = signing_key(session, NOW), rotate_key(session, settings, NOW)
    keep_keys(session, settings, NOW + SOON + timedelta(days=6, hours=23))
    assert published(session, settings) == {old.kid, new.kid}
    keep_keys(session, settings, NOW + SOON + timedelta(days=7))
    assert published(session, settings) == {new.kid}
    assert old.private_pem == b"" and old.withdrawn_at


def test_a_key_is_rotated_when_it_is_old(session, settings):
    old = signing_key(session, NOW)
    keep_keys(session, settings, NOW + timedelta(days=179))
    assert published(session, settings) == {old.kid}
    keep_keys(session, settings, NOW + timedelta(days=180))
    assert len(published(session, settings)) == 2
    assert signing_key(session, NOW + timedelta(days=181)) is not old


def test_a_key_that_may_be_known_is_replaced_at_once(session, settings):
    rotate_key(session, settings, NOW)
    new = rotate_key(session, settings, NOW, at_once=True)
    assert published(session, settings) == {new.kid}
    assert signing_key(session, NOW) is new


def test_keys_are_sealed_once_there_is_a_key_for_that_and_still_sign(session, settings):
    assert b"PRIVATE KEY" in signing_key(session, NOW).private_pem
    sealing = replace(settings, sealing_key=SEALING)
    keep_keys(session, sealing, NOW)
    rotate_key(session, sealing, NOW)
    session.flush()
    assert all(is_sealed(pem) and b"PRIVATE KEY" not in pem for pem in session.scalars(select(SigningKey.private_pem)))
    signed = jwt.encode({"sub": "us"}, private_key(signing_key(session, NOW), sealing), "RS256")
    ours = jwt.PyJWKSet.from_dict(key_set(session, sealing))[signing_key(session, NOW).kid]
    assert jwt.decode(signed, ours, algorithms=["RS256"]) == {"sub": "us"}


@pytest.mark.parametrize("sealing_key", ["", "another text, as long as it has to be"], ids=["none", "another"])
def test_a_database_that_was_sealed_with_another_key_is_told_of(session, settings, sealing_key):
    keep_keys(session, replace(settings, sealing_key=SEALING), NOW)
    with pytest.raises(WrongSealingKey, match="SEALING_KEY"):
        keep_keys(session, replace(settings, sealing_key=sealing_key), NOW)


def test_a_short_sealing_key_stops_the_start():
    with pytest.raises(WrongSetting, match="openssl rand"):
        settings_from({"SEALING_KEY": "password"})


def test_the_command_says_which_key_signs_from_when(app: Flask):
    said = app.test_cli_runner().invoke(args=["lti", "rotate-key"])
    assert said.exit_code == 0
    assert "signs from" in said.output and "stays published for 7 days" in said.output
    assert len(app.test_client().get("/lti/jwks").json["keys"]) == 2
    at_once = app.test_cli_runner().invoke(args=["lti", "rotate-key", "--at-once"])
    assert "All earlier keys are withdrawn" in at_once.output
    assert len(app.test_client().get("/lti/jwks").json["keys"]) == 1


def test_what_we_publish_holds_no_private_half(app: Flask):
    for key in app.test_client().get("/lti/jwks").json["keys"]:
        assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}
