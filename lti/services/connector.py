"""Calls to a platform's services: with tokens that outlive the call, a time-out, and no trust in what comes back.

pylti1p3's connector signs and posts. Its token handling, which asks anew for each object and never looks at the expiry,
is replaced, and so is its reading of answers: an LMS that has taken a grade and says so in plain words has taken it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import requests
from pylti1p3.exception import LtiServiceException
from pylti1p3.service_connector import ServiceConnector
from sqlalchemy.orm import Session

from config import Settings
from core.deadline import TimeLimit
from core.http import check_address, out_of_calls, seconds_asked
from db import utcnow
from lti.adapter import registration_of
from lti.domain.access_token import GrantedToken, grant_from
from lti.keys import private_key, signing_key
from lti.models import Platform
from lti.services.tokens import NoToken, Tokens


class Connector(ServiceConnector):
    """The library's connector for one platform, with tokens that outlive it."""

    def __init__(
        self,
        session: Session,
        platform: Platform,
        tokens: Tokens,
        http: requests.Session,
        settings: Settings,
        now: Callable[[], datetime] = utcnow,
        limit: TimeLimit | None = None,
    ) -> None:
        """Speak to this platform with our current signing key; all calls together have to end within the limit."""
        super().__init__(registration_of(platform), http)
        self._platform_id, self._tokens, self._now = platform.id, tokens, now
        self._token_url = check_address(platform.token_url, settings)
        self._settings, self._limit = settings, limit or TimeLimit(settings.grade_seconds)
        self._key = signing_key(session, now())

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """Return a token for these scopes: a kept one, or a new one from the platform; NoToken where it gives none."""
        return self._tokens.take(self._platform_id, scopes, lambda: self._ask(scopes)).value

    def get(self, url: str, scopes: Sequence[str], accept: str) -> requests.Response:
        """Read from a service; LtiServiceException where it refuses, RequestException where it does not answer."""
        return self._call("GET", url, scopes, {"Accept": accept})

    def post(self, url: str, scopes: Sequence[str], content: str, kind: str, accept: str) -> requests.Response:
        """Write to a service; LtiServiceException where it refuses, RequestException where it does not answer."""
        return self._call("POST", url, scopes, {"Accept": accept, "Content-Type": kind}, content)

    def make_service_request(  # type: ignore[override]  # the library has a name of its own for the answer
        self,
        scopes: Sequence[str],
        url: str,
        is_post: bool = False,
        data: str | None = None,
        content_type: str = "application/json",
        accept: str = "application/json",
        case_insensitive_headers: bool = False,
    ) -> dict[str, Any]:
        """Call a service for the library; it must not take words that are no JSON for a failure."""
        answer = self.post(url, scopes, data or "", content_type, accept) if is_post else self.get(url, scopes, accept)
        return {"headers": dict(answer.headers), "body": json_or_none(answer), "next_page_url": None}

    def _call(
        self, method: str, url: str, scopes: Sequence[str], headers: dict[str, str], content: str | None = None
    ) -> requests.Response:
        """Call a service; once more with a new token where ours is not taken, as it may have been withdrawn."""
        for is_last in (False, True):
            token = self._tokens.take(self._platform_id, scopes, lambda: self._ask(scopes))
            signed = headers | {"Authorization": f"Bearer {token.value}"}
            body = content.encode() if content is not None else None
            answer = self._requests_session.request(
                method, url, data=body, headers=signed, allow_redirects=False, timeout=self._limit.left()
            )
            if answer.status_code != requests.codes.unauthorized or is_last:
                break
            self._tokens.forget(self._platform_id, scopes, token)
        if not 200 <= answer.status_code < 300:
            raise LtiServiceException(answer)
        return answer

    def _ask(self, scopes: Sequence[str]) -> GrantedToken:
        """Ask for a token with a signed assertion (Security Framework 1.0, section 4.1.1)."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self._assertion(),
            "scope": " ".join(sorted(scopes)),
        }
        # Others wait for this token, and assume after a while that we have stopped.
        seconds = min(self._limit.left(), 2 * self._settings.http_seconds)
        answer = self._requests_session.post(self._token_url, data=form, allow_redirects=False, timeout=seconds)
        # Canvas says 403 where others say 429.
        status = 429 if out_of_calls(answer) else answer.status_code
        grant = grant_from(status, json_or_none(answer), scopes)
        if isinstance(grant, GrantedToken):
            return grant
        raise NoToken(grant, answer.status_code, seconds_asked(answer, self._now()))

    def _assertion(self) -> str:
        client_id = str(self._registration.get_client_id())
        audiences = (self._registration.get_auth_audience() or self._token_url).split()
        # Some seconds back, as platforms refuse an iat that lies ahead of their clock.
        issued = int(self._now().timestamp()) - 5
        claims: dict[str, Any] = {
            "iss": client_id,
            "sub": client_id,
            "aud": audiences if len(audiences) > 1 else audiences[0],
            "iat": issued,
            "exp": issued + 120,
            "jti": str(uuid4()),
        }
        # A loaded key in place of the PEM text that the library wants makes a signature a hundred times cheaper.
        key: Any = private_key(self._key, self._settings)
        return self.encode_jwt(claims, key, {"kid": self._key.kid})


def json_or_none(answer: requests.Response) -> Any:
    """Return the JSON of an answer, or None where it holds none."""
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None
