"""Cookies that work inside the LMS's frame: each visit's token and nothing else, and one for each login under way.

``Partitioned`` keeps them apart for each LMS, and lets browsers accept them that block other sites' cookies (CHIPS).
"""

import hmac
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.wrappers import Response as AnyResponse

from lti.visits.addresses import HANDLE_LENGTH, KEY, TOKEN_LENGTH, address_of
from lti.visits.visit import handle_of

VISIT_COOKIE = "fit-to-post-visit"
LOGIN_COOKIE_PREFIX = "fit-to-post-login-"


class VisitSession(dict[str, Any], SessionMixin):
    """What Flask and its extensions see as the session: the visit's token, and a form secret derived from it.

    ``in_address`` says that the token came in the address, which only some visits allow.
    """

    in_address = False


class VisitSessions(SessionInterface):
    """Reads the visit's token from the cookie that belongs to its address, or from the address itself.

    Flask-WTF wants a secret of its own in the session. It is computed from the token and our secret key, so that there
    is nothing more to store.
    """

    def open_session(self, app: Flask, request: Request) -> VisitSession:
        """Find the visit's token; a cookie that belongs to another address counts as none."""
        key = request.environ.get(KEY, "")
        if len(key) == TOKEN_LENGTH:
            return self._session_in_address(app, request, key)
        token = request.cookies.get(VISIT_COOKIE, "")
        known = len(key) == HANDLE_LENGTH and len(token) == TOKEN_LENGTH and handle_of(token) == key
        return self._session_for(app, token) if known else VisitSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep nothing: a visit's cookie is set where the visit begins, and never changes."""
        response.vary.add("Cookie")

    def _session_in_address(self, app: Flask, request: Request, token: str) -> VisitSession:
        """Take the token from the address, if a page of ours leads there.

        Anyone who is given such an address, or finds it in a history, must not get into another person's visit.
        """
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return VisitSession()
        session = self._session_for(app, token)
        session.in_address = True
        return session

    def _session_for(self, app: Flask, token: str) -> VisitSession:
        secret = hmac.digest(str(app.secret_key).encode(), b"forms:" + token.encode(), "sha256").hex()
        return VisitSession(visit=token, csrf_token=secret)


def set_visit_cookie(response: AnyResponse, token: str) -> None:
    """Give the browser a visit's token, to be sent to that visit's addresses alone."""
    set_framed_cookie(response, VISIT_COOKIE, token, address_of(handle_of(token)))


def set_framed_cookie(response: AnyResponse, name: str, value: str, path: str, seconds: int | None = None) -> None:
    """Set a cookie that a browser keeps though we stand in another site's frame."""
    response.set_cookie(
        name, value, max_age=seconds, path=path, secure=True, httponly=True, samesite="None", partitioned=True
    )


def drop_framed_cookie(response: AnyResponse, name: str, path: str) -> None:
    """Take such a cookie back; browsers match its attributes too."""
    response.delete_cookie(name, path=path, secure=True, httponly=True, samesite="None", partitioned=True)
