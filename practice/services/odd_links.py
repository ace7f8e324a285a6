"""Link headers that few LMSs write: some are allowed (RFC 8288), and some lead nowhere or to the wrong place."""

from urllib.parse import urlsplit
from zlib import crc32

from practice.failures import Failure


def odd_link(url: str) -> str:
    """The next page, named in one of several ways that the specification allows, the same for the same page."""
    parts = urlsplit(url)
    ways = (
        f'<{url}>; type="application/json"; rel="next"',
        f'<{url}>;title="a, \\"b\\"; rel=prev";rel="last next"',
        f"</other?a=1,2;b=3>; rel=first, <{url}>; REL=NEXT",
        f"<{parts.path}?{parts.query}>; rel='next' , </other>; rel=prev",
    )
    return ways[crc32(url.encode()) % len(ways)]


def broken_link(url: str) -> str:
    """The next page, in a header that does not end its address."""
    return f'<{url}; rel="next"'


def foreign_link(url: str) -> str:
    """A next page on another server."""
    return f'<https://elsewhere.example{urlsplit(url).path}?{urlsplit(url).query}>; rel="next"'


def circling_link(_url: str) -> str:
    """A next page that is the page itself."""
    return '<>; rel="next"'


LINKS = {
    Failure.ODD_LINKS: odd_link,
    Failure.BROKEN_LINKS: broken_link,
    Failure.FOREIGN_LINKS: foreign_link,
    Failure.CIRCLING_LINKS: circling_link,
}
