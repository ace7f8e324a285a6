"""Answers are given on our pages alone: no page offers to take them on paper, since no one could enter them."""

import re
from collections.abc import Iterator

import pytest

from tests.law.sources import ROOT

WORDS_OF = ("templates/*/*.html", "templates/*.html", "docs/*.md", "README.md")
HANDING_IN = re.compile(r"\bhand (?:it|them|your answers) in\b|\bnote your answers|how you answer", re.IGNORECASE)
ON_PAPER = re.compile(r"\b(?:paper|printed?|printout|large print|read out)\b", re.IGNORECASE)
ANSWERING = re.compile(r"\banswer(?:s|ed|ing)?\b|\bin another form\b|\btake the training\b", re.IGNORECASE)


def offers_in(text: str) -> Iterator[str]:
    """Give the sentences that offer to answer on paper."""
    blocks = re.sub(r"</(?:p|li|ul|h\d|td|th)>", ". ", text)
    words = " ".join(re.sub(r"<[^>]*>|\{%.*?%\}|\{#.*?#\}", " ", blocks, flags=re.DOTALL).split())
    for sentence in re.split(r"(?<=[.!?:])\s", words):
        if HANDING_IN.search(sentence) or (ON_PAPER.search(sentence) and ANSWERING.search(sentence)):
            yield sentence


def test_no_page_and_no_guide_offers_to_answer_on_paper() -> None:
    paths = [path for pattern in WORDS_OF for path in ROOT.glob(pattern) if "practice" not in path.parts]
    assert len(paths) > 40
    assert {path.name: found for path in paths if (found := list(offers_in(path.read_text())))} == {}


@pytest.mark.parametrize(
    "text",
    [
        "<p>If you need it in this form, note your answers, and ask how to <b>hand them in</b>.</p>",
        "They can give you the stories on paper, or\n read out, and can arrange with you how you answer.",
        "You may take the training on paper.",
        "Printed answers are entered by the office.",
    ],
)
def test_an_offer_is_noticed(text: str) -> None:
    assert list(offers_in(text))


def test_reading_and_printing_may_be_offered() -> None:
    assert list(offers_in("<p>Read the story, or print it. Your answers count in the training itself.</p>")) == []
