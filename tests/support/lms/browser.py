"""A browser in which the double's pages and the tool's are open."""

from contextvars import Context
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti.visits.cookies import VISIT_COOKIE
from tests.support.visitor import visit_in


class Browser(FlaskClient):
    """A browser with cookies of its own. Each request is on its own, as on a server, whatever the test has open.

    Pages are asked for in the visit that began last.
    """

    def __init__(self, app: Flask, keeps_cookies: bool = True) -> None:
        super().__init__(app, app.response_class, use_cookies=keeps_cookies)
        self.visit = ""

    def visit_cookie(self) -> str:
        """Return the token that this browser keeps for the visit that began last."""
        cookie = self.get_cookie(VISIT_COOKIE, path=self.visit)
        return cookie.value if cookie else ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Ask for a page, or send a form."""
        if args and isinstance(args[0], str) and not args[0].startswith(("/lti/", "/static/", "/visits/")):
            args = (self.visit + args[0], *args[1:])
        answer = Context().run(super().open, *args, **kwargs)
        self.visit = visit_in(answer.location or "") or self.visit
        return answer
