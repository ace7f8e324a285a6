"""Trusts' logos: pictures from files that are checked before a page shows them.

An SVG can hold scripts and fetch from elsewhere. One that holds more than shapes is refused with words, not cleaned:
what is left of a cleaned logo may no longer be the trust's logo.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from core.domain.problem import Problem
from core.trusts import File

MOST_BYTES = 60_000
MOST_PIXELS = 2_000
PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset({
    *("svg", "g", "defs", "title", "desc", "symbol", "use", "text", "tspan", "clipPath", "mask"),
    *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
    *("linearGradient", "radialGradient", "stop"),
})  # fmt: skip


class WrongPicture(Exception):
    """A picture that cannot be used as a logo; the message says why."""


def wrong_in_logo(folder: Path, name: str | None) -> Iterator[Problem]:
    """Give what is wrong with the logo that a profile names, if anything."""
    try:
        if name:
            picture_in(folder / name)
    except WrongPicture as error:
        yield Problem(("logo",), f"{name}: {error}")


def picture_in(path: Path) -> File:
    """Return the picture in a file; raises WrongPicture if it cannot be used as a logo."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongPicture(f"the file cannot be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise WrongPicture(f"the file has {len(content):,} bytes; at most {MOST_BYTES:,} are allowed")
    if path.suffix == ".svg":
        _check_svg(content)
        return File(path.name, "image/svg+xml", content)
    _check_png(content)
    return File(path.name, "image/png", content)


def _check_png(content: bytes) -> None:
    if not content.startswith(PNG) or len(content) < 24:
        raise WrongPicture("this is not a PNG picture")
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < width <= MOST_PIXELS or not 0 < height <= MOST_PIXELS:
        raise WrongPicture(f"the picture is {width} x {height} pixels; {MOST_PIXELS} are the most either way")


def _check_svg(content: bytes) -> None:
    # Entities are declared there, and a few of them can use up all memory.
    if b"<!" in content.replace(b"<!--", b""):
        raise WrongPicture("a DOCTYPE or CDATA is not allowed in a logo: save it as plain SVG")
    try:
        root = ElementTree.fromstring(content.decode("utf-8"))
    except (ElementTree.ParseError, ValueError) as error:
        raise WrongPicture(f"this is not an SVG picture: {error}") from error
    if root.tag != f"{SVG}svg":
        raise WrongPicture("this is not an SVG picture: it does not begin with <svg>")
    for element in root.iter():
        _check_element(element)


def _check_element(element: ElementTree.Element) -> None:
    name = str(element.tag).removeprefix(SVG)
    if name not in SHAPES:
        raise WrongPicture(f"<{name}> is not allowed in a logo, only shapes and plain text")
    for key, value in element.attrib.items():
        plain, low = key.rpartition("}")[2].lower(), "".join(value.lower().split())
        if plain.startswith("on") or (plain == "href" and not low.startswith("#")):
            raise WrongPicture(f"the attribute {plain} of <{name}> is not allowed in a logo")
        if plain == "style" or "url(" in low.replace("url(#", "") or "\\" in low:
            raise WrongPicture(f"the attribute {plain} of <{name}> could load something: write colours as attributes")
