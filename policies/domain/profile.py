"""How a trust presents itself and its certificates: its colours, and how much of a certificate others are shown."""

import re
from dataclasses import dataclass
from enum import Enum

from policies.domain.problem import Problem

COLOUR = re.compile(r"#[0-9a-f]{6}")
# WCAG 2.2, success criterion 1.4.3, for text of any size.
ENOUGH_CONTRAST = 4.5


class Shown(Enum):
    """What somebody who checks a certificate sees of its holder's name."""

    NAME = "name"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Profile:
    """A trust's choices; both colours are written #rrggbb and carry white text.

    ``accent`` is for lines and marks, ``dark`` for large areas. ``verification_shows`` is what anybody sees who has the
    check code of a certificate, ``certificate_shows_score`` whether the percentage stands on it.
    """

    key: str
    accent: str
    dark: str
    certificate_shows_score: bool
    verification_shows: Shown


def contrast_to_white(colour: str) -> float:
    """Return the contrast ratio of a colour to white, from 1 to 21, as WCAG 2.2 defines it."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def wrong_in_profile(profile: Profile) -> list[Problem]:
    """List what is wrong with a profile: colours that are none, or too pale beside white."""
    found = []
    for name, colour in (("accent", profile.accent), ("dark", profile.dark)):
        if not COLOUR.fullmatch(colour):
            found.append(Problem((name,), f"“{colour}” is no colour such as #0b6470, in small letters"))
        elif contrast_to_white(colour) < ENOUGH_CONTRAST:
            found.append(Problem((name,), f"{colour} is too pale: its contrast to white must be {ENOUGH_CONTRAST}:1"))
    return found
