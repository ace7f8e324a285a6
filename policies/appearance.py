"""How a trust's pages look: its colours as a style sheet, and its logo."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from core.cache import Cache
from policies.domain.palette import palette_of
from policies.domain.profile import Profile
from policies.profiles import profile_in_json

# GOV.UK Frontend's own names for what a trust colours; all others are ours.
GOVUK = {"strong": "brand", "link": "link", "link-hover": "link-hover"}


@dataclass(frozen=True)
class Appearance:
    """What a page needs to look like a trust's: its name, the addresses of its colours and logo, its bar's colour."""

    trust: str
    colours: str
    logo: str | None
    bar: str


def appearance_at(digest: str, trust: str, name: str, kept: str | None) -> Appearance | None:
    """Return how the pages of a trust with this digest look: every page asks, so it is worked out once a process.

    ``kept`` is the trust's profile as JSON.
    """
    if not kept:
        return None
    return _appearances.get(digest, lambda: appearance_of(trust, name, profile_in_json(kept), digest))


_appearances: Cache[str, Appearance | None] = Cache(500)


def appearance_of(trust: str, name: str, profile: Profile | None, digest: str) -> Appearance | None:
    """Return how a trust's pages look; None for a trust without a profile, whose pages are the product's.

    ``digest`` is what tells the profile and its files from earlier ones.
    """
    if not profile:
        return None
    # Neither belongs to a visit: browsers keep them, in all visits, until they change.
    version = sha256(style_sheet(profile).encode()).hexdigest()[:12]
    logo = f"/trusts/{trust}/logo?v={digest[:12]}" if profile.logo else None
    return Appearance(name, f"/trusts/{trust}/colours.css?v={version}", logo, profile.dark)


@lru_cache(maxsize=100)
def style_sheet(profile: Profile) -> str:
    """Return a trust's colours in light and in dark, as a style sheet that comes after that of the product."""
    palette = palette_of(profile.accent, profile.dark)
    light, dark = ("".join(_declared(colours)) for colours in (palette.light, palette.dark))
    # Paper is always light.
    return f":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _declared(colours: Mapping[str, str]) -> Iterator[str]:
    for name, colour in colours.items():
        if name == "trust":
            yield f"--trust-colour:{colour};"
            continue
        if name not in {"link", "link-hover"}:
            yield f"--ftp-{name}:{colour};"
        if name in GOVUK:
            yield f"--govuk-{GOVUK[name]}-colour:{colour};"
