"""Logos: which pictures are taken, and what is said of the others."""

import struct
from pathlib import Path

import pytest

from core.data_files import BrokenFile
from policies.pictures import MOST_BYTES, PNG, WrongPicture, picture_in
from policies.shipped import profile_from

OAK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'
LEAF = '<g fill="#0b6470"><path d="M0 0h40v20H0z"/></g><text x="1" y="9">Oak Tree</text>'


def png(width: int = 120, height: int = 40) -> bytes:
    return PNG + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x06\x00\x00\x00"


def logo(tmp_path: Path, content: str | bytes, name: str = "invictus.svg") -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    "inside",
    [
        LEAF,
        '<!-- made by hand --><use href="#leaf"/>',
        '<linearGradient id="g"/><rect fill="url(#g)" width="9" height="9"/>',
    ],
)
def test_a_plain_svg_is_taken_as_it_is(tmp_path: Path, inside: str) -> None:
    picture = picture_in(logo(tmp_path, OAK.format(inside)))
    assert (picture.media_type, picture.content) == ("image/svg+xml", OAK.format(inside).encode())


def test_a_png_is_taken(tmp_path: Path) -> None:
    assert picture_in(logo(tmp_path, png(), "oak.png")).media_type == "image/png"


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("<script>alert(1)</script>", "<script> is not allowed"),
        ('<rect onload="alert(1)"/>', "the attribute onload of <rect> is not allowed"),
        ('<use href="https://evil.example/x.svg#a"/>', "the attribute href of <use> is not allowed"),
        ('<a xmlns:x="http://www.w3.org/1999/xlink" x:href="javascript:alert(1)"/>', "<a> is not allowed"),
        ('<use xmlns:x="http://www.w3.org/1999/xlink" x:href="java script:x"/>', "the attribute href of <use>"),
        ('<image href="data:image/png;base64,AAAA"/>', "<image> is not allowed"),
        ("<foreignObject/>", "<foreignObject> is not allowed"),
        ("<style>@import url(//evil.example)</style>", "<style> is not allowed"),
        ('<rect style="fill:red"/>', "the attribute style of <rect> could load something"),
        ('<rect fill="url(https://evil.example)"/>', "the attribute fill of <rect> could load something"),
        ('<rect fill="u\\72l(//evil.example)"/>', "the attribute fill of <rect> could load something"),
        ('<animate attributeName="href" values="javascript:x"/>', "<animate> is not allowed"),
        ("<rect", "this is not an SVG picture"),
    ],
)
def test_an_svg_that_could_do_or_load_something_is_refused_in_words(tmp_path: Path, inside: str, says: str) -> None:
    with pytest.raises(WrongPicture, match=says.replace("(", r"\(")):
        picture_in(logo(tmp_path, OAK.format(inside)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "a DOCTYPE or CDATA"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "it does not begin with <svg>"),
        ("<svg/>", "it does not begin with <svg>"),
        ("", "this is not an SVG picture"),
        (b"\xff\xfe\x00", "this is not an SVG picture"),
        ("x" * (MOST_BYTES + 1), "at most 60,000 are allowed"),
    ],
)
def test_what_is_not_a_small_plain_svg_is_refused(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(WrongPicture, match=says):
        picture_in(logo(tmp_path, content))


@pytest.mark.parametrize("content", [b"GIF89a" + b"\0" * 30, PNG, png(0, 10), png(5_000, 10), b""])
def test_what_is_not_a_png_of_fair_size_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(WrongPicture):
        picture_in(logo(tmp_path, content, "oak.png"))


def profile_with(tmp_path: Path, name: str) -> Path:
    file = tmp_path / "invictus.yaml"
    lines = ('accent: "#0b6470"', 'dark: "#10363c"', "certificate_shows_score: no", "verification_shows: name")
    file.write_text("\n".join(["key: invictus", *lines, f'logo: "{name}"', ""]), encoding="utf-8")
    return file


def test_a_profile_names_its_logo(tmp_path: Path) -> None:
    logo(tmp_path, OAK.format(LEAF))
    assert profile_from(profile_with(tmp_path, "invictus.svg")).logo == "invictus.svg"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("invictus.svg", "invictus.svg: the file cannot be read: No such file or directory"),
        ("../../app.py", "“../../app.py” is not the name of a picture beside this file, such as invictus.svg or .png"),
        ("https://oak.example/logo.png", "is not the name of a picture beside this file"),
    ],
)
def test_a_logo_that_cannot_be_used_is_a_mistake_with_its_line(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(BrokenFile) as error:
        profile_from(profile_with(tmp_path, name))
    assert f"invictus.yaml:6: {says}" in str(error.value) or says in str(error.value)
    assert "invictus.yaml:6:" in str(error.value)
