"""The platforms' public keys: kept, and fetched again when one is unknown."""

import json
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
import requests

from config import Settings
from core.domain.tolerant import identifier, keyword
from core.http import fetch_json
from core.page_calls import NoOutcome, PageCalls, TooManyWait
from db import Database
from lti.errors import KEYS_SLOW, KEYS_UNREACHABLE, TOO_MANY_WAIT, LaunchError
from lti.key_models import PlatformKeys
from lti.services.troubleshooting import remedy_for

GOOD_WITHOUT_ANSWER = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=1)
REST_AFTER_FAILURE = timedelta(seconds=10)


class PlatformKeyring:
    """Finds the public key with which a platform signed a message; one serves a whole process.

    Keys are kept in a table that all processes share. A key id that is not in it makes us ask the platform again, but
    not more often than once in ``keys_again_seconds``. While a platform does not answer, the keys that we have serve
    for a day, and it is not asked again at once, so that its trouble does not hold up our threads.
    """

    def __init__(self, database: Database, settings: Settings, http: requests.Session, calls: PageCalls) -> None:
        """Use this database and this HTTP client, with the times that the settings give."""
        self._calls = calls
        self._database = database
        self._settings = settings
        self._http = http
        self._failed_at: dict[str, datetime] = {}
        self._remedies: dict[str, str] = {}
        self._at_hand: dict[str, PlatformKeys] = {}

    def find(self, jwks_url: str, kid: str, now: datetime) -> jwt.PyJWK | None:
        """Return the key with this id, or None where the platform publishes none; LaunchError if it is unreachable."""
        kept = self._at_hand.get(jwks_url)
        key = _pick(kept, kid)
        if not key or not kept or self._outdated(kept, now, known=True):
            kept = self._read(jwks_url)
            key = _pick(kept, kid)
        if kept and not self._outdated(kept, now, known=key is not None):
            return key
        try:
            return _pick(self._asked_for(jwks_url, now), kid)
        except LaunchError:
            if key and kept and now < kept.fetched_at + GOOD_WITHOUT_ANSWER:
                return key
            raise

    def _read(self, jwks_url: str) -> PlatformKeys | None:
        """Read what any process has kept, and have it at hand from now on."""
        with self._database.reading() as session:
            kept = session.get(PlatformKeys, jwks_url)
        if kept:
            self._at_hand[jwks_url] = kept
        return kept

    def _outdated(self, kept: PlatformKeys, now: datetime, known: bool) -> bool:
        good_for = self._settings.keys_seconds if known else self._settings.keys_again_seconds
        # Keys from a future time were recorded by a clock that was wrong.
        return not kept.fetched_at - CLOCKS_DIFFER <= now < kept.fetched_at + timedelta(seconds=good_for)

    def _asked_for(self, jwks_url: str, now: datetime) -> PlatformKeys:
        """Return what the platform publishes now; LaunchError if that does not arrive soon."""
        try:
            return self._calls.ask(("keys", jwks_url), "keys", lambda: self._fetch(jwks_url, now))
        except NoOutcome as error:
            trouble = TOO_MANY_WAIT if isinstance(error, TooManyWait) else KEYS_SLOW
            raise LaunchError(trouble, jwks_url) from error
        except LaunchError as error:
            # A separate error for each one waiting: an error picks up details of its launch on the way.
            raise LaunchError(error.trouble, error.detail, error.remedy) from error

    def _fetch(self, jwks_url: str, now: datetime) -> PlatformKeys:
        failed_at = self._failed_at.get(jwks_url)
        if failed_at and failed_at <= now < failed_at + REST_AFTER_FAILURE:
            raise LaunchError(KEYS_UNREACHABLE, f"{jwks_url}: failed a moment ago", self._remedies[jwks_url])
        try:
            found = fetch_json(self._http, jwks_url, self._settings)["keys"]
            keys = [key for key in found if isinstance(key, dict) and keyword(key.get("kty")) == "rsa"]
        except (requests.RequestException, ValueError, TypeError, KeyError) as error:
            self._remedies[jwks_url], self._failed_at[jwks_url] = remedy_for(error), now
            detail = f"{jwks_url}: {type(error).__name__}"
            raise LaunchError(KEYS_UNREACHABLE, detail, self._remedies[jwks_url]) from error
        with self._database.transaction() as session:
            kept = session.merge(PlatformKeys(jwks_url=jwks_url, keys=keys, fetched_at=now))
        self._at_hand[jwks_url] = kept
        return kept


def _pick(kept: PlatformKeys | None, kid: str) -> jwt.PyJWK | None:
    for key in kept.keys if kept else ():
        if identifier(key.get("kid")) == kid and keyword(key.get("alg") or "RS256") == "rs256":
            return _ready(json.dumps(_as_specified(key), sort_keys=True))
    return None


def _as_specified(key: dict[str, Any]) -> dict[str, Any]:
    """Return a key in the specification's form (RFC 7517): nulls are left out."""
    said = {name: value for name, value in key.items() if value is not None}
    return said | {"kty": "RSA", "alg": "RS256", "kid": identifier(key.get("kid"))}


@lru_cache(maxsize=64)
def _ready(jwk: str) -> jwt.PyJWK:
    return jwt.PyJWK.from_json(jwk, algorithm="RS256")
