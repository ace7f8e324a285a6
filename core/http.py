"""Our calls to other systems: only where we may call, never following a redirect, never waiting or reading without end.

All addresses that we call come from outside: from an LMS that registers, and with its launches. So every connection
goes to a public address, or to one that the settings allow.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from config import Settings
from core.connections import pools_of_checked_connections
from core.deadline import Deadline, TimeLimit
from core.domain.address_scope import AddressScope, scope_of
from core.domain.tolerant import CONTROLS, names_a_server

AGENT = "FitToPost (LTI tool)"
LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain"})
PIECE = 65_536


CALLED = "We call LMSs only at https addresses that are open to the internet."
HTTPS_ONLY = (
    "Give the LMS an https address. Only an LMS on this same machine can be called by http, for a trial, with the "
    "setting ALLOW_LOOPBACK=yes."
)
REMEDIES = {
    AddressScope.LOOPBACK: "We call an LMS on this same machine only if ALLOW_LOOPBACK=yes is set, for a trial.",
    AddressScope.PRIVATE: "To allow an LMS in your own network, name its host in the setting PRIVATE_HOSTS.",
    AddressScope.UNUSABLE: "Check the LMS’s name: no server on the internet has such an address.",
}


class ForeignAddress(ValueError):
    """An address that we do not call: it is not https, or it is on a network that the settings do not let us reach.

    ``remedy`` is what an administrator can do about it; it does not contain an address.
    """

    def __init__(self, wrong: str, remedy: str = "") -> None:
        """Say what is wrong with the address, and how it could be called."""
        super().__init__(f"{wrong}. {remedy}" if remedy else wrong)
        self.remedy = remedy or CALLED


class WrongStatus(ValueError):
    """An answer that brings nothing of what was asked for, by its status."""

    def __init__(self, status: int) -> None:
        """Hold the status."""
        super().__init__(f"status {status}")
        self.status = status


class AnswerTooLong(requests.RequestException):
    """An answer that is larger, or takes longer, than any that we expect."""


class _Careful(HTTPAdapter):
    """Gives every call its bounds, since the LTI library sets none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pools = pools_of_checked_connections(
            lambda host, numbers: check_reach(host, numbers, settings), settings.http_seconds
        )
        super().__init__(pool_maxsize=16)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    # The library's own names three more arguments, which are among ours.
    def send(self, request: Any, stream: bool = False, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send a request; a time-out given with it is for the call as a whole, to the last byte of its answer."""
        settings = self._settings
        limit = TimeLimit(kwargs.get("timeout") or settings.http_seconds + settings.answer_seconds)
        kwargs["timeout"] = min(limit.left(), settings.http_seconds)
        answer = super().send(request, stream=stream, **kwargs)
        if 300 <= answer.status_code < 400:
            answer.close()
            # The library would take it for a success.
            raise requests.TooManyRedirects("a redirect is not followed", response=answer)
        if not stream:
            answer.raw = BytesIO(body_of(answer, settings.answer_bytes, min(limit.left(), settings.answer_seconds)))
        return answer


def http_client(settings: Settings) -> requests.Session:
    """Make the client through which all calls to platforms go."""
    client = requests.Session()
    client.headers["User-Agent"] = AGENT
    client.max_redirects = 0
    # Else a .netrc file could put other credentials in place of ours, and a proxy be used that no setting names.
    client.trust_env = False
    client.verify = settings.ca_bundle or True
    if settings.outgoing_proxy:
        client.proxies = {"http": settings.outgoing_proxy, "https": settings.outgoing_proxy}
    for scheme in ("https://", "http://"):
        client.mount(scheme, _Careful(settings))
    return client


def out_of_calls(answer: requests.Response) -> bool:
    """Say whether an LMS refuses because we have called too often, as Canvas does with 403."""
    return answer.status_code == 403 and answer.headers.get("X-Rate-Limit-Remaining", "1").strip().startswith("0")


def seconds_asked(answer: requests.Response, now: datetime) -> int | None:
    """Return how long a Retry-After header asks us to wait: it holds seconds or a date (RFC 9110, section 10.2.3)."""
    asked = answer.headers.get("Retry-After", "").strip()
    # More digits are a mistake, and more than Python turns into a number.
    if asked.isascii() and asked.isdecimal():
        return int(asked[:12])
    try:
        return max(int((parsedate_to_datetime(asked) - now).total_seconds()), 0)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def check_address(url: str, settings: Settings) -> str:
    """Return the URL of a platform if we may call it; ForeignAddress says why not."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ForeignAddress(f"{url} is not a web address") from error
    if not host or "@" in parts.netloc:
        raise ForeignAddress(f"{url} must name a server, and neither user nor password")
    if parts.scheme in {"https", "http"} and (CONTROLS.search(url) or not names_a_server(parts)):
        raise ForeignAddress(f"{url} names a server that cannot exist")
    if parts.scheme == "http" and settings.allow_loopback and is_loopback(host):
        return url
    if parts.scheme != "https":
        raise ForeignAddress(f"{url} must begin with https://", HTTPS_ONLY)
    if is_number(host):
        check_reach(host, [host], settings)
    return url


def check_reach(host: str, numbers: Sequence[str], settings: Settings) -> None:
    """Refuse a host that stands for any address that we do not call, with ForeignAddress."""
    allowed = {AddressScope.PUBLIC}
    if settings.allow_loopback:
        allowed.add(AddressScope.LOOPBACK)
    if host.lower() in settings.private_hosts.lower().replace(",", " ").split():
        allowed.add(AddressScope.PRIVATE)
    for number in numbers:
        if (scope := scope_of(number)) not in allowed:
            raise ForeignAddress(f"{host} has an address in a network that we do not call", REMEDIES[scope])


def is_number(host: str) -> bool:
    """Say whether a host is written as a network address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Say whether a host name means this very machine."""
    return host in LOOPBACK_NAMES or (is_number(host) and scope_of(host) is AddressScope.LOOPBACK)


def fetch_json(client: requests.Session, url: str, settings: Settings, headers: dict[str, str] | None = None) -> Any:
    """Fetch a small JSON document; ValueError if it is not JSON, RequestException if fetching fails.

    Someone is waiting with a page open, so all of it has to arrive in the time allowed for an answer to begin.
    """
    check_address(url, settings)
    limit = TimeLimit(settings.http_seconds)
    with client.get(url, stream=True, headers=headers, timeout=limit.left()) as answer:
        if answer.status_code != requests.codes.ok:
            raise WrongStatus(answer.status_code)
        body = body_of(answer, settings.keys_bytes, limit.left())
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("the answer is nested too deeply") from error


def body_of(answer: requests.Response, most: int, seconds: float) -> bytes:
    """Read an answer to its end; AnswerTooLong where it has more bytes or takes longer than that."""
    read = BytesIO()
    try:
        with Deadline(seconds, answer.raw.shutdown) as deadline:
            while piece := answer.raw.read1(PIECE, decode_content=True):
                read.write(piece)
                if read.tell() > most:
                    break
    except HTTPError as error:
        # What goes wrong while a body is read comes from the layer below requests.
        raise requests.ConnectionError(f"the answer broke off: {type(error).__name__}") from error
    if read.tell() > most or deadline.has_passed:
        answer.close()
        raise AnswerTooLong("the answer has no end", response=answer)
    return read.getvalue()
