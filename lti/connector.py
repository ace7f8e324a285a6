"""Calls to a platform's services: tokens kept for as long as they are good, every call with a time-out.

pylti1p3's connector signs and posts; its token handling, which asks anew for each object and never looks at the
expiry, is replaced.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import uuid4

import requests
from pylti1p3.exception import LtiServiceException
from pylti1p3.service_connector import ServiceConnector
from sqlalchemy.orm import Session

from config import Settings
from db import utcnow
from lti.adapter import registration_of
from lti.keys import private_key, signing_key
from lti.models import Platform
from lti.net import check_address

# Asked for a little before it runs out, so that none runs out on its way.
MARGIN_SECONDS = 60


@dataclass(frozen=True)
class Token:
    """An access token, and until when (in the process's own seconds) it is good."""

    value: str
    good_until: float


class Tokens:
    """Access tokens by platform and scopes; one serves a whole process, and asks each platform for one at a time."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[int, str], Token] = {}
        self._locks: dict[tuple[int, str], Lock] = {}

    def lock(self, platform_id: int, scopes: str) -> Lock:
        """Return what keeps two threads from asking for the same token; other platforms have locks of their own."""
        return self._locks.setdefault((platform_id, scopes), Lock())

    def get(self, platform_id: int, scopes: str) -> str | None:
        """Return a token that is still good, or None."""
        token = self._kept.get((platform_id, scopes))
        return token.value if token and token.good_until > time.monotonic() else None

    def keep(self, platform_id: int, scopes: str, value: str, seconds: int) -> None:
        """Keep a token for as long as the platform says."""
        good_until = time.monotonic() + max(seconds - MARGIN_SECONDS, 0)
        self._kept[platform_id, scopes] = Token(value, good_until)

    def forget(self, platform_id: int) -> None:
        """Drop a platform's tokens, as it does not take them any more."""
        for key in [key for key in self._kept if key[0] == platform_id]:
            self._kept.pop(key, None)


class Connector(ServiceConnector):
    """The library's connector for one platform, with tokens that outlive it."""

    def __init__(
        self, session: Session, platform: Platform, tokens: Tokens, http: requests.Session, settings: Settings
    ) -> None:
        """Speak to this platform with our present signing key."""
        super().__init__(registration_of(platform), http)
        self._platform_id, self._tokens = platform.id, tokens
        self._token_url = check_address(platform.token_url, settings)
        self._settings = settings
        self._key = signing_key(session, utcnow())

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """Return a token for these scopes: a kept one, or a new one from the platform."""
        wanted = " ".join(sorted(scopes))
        with self._tokens.lock(self._platform_id, wanted):
            return self._tokens.get(self._platform_id, wanted) or self._new_token(wanted)

    def get(self, url: str, scopes: Sequence[str], accept: str) -> requests.Response:
        """Read from a service; LtiServiceException where it refuses, RequestException where it does not answer."""
        headers = {"Authorization": f"Bearer {self.get_access_token(scopes)}", "Accept": accept}
        answer = self._requests_session.get(url, headers=headers)
        if not answer.ok:
            raise LtiServiceException(answer)
        return answer

    def _new_token(self, scopes: str) -> str:
        """Ask for a token with a signed assertion (Security Framework 1.0, section 4.1.1)."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._assertion(),
            "scope": scopes,
        }
        answer = self._requests_session.post(self._token_url, data=form)
        if not answer.ok:
            raise LtiServiceException(answer)
        token = answer.json()
        self._tokens.keep(self._platform_id, scopes, token["access_token"], int(token.get("expires_in", 0)))
        return str(token["access_token"])

    def _assertion(self) -> str:
        client_id = str(self._registration.get_client_id())
        # Some seconds back, as platforms refuse an iat that lies ahead of their clock.
        issued = int(time.time()) - 5
        claims: dict[str, Any] = {
            "iss": client_id,
            "sub": client_id,
            "aud": self._registration.get_auth_audience() or self._token_url,
            "iat": issued,
            "exp": issued + 120,
            "jti": str(uuid4()),
        }
        # A loaded key in place of a PEM text makes a signature a hundred times cheaper.
        return self.encode_jwt(claims, private_key(self._key, self._settings), {"kid": self._key.kid})  # type: ignore[arg-type]
