"""Addresses of a visit: everything that somebody does in one stands beneath an address of its own.

A browser has many visits at a time, in several tabs: a member of staff in one course, who leads another. Each visit's
cookie is sent to its own addresses alone, so that no tab acts as another. Where the browser keeps no cookie for us, the
address holds the visit's token itself.
"""

from collections.abc import Callable, Iterable
from string import printable
from typing import Any
from urllib.parse import quote

PREFIX = "/visits/"
HANDLE_LENGTH = 16
TOKEN_LENGTH = 43
KEY = "fit-to-post.visit"

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def address_of(key: str) -> str:
    """Return the address beneath which a visit takes place."""
    return PREFIX + key


def in_ascii(query: str) -> str:
    """Return the query of an address with bytes escaped that a browser would have escaped.

    As they are, those that are no UTF-8 could not be read, not even by the page that says so.
    """
    return quote(query, safe=printable, encoding="latin-1")


class VisitAddresses:
    """Takes a visit's key off the address before it is routed; every address that is made then stays beneath it."""

    def __init__(self, application: WsgiApp) -> None:
        """Stand before this application."""
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, with its visit's key noted where its address holds one."""
        environ["QUERY_STRING"] = in_ascii(environ.get("QUERY_STRING", ""))
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX):
            key, slash, rest = path.removeprefix(PREFIX).partition("/")
            if slash and len(key) in {HANDLE_LENGTH, TOKEN_LENGTH}:
                environ[KEY] = key
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + address_of(key)
                environ["PATH_INFO"] = slash + rest
        return self._application(environ, start_response)
