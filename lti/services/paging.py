"""Lists that an LMS gives in pages: each says in its Link header where the next one is (RFC 8288).

Part of a list never counts as the whole: a list that cannot be read to its end is an error for anyone reading it.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import requests

from lti.domain.links import UnreadableLinks, next_in
from lti.services.connector import Connector, json_or_none

# Five hundred pages of Canvas's fifty people; a list longer than this never ends.
MOST_PAGES = 500
PORTS = {"https": 443, "http": 80}


class NotWhole(ValueError):
    """A list that an LMS gave only in part, or that cannot be read to its end."""


def pages_of(connector: Connector, url: str, scopes: Sequence[str], kind: str) -> Iterator[requests.Response]:
    """Give the pages of a list to its end; NotWhole if the end cannot be reached."""
    page, seen = url, {url}
    for _ in range(MOST_PAGES):
        answer = connector.get(page, scopes, kind)
        yield answer
        following = next_page(answer.headers.get("Link", ""), page)
        if not following:
            return
        if following in seen:
            raise NotWhole("the list goes round in a circle")
        seen.add(following)
        page = following
    raise NotWhole("the list has no end")


def items_in(connector: Connector, url: str, scopes: Sequence[str], kind: str) -> Iterator[dict[str, Any]]:
    """Give the objects in a list, page by page; NotWhole if a page is not a list or the end cannot be reached.

    In place of an entry that is not an object there is an empty one: what it says cannot be read.
    """
    for answer in pages_of(connector, url, scopes, kind):
        found = [] if answer.status_code == requests.codes.no_content else json_or_none(answer)
        if not isinstance(found, list):
            raise NotWhole("a page of the list is not a list")
        yield from (item if isinstance(item, dict) else {} for item in found)


def with_query(url: str, **more: str) -> str:
    """Return an address with more in its query; anything already there stays."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(more))))))


def next_page(link: str, page: str) -> str | None:
    """Return the address of the page after this one, or None on the last; only ever on the same server."""
    try:
        target = next_in(link)
        if target is None:
            return None
        # A complete address stays exactly as written: its case matters.
        url = target if urlsplit(target).scheme else urljoin(page, target)
        is_here = _server(url) == _server(page)
    except UnreadableLinks as error:
        raise NotWhole(str(error)) from error
    except ValueError as error:
        raise NotWhole("the address of the next page cannot be read") from error
    if not is_here:
        raise NotWhole("the next page of the list is on another server")
    return url


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.hostname, parts.port or PORTS.get(parts.scheme.lower())
