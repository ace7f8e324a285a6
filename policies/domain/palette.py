"""A trust's two colours adapted for whole pages, light and dark, so that everything on them can be read.

Contrasts are those of WCAG 2.2: 4.5:1 for text of any size (1.4.3), 3:1 for the shapes of controls (1.4.11).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

TEXT = 4.5
SHAPES = 3.0
WHITE, BLACK = "#ffffff", "#000000"
# What pages are laid on, in light and in dark: the same for all trusts (static/app.scss).
CARD, PAPER = "#ffffff", "#f4f8f7"
DARK_CARD, DARK_PAPER = "#121a1b", "#1b2728"
DARK_TEXT = "#e9f0ee"
STEPS = 100


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours under the names that pages use for them, in light and in dark."""

    light: Mapping[str, str]
    dark: Mapping[str, str]


def palette_of(accent: str, dark: str) -> Palette:
    """Work out a trust's palette; white text must be readable on both of its colours."""
    return Palette(_light(accent, dark), _dark(accent, dark))


def _light(accent: str, dark: str) -> dict[str, str]:
    tint = mixed(WHITE, accent, 0.09)
    strong = _until(accent, BLACK, lambda colour: _readable(colour, (CARD, PAPER, tint)))
    deep = mixed(strong, BLACK, 0.28)
    heading = _until(dark, BLACK, lambda colour: _readable(colour, (CARD, PAPER, tint)))
    return {
        "trust": accent,
        "heading": heading,
        "bar": dark,
        "strong": strong,
        "button": accent,
        "button-hover": mixed(accent, BLACK, 0.28),
        "button-edge": mixed(accent, BLACK, 0.5),
        "name": deep,
        "tint": tint,
        "bubble-edge": mixed(WHITE, accent, 0.3),
        "link": strong,
        "link-hover": deep,
    }


def _dark(accent: str, dark: str) -> dict[str, str]:
    tint = _until(mixed(DARK_CARD, accent, 0.3), DARK_CARD, lambda colour: contrast(colour, DARK_TEXT) >= 2 * TEXT)
    strong = _until(accent, WHITE, lambda colour: _readable(colour, (DARK_CARD, DARK_PAPER, tint)))
    pale = mixed(strong, WHITE, 0.45)
    # Lighter until it shows against the page, but never so light that white words on it could not be read.
    button = _until(accent, WHITE, lambda colour: contrast(colour, DARK_CARD) >= SHAPES)
    return {
        "trust": accent,
        "heading": mixed(strong, WHITE, 0.7),
        "bar": dark,
        "strong": strong,
        "button": button,
        "button-hover": mixed(button, BLACK, 0.15),
        "button-edge": "#06090a",
        "name": pale,
        "tint": tint,
        "bubble-edge": mixed(DARK_CARD, accent, 0.6),
        "link": strong,
        "link-hover": pale,
    }


def _readable(colour: str, grounds: Iterable[str]) -> bool:
    return all(contrast(colour, ground) >= TEXT for ground in grounds)


def _until(colour: str, end: str, is_enough: Callable[[str], bool]) -> str:
    """Return the first colour on the way to the end colour that has enough contrast."""
    way = (mixed(colour, end, step / STEPS) for step in range(STEPS + 1))
    return next((each for each in way if is_enough(each)), end)


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another mixed in, both written #rrggbb."""
    parts = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(own + (new - own) * share):02x}" for own, new in parts)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
