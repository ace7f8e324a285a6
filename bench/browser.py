"""A browser that costs next to nothing: it keeps cookies, and follows nothing by itself."""

import gzip
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from flask import Flask
from werkzeug.test import Client

Headers = Iterable[tuple[str, str]]
Send = Callable[[str, str, dict[str, str], bytes], tuple[int, Headers, bytes]]
OUTSIDE_VISITS = ("/visits/", "/lti/", "/static/")
ONWARD = re.compile(rb'<a href="([^"]+)" class="govuk-button" data-player>')
FORM_SECRET = re.compile(rb'name="csrf_token" type="hidden" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What the tool answered."""

    status: int
    location: str
    body: bytes

    @property
    def form_secret(self) -> str:
        """Return what a form on this page sends back to show that it came from here."""
        found = FORM_SECRET.search(self.body)
        if not found:
            raise ValueError("the page has no form")
        return found[1].decode()

    @property
    def onward(self) -> str:
        """Return where the button of an explained answer leads."""
        found = ONWARD.search(self.body)
        if not found:
            raise ValueError("the page leads nowhere")
        return found[1].decode()

    @property
    def zipped(self) -> int:
        """Return the bytes of the body as a server sends it that compresses."""
        return len(gzip.compress(self.body, 6))


class Browser:
    """One person's browser; those of many people can share a connection, as behind a proxy.

    Pages are asked for in the visit that began last.
    """

    def __init__(self, send: Send) -> None:
        """Send requests this way."""
        self._send = send
        self._cookies: dict[str, str] = {}
        self._visit = ""

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, {}, b"")

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, kind, urlencode(form).encode())

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        path = path if path.startswith(OUTSIDE_VISITS) else self._visit + path
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        status, answered, content = self._send(method, path, headers | {"Cookie": cookies}, body)
        if status >= 400:
            raise RuntimeError(f"{method} {path} was answered with {status}: {content[:2000].decode()}")
        answer = Answer(status, self._read(answered), content)
        if answer.location.startswith("/visits/"):
            self._visit = "/".join(answer.location.split("/")[:3])
        return answer

    def _read(self, headers: Headers) -> str:
        """Keep the cookies that came, and return the address to go to next, if any."""
        location = ""
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._keep(value)
            elif name.lower() == "location":
                location = value
        return location

    def _keep(self, cookie: str) -> None:
        name, _, value = cookie.partition(";")[0].partition("=")
        if "Max-Age=0" in cookie:
            self._cookies.pop(name, None)
        else:
            self._cookies[name] = value


def over_http(url: str) -> Send:
    """Send over one connection that is kept open."""
    connection = HTTPConnection(urlsplit(url).hostname or "", urlsplit(url).port, timeout=60)

    def send(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Headers, bytes]:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    return send


def in_process(app: Flask) -> Send:
    """Send to an application of this process."""
    client = Client(app, use_cookies=False)

    def send(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Headers, bytes]:
        answer = client.open(path, method=method, headers=headers, data=body)
        return answer.status_code, list(answer.headers.items()), answer.get_data()

    return send
