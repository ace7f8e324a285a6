"""Certificates as PDF, read back as a screen reader or a program would."""

import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import typst
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pypdf import PdfReader

from modules.certificates.typesetting import FONTS, MISSING, Press
from modules.certificates.views.papers import certificate_page, check_address
from modules.models import Certificate
from policies.domain.profile import NameDisplay, Profile
from policies.shipped import profiles
from tests.support.factories import NOW

# Only what Typst brings, so that a page comes out alike on every machine.
PRESS = Press(Path("no-fonts-here"), with_machine_fonts=False)
PUBLIC_URL = "https://training.example"
CODE = "7K3M9QXT2HVBW4ND"


def certificate(**changes: Any) -> Certificate:
    columns: dict[str, Any] = {
        "number": 123,
        "code": CODE,
        "holder_name": "Zoë Fairweather",
        "trust": "invictus",
        "trust_name": "Oak Tree Trust",
        "module_title": "Photos of pupils",
        "module_version": 3,
        "policy_title": "Social media policy",
        "policy_version": "2.1",
        "score": 0.936,
        "passed_at": NOW,
        "issued_at": NOW,
        "valid_from": date(2026, 11, 20),
        "valid_until": date(2027, 11, 20),
    }
    return Certificate(**columns | changes)


class Paper:
    """A certificate's PDF, read back."""

    def __init__(self, press: Press = PRESS, profile: Profile | None = None, days: int = 0, **changes: Any) -> None:
        profile = profile or profiles()["invictus"]
        now = NOW + timedelta(days=days, milliseconds=7)
        made = certificate_page(press, certificate(**changes), profile, PUBLIC_URL, now)
        self.reader = PdfReader(io.BytesIO(made))
        self.root: Any = self.reader.trailer["/Root"]

    @property
    def text(self) -> str:
        return " ".join(self.reader.pages[0].extract_text().split())

    def parts(self) -> Iterator[Any]:
        """Give the parts of the page in the order in which they are read out."""
        yield from parts_of(self.root["/StructTreeRoot"])


def parts_of(part: Any) -> Iterator[Any]:
    part = part.get_object()
    if isinstance(part, list):
        for each in part:
            yield from parts_of(each)
    elif isinstance(part, dict):
        if "/S" in part:
            yield part
        yield from parts_of(part["/K"]) if "/K" in part else ()


def test_the_page_says_who_what_for_how_long_and_where_to_check() -> None:
    text = Paper().text
    for words in (
        "This is to certify that Zoë Fairweather has passed the training Photos of pupils",
        "Version 3 of the training, on the trust’s Social media policy (version 2.1)",
        "Valid from 20 November 2026",
        "Valid until 20 November 2027",
        "Certificate number 123",
        "Oak Tree Trust",
        "Check this certificate at training.example/verify with the code 7K3M-9QXT-2HVB-W4ND",
    ):
        assert words in text


def test_the_page_says_what_was_tested_and_nothing_of_it_for_earlier_certificates() -> None:
    tested = Paper(tested_decisions=14, tested_rules=32).text
    assert "(version 2.1) Tested on 14 decisions and 32 rules of the Social media policy" in tested
    assert "Tested on" not in Paper().text


def test_it_is_a_tagged_pdf_that_says_so_with_language_and_title() -> None:
    paper = Paper()
    assert paper.root["/MarkInfo"]["/Marked"] == True  # noqa: E712  # a PDF's own kind of yes
    assert paper.root["/Lang"] == "en-GB"
    assert paper.reader.metadata.title == "Certificate: Photos of pupils"
    assert paper.root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "<pdfuaid:part>1</pdfuaid:part>" in paper.root["/Metadata"].get_object().get_data().decode()


def test_it_is_read_out_from_the_heading_on_and_pictures_have_words() -> None:
    kinds = [part["/S"] for part in Paper().parts()]
    assert [kind for kind in kinds if kind in {"/H1", "/H2"}] == ["/H1", "/H2"]
    assert kinds.index("/H1") == 1
    figures = [part["/Alt"] for part in Paper().parts() if part["/S"] == "/Figure"]
    assert figures == ["Fit to Post", f"QR code that leads to {check_address(PUBLIC_URL, CODE)}"]


def test_it_is_one_a4_page_on_its_side_with_a_link_to_the_check() -> None:
    (page,) = Paper().reader.pages
    assert [round(float(side)) for side in page.mediabox[2:]] == [842, 595]
    assert [note.get_object()["/A"]["/URI"] for note in page["/Annots"]] == [check_address(PUBLIC_URL, CODE)]


def test_all_fonts_are_in_the_file() -> None:
    fonts = Paper().reader.pages[0]["/Resources"]["/Font"].values()
    assert fonts
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


@pytest.mark.parametrize("shows", [True, False])
def test_the_percentage_stands_there_where_the_trust_wants_it(shows: bool) -> None:
    profile = Profile("invictus", "#0b6470", "#10363c", shows, NameDisplay.NAME)
    assert ("Result 93%" in Paper(profile=profile).text) is shows


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.key)
def test_the_page_is_in_the_colours_of_the_trust(profile: Profile) -> None:
    drawn = Paper(profile=profile).reader.pages[0].get_contents().get_data().decode("latin-1")
    colours = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) scn", drawn)
    used = {f"#{bytes(round(float(part) * 255) for part in colour).hex()}" for colour in colours}
    assert {profile.accent, profile.dark} <= used


def test_decoration_is_not_read_out() -> None:
    drawn = Paper().reader.pages[0].get_contents().get_data().decode("latin-1")
    assert drawn.startswith("/Artifact")


def test_without_an_end_it_says_so() -> None:
    assert "Valid until Does not expire" in Paper(valid_until=None).text


@pytest.mark.parametrize(
    ("days", "changes", "words"),
    [
        (400, {}, "This certificate was valid until 20 November 2027 and has expired."),
        (2, {"superseded_at": NOW}, "A newer certificate has replaced this one on 20 November 2026."),
        (2, {"revoked_at": NOW}, "This certificate was revoked on 20 November 2026 and is not valid."),
    ],
    ids=["expired", "superseded", "revoked"],
)
def test_one_that_is_not_valid_says_so_in_print(days: int, changes: dict[str, Any], words: str) -> None:
    assert words in Paper(days=days, **changes).text
    assert words not in Paper().text


@pytest.mark.parametrize(
    "name",
    [
        "<b>Ada</b> & Co.",
        "#let x = 1 #x",
        "$a$ *b* _c_ `d` @e <f>",
        "= Ada",
        "\\u{41}",
        '"; panic("x"); "',
        "Ada // Lovelace",
    ],
)
def test_a_name_in_markup_stays_a_name(name: str) -> None:
    assert f"This is to certify that {name} has passed" in Paper(holder_name=name).text


@pytest.mark.parametrize("name", ["Łukasz Ștefănescu", "Γιώργος Σεφέρης", "Лев Толстой", "Nguyễn Thị Ánh"])
def test_letters_of_europe_and_more_are_printed(name: str) -> None:
    assert name in Paper(holder_name=name).text


def test_letters_that_run_from_right_to_left_are_printed() -> None:
    arabic = Paper(holder_name="محمد علي")
    assert "م" in arabic.text and "certify that" in arabic.text and MISSING not in arabic.text
    assert "דוד" in Paper(holder_name="דוד כהן").text


def test_what_no_font_has_is_marked_and_explained() -> None:
    text = Paper(holder_name="王 Ada 🎉").text
    assert f"{MISSING} Ada {MISSING}" in text
    assert "stands for a letter or picture that this document has no font for" in text
    assert MISSING not in Paper().text


@pytest.mark.skipif(not FONTS.exists(), reason="the fonts come with the set-up")
def test_the_fonts_of_the_set_up_bring_arabic_letters_and_emoji() -> None:
    paper = Paper(Press(with_machine_fonts=False), holder_name="محمد 🎉")
    fonts = paper.reader.pages[0]["/Resources"]["/Font"].values()
    names = " ".join(font.get_object()["/BaseFont"] for font in fonts)
    assert "NotoNaskhArabic" in names and "NotoEmoji" in names
    assert MISSING not in paper.text


@pytest.mark.parametrize(
    "name", ["x" * 200, "Wilhelmina " * 18, "م" * 200, "W" * 500], ids=["one word", "many", "RTL", "500"]
)
def test_a_very_long_name_stays_on_the_one_page_in_full(name: str) -> None:
    paper = Paper(holder_name=name.strip())
    assert len(paper.reader.pages) == 1
    assert paper.text.replace(" ", "").count(name[0]) >= name.count(name[0])


def lines_of(paper: Paper) -> list[str]:
    return [line.strip() for line in paper.reader.pages[0].extract_text().splitlines()]


def test_a_double_name_breaks_at_its_hyphen_and_nowhere_else() -> None:
    name = "Wilhelmina Featherstonehaugh-Cholmondeley"
    lines = lines_of(Paper(holder_name=name))
    begin = lines.index("This is to certify that") + 1
    printed = lines[begin : lines.index("has passed the training")]
    assert {part for line in printed for part in line.replace("-", "- ").split()} == {
        "Wilhelmina",
        "Featherstonehaugh-",
        "Cholmondeley",
    }
    assert "".join(printed).replace(" ", "") == name.replace(" ", "")


@pytest.mark.parametrize("letters", [24, 30, 41, 60])
def test_one_word_is_printed_smaller_before_it_is_cut(letters: int) -> None:
    name = ("Abcdefghijklmnopqrstuvwxyz" * 3)[:letters]
    assert name in lines_of(Paper(holder_name=name))


def test_a_name_can_be_looked_for_and_copied_as_it_is_written() -> None:
    name = "Ada Featherstonehaugh-Cholmondeley"
    paper = Paper(holder_name=name, module_title="Safeguardingandsocialmediatrainingforstaff")
    text = paper.reader.pages[0].extract_text()
    assert name in " ".join(text.split()).replace("- ", "-")
    assert "Safeguardingandsocialmediatrainingforstaff" in text
    assert not set(text) & set("\u00ad\u200b\u200c\u200d\u2060\ufeff")


def test_a_word_that_fits_no_line_is_cut_without_a_hidden_character() -> None:
    text = Paper(holder_name="W" * 300).reader.pages[0].extract_text()
    assert text.count("W") >= 300 and "\u200b" not in text


def test_a_name_does_not_turn_the_page_round() -> None:
    assert "This is to certify that Ada Okafor has passed" in Paper(holder_name="\u202eAda\u202c Okafor").text


def test_a_tower_of_marks_stays_within_its_line() -> None:
    few, many = (Paper(holder_name=f"Zo{marks}e").text for marks in ("\u0301" * 4, "\u0301" * 400))
    assert few == many


def test_no_ones_name_gets_words_of_its_own() -> None:
    assert "A member of staff whose name the course does not share has passed" in Paper(holder_name=None).text


@hypothesis_settings(max_examples=40)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_an_lms_calls_someone_a_page_comes_out(name: str) -> None:
    assert len(Paper(holder_name=name).reader.pages) == 1


def test_threads_share_one_press() -> None:
    papers: list[str] = []
    work = [
        Thread(target=lambda name=name: papers.append(Paper(holder_name=name).text)) for name in ("Ada", "Ben", "Cas")
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(papers) == 3 and len(set(papers)) == 3


STACKED = {
    "accents": "Z" + "\u0301" * 60 + "oe" + "\u0489" * 40,
    "marks that no font has": "A\u1ac3\u0c48\ua9ba\U0001cf12\U000114b9",
    "marks of many scripts": "o\u032d\u08d3\u1031\u2dfa\u05bb\U0001cf2a\u1ddb\U000111bf\u073a\uabe7",
    "marks alone": "\u0cbe\u109b\U0001037a\u0357\u1068\U0001cf16\u0ebc",
    "marks after a letter that no font has": "\U0001da57\ua674\u0659\u0f7f\U00011c95\u20f0",
}


@pytest.mark.parametrize("name", STACKED.values(), ids=STACKED)
@pytest.mark.parametrize("press", [PRESS, Press()], ids=["own fonts", "all fonts"])
def test_a_name_of_stacked_marks_gets_a_certificate(press: Press, name: str) -> None:
    paper = Paper(press, holder_name=name)
    assert len(paper.reader.pages) == 1
    assert "has passed the training" in paper.text


@hypothesis_settings(max_examples=25)
@given(
    st.text(st.characters(categories=("Mn", "Me", "Mc")), min_size=1, max_size=40), st.sampled_from(["", "Zoë ", "字"])
)
def test_whatever_marks_are_stacked_on_a_name_a_page_comes_out(marks: str, letter: str) -> None:
    assert len(Paper(holder_name=letter + marks).reader.pages) == 1


def test_a_page_that_is_wrong_in_itself_is_told_and_not_hidden() -> None:
    wrong: Any = b"#nothing-of-this-name"
    with pytest.raises(typst.TypstError):
        PRESS.page(wrong, {"holder": "Zoë"}, {}, NOW)
