"""A trust's colours on whole pages: whatever two colours a profile may name, everything can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.domain.palette import (
    CARD,
    DARK_CARD,
    DARK_PAPER,
    DARK_TEXT,
    PAPER,
    SHAPES,
    TEXT,
    WHITE,
    contrast,
    mixed,
    palette_of,
)
from policies.shipped import profiles

CHANNEL = st.integers(0, 255)
COLOURS = st.tuples(CHANNEL, CHANNEL, CHANNEL).map(lambda rgb: "#" + "".join(f"{part:02x}" for part in rgb))
# What a profile may name: white words on it can be read.
ALLOWED = COLOURS.filter(lambda colour: contrast(colour, WHITE) >= TEXT)
BEHIND_WHITE = ("bar", "button", "button-hover")
WORDS = ("heading", "strong", "name", "link", "link-hover")


def unreadable(accent: str, dark: str) -> list[str]:
    palette = palette_of(accent, dark)
    grounds = {"light": (CARD, PAPER, palette.light["tint"]), "dark": (DARK_CARD, DARK_PAPER, palette.dark["tint"])}
    found = []
    for scheme, colours in (("light", palette.light), ("dark", palette.dark)):
        for name in WORDS:
            found += [f"{scheme} {name} on {g}" for g in grounds[scheme] if contrast(colours[name], g) < TEXT]
        found += [
            f"{scheme} white on {n}" for n in ("bar", "button", "button-hover") if contrast(colours[n], WHITE) < TEXT
        ]
        found += [f"{scheme} button" for ground in grounds[scheme][:1] if contrast(colours["button"], ground) < SHAPES]
    found += ["dark text on tint"] * (contrast(palette.dark["tint"], DARK_TEXT) < TEXT)
    return found


@given(ALLOWED, ALLOWED)
def test_whatever_colours_a_profile_names_every_pair_can_be_read_in_light_and_dark(accent: str, dark: str) -> None:
    assert unreadable(accent, dark) == []


@pytest.mark.parametrize("accent", ["#000000", "#767676", "#0000ff", "#ff0000", "#008000"])
def test_colours_at_the_edges_can_be_read_too(accent: str) -> None:
    if contrast(accent, WHITE) >= TEXT:
        assert unreadable(accent, accent) == []


def test_a_check_that_a_pair_can_be_read_notices_one_that_cannot() -> None:
    assert unreadable("#f2a93b", "#10363c") != []


def test_no_two_trusts_have_the_same_palette() -> None:
    palettes = [palette_of(profile.accent, profile.dark) for profile in profiles().values()]
    for name in ("bar", "button", "strong"):
        assert len({palette.light[name] for palette in palettes}) == len(palettes)


def test_half_way_between_black_and_white_is_grey() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
