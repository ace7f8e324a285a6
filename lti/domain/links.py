"""The Link header, which says where a list continues (RFC 8288, section 3), as LMSs write it.

We read it as the specification says: several links, several relations in one, parameters in any order, and commas or
semicolons inside addresses and quotes. Moodle adds typographic quotes and HTML's way of writing an ampersand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTES = str.maketrans("“”„‟″", '"' * 5)
_AMPERSAND = re.compile(r"&(?:amp|#0*38|#x0*26);", re.IGNORECASE)
_SPACE = re.compile(r"[ \t]*")
_BETWEEN = re.compile(r"[ \t,]*")
_TARGET = re.compile(r"<([^<>]*)>")
_NAME = re.compile(r"[^\s=;,<>\"]+")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r'[^\s;,"<>]+')
_SINGLE = re.compile(r"['‘’]([^'‘’]*)['‘’]")
_ESCAPED = re.compile(r"\\(.)")


class UnreadableLinks(ValueError):
    """A Link header that cannot be read, so no one can say where the list continues."""


@dataclass(frozen=True, slots=True)
class WebLink:
    """Where something else is, and how it relates to what was asked for."""

    target: str
    relations: frozenset[str]


def next_in(header: str) -> str | None:
    """Return the address of the next page, exactly as written except for ampersands; None on the last page.

    Raises UnreadableLinks if the header mentions a next page without saying clearly which one.
    """
    # Headers reach us as Latin-1, however they were written.
    written = header.encode("latin-1", "ignore").decode("utf-8", "replace").translate(_QUOTES)
    try:
        following = {link.target for link in links_in(written) if "next" in link.relations}
    except UnreadableLinks:
        if "next" in written.lower():
            raise
        return None
    if len(following) > 1:
        raise UnreadableLinks("there are several next pages")
    return following.pop() if following else None


def links_in(header: str) -> Iterator[WebLink]:
    """Give the links in a header; raises UnreadableLinks if it is not a Link header."""
    at = _end(_BETWEEN, header, 0)
    while at < len(header):
        target = _TARGET.match(header, at)
        if not target:
            raise UnreadableLinks("a link does not begin with an address in angle brackets")
        parameters, at = _parameters(header, target.end())
        relations = frozenset(parameters.get("rel", "").lower().split())
        yield WebLink(_AMPERSAND.sub("&", target[1].strip()), relations)
        if at < len(header) and header[at] != ",":
            raise UnreadableLinks("a link does not end where the next one begins")
        at = _end(_BETWEEN, header, at)


def _parameters(header: str, at: int) -> tuple[dict[str, str], int]:
    """Return a link's parameters and where they end; if several have the same name, the first counts (section 3.3)."""
    found: dict[str, str] = {}
    at = _end(_SPACE, header, at)
    while header[at : at + 1] == ";":
        at = _end(_SPACE, header, at + 1)
        if name := _NAME.match(header, at):
            value, at = _value(header, _end(_SPACE, header, name.end()))
            found.setdefault(name[0].lower(), value)
            at = _end(_SPACE, header, at)
    return found, at


def _value(header: str, at: int) -> tuple[str, int]:
    """Return the value that begins with an equals sign, if there is one, and where it ends."""
    if header[at : at + 1] != "=":
        return "", at
    at = _end(_SPACE, header, at + 1)
    if quoted := _QUOTED.match(header, at):
        return _ESCAPED.sub(r"\1", quoted[1]), quoted.end()
    if single := _SINGLE.match(header, at):
        return single[1], single.end()
    if bare := _BARE.match(header, at):
        return bare[0], bare.end()
    if header[at : at + 1] == '"':
        raise UnreadableLinks("a quote does not end")
    return "", at


def _end(pattern: re.Pattern[str], header: str, at: int) -> int:
    match = pattern.match(header, at)
    return match.end() if match else at
