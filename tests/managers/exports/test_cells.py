"""Cells of a CSV file: no spreadsheet program takes a person's name for a formula, and the name stays whole."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.exports.domain.cells import _BEGINS, AS_WORDS, harmless, in_britain, tenths
from managers.exports.domain.export import CellKind

DANGEROUS = "=+-@\t\r＝＋－＠"
PIECES = st.sampled_from([*DANGEROUS, "'", '"', ";", "\n", " ", "\u200b", "\ufeff", "a", "Smith", "é", "ل"])


def restored(text: str) -> str:
    """Take the apostrophes away again, as a program would that wants the names as they were."""
    return re.sub(_BEGINS.pattern.replace("^(?=", "^'(?=").replace(r"\n])(?=", r"\n])'(?="), "", text)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ('=HYPERLINK("https://evil.example")', '\'=HYPERLINK("https://evil.example")'),
        ("-Smith", "'-Smith"),
        ("+44 20 7946 0000", "'+44 20 7946 0000"),
        ("@ada", "'@ada"),
        ("\t=1+1", "'\t'=1+1"),
        ("\rAda", "'\rAda"),
        (" =1+1", "' =1+1"),
        ("\u200b=1+1", "'\u200b=1+1"),
        ("＝1+1", "'＝1+1"),
        ("Ada;=1+1", "Ada;'=1+1"),
        ("Ada\n=1+1", "Ada\n'=1+1"),
    ],
)
def test_what_could_be_a_formula_has_an_apostrophe_before_it(name: str, written: str) -> None:
    assert harmless(name) == written


@pytest.mark.parametrize(
    "name", ["Ada Okafor", "Jean-Luc O’Hara", "a@school.example", "20 + 5", "", "لينا", "😀 Smith"]
)
def test_any_other_text_stays_as_it_is(name: str) -> None:
    assert harmless(name) == name


@given(st.lists(PIECES).map("".join) | st.text())
def test_no_cell_begins_with_a_formula_and_nothing_is_lost(text: str) -> None:
    written = harmless(text)
    assert not written or written[0] not in DANGEROUS
    assert all(part[:1] not in "=+-@＝＋－＠" or not part for part in re.split(r"[;\t\r\n]", written))
    assert restored(written) == text


def test_times_are_those_of_clocks_in_britain_also_in_summer() -> None:
    assert in_britain(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == datetime(2026, 7, 2, 0, 30)
    assert AS_WORDS[CellKind.TIME](datetime(2026, 11, 20, 9, 5, 7, 8, tzinfo=UTC)) == "2026-11-20 09:05:07"


def test_the_day_of_a_moment_is_the_one_in_britain() -> None:
    assert AS_WORDS[CellKind.DATE](datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "2026-07-01"


def test_a_share_is_never_rounded_up() -> None:
    assert [AS_WORDS[CellKind.SHARE](share) for share in (0, 0.7999, 0.8, 0.07, 1)] == [
        "0.0%",
        "79.9%",
        "80.0%",
        "7.0%",
        "100.0%",
    ]
    assert tenths(0.29) == 29.0
