"""How a trust presents itself and its certificates: its colours, and how much of a certificate others are shown."""

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from core.domain.problem import Problem
from policies.domain.palette import TEXT, WHITE, contrast

LONGEST_LINK = 2_000
DOCUMENT = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*\.(pdf|docx|odt)")
LOGO = re.compile(r"[a-z0-9-]+\.(svg|png)")
COLOUR = re.compile(r"#[0-9a-f]{6}")


class NameDisplay(Enum):
    """What anyone who checks a certificate sees of its holder's name."""

    NAME = "name"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Document:
    """Where the trust's own policy document is: at an address on the web, or in a file of ours; one of the two."""

    link: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A trust's choices; both colours are written #rrggbb and carry white text.

    ``accent`` is for lines and marks, ``dark`` for large areas. ``verification_shows`` is what anyone sees who has the
    check code of a certificate, ``certificate_shows_score`` whether the percentage appears on it. ``logo`` is the name
    of a picture beside the profile's file, and ``document`` what staff who confirm the policy can read in full.
    """

    key: str
    accent: str
    dark: str
    certificate_shows_score: bool
    verification_shows: NameDisplay
    logo: str | None = None
    document: Document | None = None


def plain_profile(key: str) -> Profile:
    """Return the profile of a trust that has none: the product's own colours, and as little about people as can be."""
    return Profile(key, "#0b6470", "#10363c", False, NameDisplay.INITIALS)


def contrast_to_white(colour: str) -> float:
    """Return the contrast ratio of a colour to white, from 1 to 21."""
    return contrast(colour, WHITE)


def wrong_in_profile(profile: Profile) -> list[Problem]:
    """List what is wrong with a profile: values that are not colours, colours too pale on white, and file names."""
    found = []
    for name, colour in (("accent", profile.accent), ("dark", profile.dark)):
        if not COLOUR.fullmatch(colour):
            found.append(Problem((name,), f"“{colour}” is not a colour such as #0b6470, in small letters"))
        elif contrast_to_white(colour) < TEXT:
            found.append(Problem((name,), f"{colour} is too pale: its contrast to white must be {TEXT}:1"))
    if profile.logo and not LOGO.fullmatch(profile.logo):
        words = f"“{profile.logo}” is not the name of a picture beside this file, such as {profile.key}.svg or .png"
        found.append(Problem(("logo",), words))
    return found + (wrong_in_document(profile.document) if profile.document else [])


def wrong_in_document(document: Document) -> list[Problem]:
    """List what is wrong with how a document is named: not exactly one place, an unsafe address, or not a file name."""
    if bool(document.link) == bool(document.file):
        return [Problem(("document",), "write either link: with an address, or file: with the name of a file")]
    if document.link and not _is_safe_link(document.link):
        words = f"“{document.link}” is not an address that begins with https:// and can be opened by everyone"
        return [Problem(("document", "link"), words)]
    if document.file and not DOCUMENT.fullmatch(document.file):
        words = f"“{document.file}” is not the name of a .pdf, .docx or .odt in policies/data/documents"
        return [Problem(("document", "file"), words)]
    return []


def _is_safe_link(link: str) -> bool:
    """Say whether an address is one on the web, without a user in it and without what an address cannot hold."""
    if len(link) > LONGEST_LINK or not link.isprintable() or any(letter in link for letter in ' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
