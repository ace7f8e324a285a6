"""How a trust presents itself and its certificates: its colours, and how much of a certificate others are shown."""

import re
from dataclasses import dataclass
from enum import Enum

from policies.domain.palette import TEXT, WHITE, contrast
from policies.domain.problem import Problem

LOGO = re.compile(r"[a-z0-9-]+\.(svg|png)")
COLOUR = re.compile(r"#[0-9a-f]{6}")


class Shown(Enum):
    """What somebody who checks a certificate sees of its holder's name."""

    NAME = "name"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Profile:
    """A trust's choices; both colours are written #rrggbb and carry white text.

    ``accent`` is for lines and marks, ``dark`` for large areas. ``verification_shows`` is what anyone sees who has the
    check code of a certificate, ``certificate_shows_score`` whether the percentage appears on it. ``logo`` is the name
    of a picture beside the profile's file.
    """

    key: str
    accent: str
    dark: str
    certificate_shows_score: bool
    verification_shows: Shown
    logo: str | None = None


def contrast_to_white(colour: str) -> float:
    """Return the contrast ratio of a colour to white, from 1 to 21."""
    return contrast(colour, WHITE)


def wrong_in_profile(profile: Profile) -> list[Problem]:
    """List what is wrong with a profile: colours that are none, or too pale beside white, and names of files."""
    found = []
    for name, colour in (("accent", profile.accent), ("dark", profile.dark)):
        if not COLOUR.fullmatch(colour):
            found.append(Problem((name,), f"“{colour}” is not a colour such as #0b6470, in small letters"))
        elif contrast_to_white(colour) < TEXT:
            found.append(Problem((name,), f"{colour} is too pale: its contrast to white must be {TEXT}:1"))
    if profile.logo and not LOGO.fullmatch(profile.logo):
        words = f"“{profile.logo}” is not the name of a picture beside this file, such as {profile.key}.svg or .png"
        found.append(Problem(("logo",), words))
    return found
