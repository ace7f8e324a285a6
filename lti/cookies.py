"""Cookies that work inside the LMS's frame: the visit's id and nothing else, and one for each login under way.

``Partitioned`` keeps them apart for each LMS, and lets browsers accept them that block other sites' cookies (CHIPS).
"""

import hmac
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

VISIT_COOKIE = "fit-to-post-visit"
LOGIN_COOKIE_PREFIX = "fit-to-post-login-"
LONGEST_TOKEN = 64


class VisitSession(dict[str, Any], SessionMixin):
    """What Flask and its extensions see as the session: the visit's token, and a form secret derived from it."""

    began = False


class VisitSessions(SessionInterface):
    """Keeps the session in a cookie that holds the visit's token alone.

    Flask-WTF wants a secret of its own in the session. It is computed from the token and our secret key, so that there
    is nothing more to store.
    """

    def open_session(self, app: Flask, request: Request) -> VisitSession:
        """Read the visit's token from the request."""
        token = request.cookies.get(VISIT_COOKIE, "")
        return self._session_for(app, token) if 0 < len(token) <= LONGEST_TOKEN else VisitSession()

    def begin(self, app: Flask, session: SessionMixin, token: str) -> None:
        """Put a new visit into the session; the answer to this request carries its cookie."""
        session.clear()
        session.update(self._session_for(app, token))
        session.began = True  # type: ignore[attr-defined]

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where a visit began with this request."""
        response.vary.add("Cookie")
        if getattr(session, "began", False):
            set_framed_cookie(response, VISIT_COOKIE, session["visit"], path="/")

    def _session_for(self, app: Flask, token: str) -> VisitSession:
        secret = hmac.digest(str(app.secret_key).encode(), b"forms:" + token.encode(), "sha256").hex()
        return VisitSession(visit=token, csrf_token=secret)


def set_framed_cookie(response: Response, name: str, value: str, path: str, seconds: int | None = None) -> None:
    """Set a cookie that a browser keeps though we stand in another site's frame."""
    response.set_cookie(
        name, value, max_age=seconds, path=path, secure=True, httponly=True, samesite="None", partitioned=True
    )


def drop_framed_cookie(response: Response, name: str, path: str) -> None:
    """Take such a cookie back; browsers match its attributes too."""
    response.delete_cookie(name, path=path, secure=True, httponly=True, samesite="None", partitioned=True)
