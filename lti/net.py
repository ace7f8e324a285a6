"""Our calls to other systems: always with a time-out, never following a redirect, never reading without end."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from config import Settings

AGENT = "FitToPost (LTI tool)"
LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain"})


class ForeignAddress(ValueError):
    """An address that we do not call: neither https nor, where the settings allow it, this machine."""


class _Patient(HTTPAdapter):
    """Gives every call the same time-out, since the LTI library sets none."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        super().__init__(pool_maxsize=16)

    def send(self, request: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        kwargs["timeout"] = kwargs.get("timeout") or self._seconds
        return super().send(request, **kwargs)


def http_client(settings: Settings) -> requests.Session:
    """Make the client through which all calls to platforms go."""
    client = requests.Session()
    client.headers["User-Agent"] = AGENT
    client.max_redirects = 0
    client.trust_env = True
    for scheme in ("https://", "http://"):
        client.mount(scheme, _Patient(settings.http_seconds))
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
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and settings.allow_loopback and is_loopback(parts.hostname or ""):
        return url
    raise ForeignAddress(f"{url} must begin with https://")


def is_loopback(host: str) -> bool:
    """Say whether a host name means this very machine."""
    if host in LOOPBACK_NAMES:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def fetch_json(client: requests.Session, url: str, settings: Settings) -> Any:
    """Fetch a small JSON document; ValueError where it is too large or no JSON, RequestException where it fails."""
    check_address(url, settings)
    with client.get(url, stream=True, allow_redirects=False) as response:
        if response.status_code != requests.codes.ok:
            raise ValueError(f"status {response.status_code}")
        body = _beginning_of(response, settings.keys_bytes + 1)
    if len(body) > settings.keys_bytes:
        raise ValueError("the answer is too large")
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("the answer is nested too deeply") from error


def _beginning_of(response: requests.Response, size: int) -> bytes:
    try:
        return response.raw.read(size, decode_content=True)
    except HTTPError as error:
        # What goes wrong while a body is read comes from the layer below requests.
        raise requests.ConnectionError(f"the answer broke off: {type(error).__name__}") from error
