"""Lists that an LMS gives in pages: each says in its Link header where the next one is (RFC 8288)."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lti.connector import Connector, json_or_none
from lti.net import ForeignAddress

# Moodle writes the quotes round “next” as typographic ones.
_NEXT = re.compile(r"<([^>]+)>\s*;\s*rel=[\"'“”]?next[\"'“”]?", re.IGNORECASE)
# A list that goes on for longer goes round in a circle.
MOST_PAGES = 500


def items_in(connector: Connector, url: str, scopes: Sequence[str], kind: str) -> Iterator[dict[str, Any]]:
    """Give the objects of a list, page by page; what is no list of objects gives none."""
    page: str | None = url
    for _ in range(MOST_PAGES):
        if not page:
            return
        answer = connector.get(page, scopes, kind)
        found = json_or_none(answer)
        yield from (item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()
        page = next_page(answer.headers.get("Link", ""), url)


def with_query(url: str, **more: str) -> str:
    """Return an address with more in its query; what stands there already stays."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(more))))))


def next_page(link: str, first: str) -> str | None:
    """Return the address of the next page, exactly as given but for HTML's escapes; only ever of the same origin."""
    # Headers reach us as Latin-1, whatever they were written in.
    match = _NEXT.search(link.encode("latin-1", "ignore").decode("utf-8", "replace"))
    if not match:
        return None
    url = html.unescape(match[1])
    if urlsplit(url)[:2] != urlsplit(first)[:2]:
        raise ForeignAddress("the next page of the list lies on another server")
    return url
