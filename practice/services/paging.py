"""Paging with Moodle's Link header: curly quotes, escaped ampersands, a token whose case matters."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from practice.problems import require


@dataclass(frozen=True)
class Page:
    """A stretch of a list[Any], and the token of the next one if there is more."""

    items: list[Any]
    next_token: str | None


def page_of(items: list[Any], limit: str | None, token: str | None) -> Page:
    """The page that limit and token ask for; without a limit, everything."""
    if not limit:
        return Page(items, None)
    require(limit.isdecimal() and int(limit) > 0, 400, "The limit must be a number above zero")
    start = _start(token) if token else 0
    end = start + int(limit)
    return Page(items[start:end], _token(end) if end < len(items) else None)


def next_link(address: str, limit: str, token: str) -> str:
    """The Link header as Moodle writes it, in UTF-8 bytes that HTTP takes for Latin-1."""
    joint = "&amp;" if "?" in address else "?"
    link = f"<{address}{joint}limit={limit}&amp;page={token}>; rel=“next”"
    return link.encode().decode("latin-1")


def _token(start: int) -> str:
    return urlsafe_b64encode(f"From:{start}".encode()).decode().rstrip("=")


def _start(token: str) -> int:
    """Where the token's page begins; a token that was put into lower case no longer says."""
    try:
        word, _, start = urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition(":")
    except ValueError:
        word, start = "", ""
    require(word == "From" and start.isdecimal(), 400, "The page is unknown")
    return int(start)
