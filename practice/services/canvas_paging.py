"""Paging with Canvas's Link header: several relations in straight quotes, and a bookmark whose case matters."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from practice.problems import required
from practice.services.paging import Page

FIRST = "first"
BOOKMARK = "bookmark:"


def canvas_page_of(items: list[Any], per_page: int, token: str | None) -> Page:
    """The page that the token asks for; there is always a limit."""
    start = 0 if not token or token == FIRST else _start(token)
    end = start + per_page
    return Page(items[start:end], _bookmark(end) if end < len(items) else None)


def canvas_links(address: str, per_page: int, token: str | None, page: Page) -> str:
    """The Link header as Canvas writes it, without a space after its commas."""
    pages = {"current": token or FIRST, "next": page.next_token, "first": FIRST}
    start = address + ("&" if "?" in address else "?")
    return ",".join(f'<{start}page={page}&per_page={per_page}>; rel="{name}"' for name, page in pages.items() if page)


def per_page_of(wanted: str | None, usual: int, most: int) -> int:
    """How many are on a page: as many as are wanted, or as many as usual, up to the most."""
    number = int(wanted) if wanted is not None and wanted.isdecimal() else 0
    return min(number or usual, most)


def _bookmark(start: int) -> str:
    return BOOKMARK + urlsafe_b64encode(json.dumps(["practice", start]).encode()).decode().rstrip("=")


def _start(token: str) -> int:
    """Where the bookmark's page begins; one that was put into lower case no longer says."""
    bookmark = token.removeprefix(BOOKMARK)
    try:
        word, start = json.loads(urlsafe_b64decode(bookmark + "=" * (-len(bookmark) % 4)))
    except (ValueError, TypeError):
        word, start = "", None
    is_known = token.startswith(BOOKMARK) and word == "practice"
    return required(start if is_known and isinstance(start, int) else None, 400, "The page is unknown")
