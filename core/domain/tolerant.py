"""Values from outside, read tolerantly: anything missing, of the wrong kind or no use to us counts as not sent.

LMSs write null for what they leave out, numbers for ids and names, and words of a list in any case.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from math import isfinite
from typing import Any
from urllib.parse import SplitResult, urlsplit

from core.domain.names import legible

LONGEST_ID = 255
LONGEST_ADDRESS = 1_000
# Canvas writes a whole signed token into the address to which an answer goes.
LONGEST_RETURN = 4_000
LONGEST_EMAIL = 320
LONGEST_NUMBER = 100
# Numbers from here on are rounded by many programs, so that two ids could become one.
FIRST_ROUNDED = 2**53
# A host and perhaps a port, and nothing that could mean something else where one is written into a header.
HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
# A name is made of parts of at most 63 letters each (RFC 1035, section 2.3.4); a final dot is allowed.
NAME = re.compile(r"(?=.{1,254}\Z)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


def object_at(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object of that name, or an empty one."""
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def list_of(value: Any) -> list[Any]:
    """Return a list as it is, and an empty one for anything else."""
    return value if isinstance(value, list) else []


def texts_in(value: Any) -> tuple[str, ...]:
    """Return the texts of a list."""
    return tuple(each for each in list_of(value) if isinstance(each, str))


def text(value: Any, longest: int = 500) -> str | None:
    """Return a text that means something: Canvas sends a variable that it cannot fill literally, as ``$Name``."""
    value = number_as_text(value)
    if not isinstance(value, str) or not value.strip() or value.startswith("$"):
        return None
    return storable(value).strip()[:longest] or None


def words(value: Any, longest: int = 500) -> str | None:
    """Return a text that people read, such as a name or a title, in a form that can be shown next to others."""
    found = text(value, longest)
    return legible(found) or None if found else None


def number_as_text(value: Any) -> Any:
    """Return a number as text, and anything else unchanged; 7, 7.0 and "7" are the same.

    True and false are not numbers, and neither is one that has been rounded or cannot be written out.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if isinstance(value, int):
        return str(value) if abs(value) < 10**LONGEST_ID else value
    if value.is_integer():
        return str(int(value)) if abs(value) < FIRST_ROUNDED else value
    return str(value) if isfinite(value) else value


def identifier(value: Any) -> str | None:
    """Return an id as text, in full or not at all: part of one could be someone else's."""
    whole = number_as_text(value)
    if not isinstance(whole, str) or whole != storable(whole) or len(whole.strip()) > LONGEST_ID:
        return None
    return text(whole)


def keyword(value: Any) -> str:
    """Return a word from a specification's list in lower case; an empty text if there is none."""
    return value.strip().lower() if isinstance(value, str) else ""


def storable(given: str) -> str:
    """Return a text without what no database holds: halves of surrogate pairs, which JSON can spell, and NUL."""
    return given.encode(errors="ignore").decode().replace("\0", "")


def web_address(value: Any, longest: int = LONGEST_ADDRESS) -> str | None:
    """Return an address that a browser or we may follow; others, such as ``javascript:``, count as missing.

    So does one that is too long: cut off it would lead elsewhere.
    """
    address = text(value, longest + 1)
    if not address or len(address) > longest or CONTROLS.search(address):
        return None
    try:
        return address if names_a_server(urlsplit(address)) else None
    except ValueError:
        return None


def names_a_server(parts: SplitResult) -> bool:
    """Say whether an address leads to a host that can exist and a port from 1 to 65535; ValueError for other ports."""
    if parts.scheme not in {"https", "http"} or not HOST.fullmatch(parts.netloc) or parts.port == 0:
        return False
    host = parts.hostname or ""
    return bool(ip_address(host)) if ":" in host else bool(NAME.fullmatch(host))


def origin_of(address: str) -> str:
    """Return the site to which an address belongs, as headers name it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def as_lmss_write_it(issuer: str) -> str:
    """Return an issuer in the way in which LMSs write theirs: in small letters, without the usual port."""
    parts = urlsplit(issuer)
    host = parts.netloc.lower().removesuffix({"https": ":443", "http": ":80"}.get(parts.scheme, ""))
    path = "" if parts.path == "/" and host != parts.netloc else parts.path
    return f"{parts.scheme}://{host}{path}"


def full_name(person: Mapping[str, Any]) -> str | None:
    """Return a person's name from OpenID Connect's claims, whole or in parts."""
    parts = [words(person.get("given_name")), words(person.get("family_name"))]
    return words(person.get("name")) or words(" ".join(part for part in parts if part))
