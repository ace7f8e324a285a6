"""However a document is wrapped, spaced and paged, the same clauses with the same words come out."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.domain.outline.parts import Outline
from policies.domain.outline.reader import outline_of
from policies.importing.lines import lines_of

WORDS = "pupils staff may never post kind words about school after hours unless the head agrees to it in writing today"

# Texts of blocks, each with what it must be called; headings have no name.
BLOCKS = [
    ("", "1. What we ask of staff"),
    ("1.1", "1.1 Staff must not write about pupils, as section 2 below says, whether they name them or not."),
    ("1.2", "1.2 Staff must:"),
    ("1.2(a)", "(a) keep what they see to themselves, at school, on the way home and in the evening;"),
    ("1.2(b)", "(b) tell nobody about:"),
    ("1.2(b)(i)", "(i) a child;"),
    ("1.2(b)(ii)", "(ii) a family that they know from school or from the street that they live in."),
    ("1.2(c)", "(c) ask."),
    ("", "2 What may follow"),
    ("2", "A breach can lead to a warning or to more than that, which is for the head to say."),
    ("3.1", "3.1 These rules are looked at again in due course, and 30 days before they change staff are told."),
    ("", "Appendix 1"),
    ("App 1 (1)", "1) Be kind to everybody whom you meet on the internet, and 2 or 3 times as kind to children."),
    ("App 1 (2)", "2) Ask."),
]


def outline(text: str) -> Outline:
    return outline_of(lines_of(text)[0])


def found(text: str) -> list[tuple[str, str]]:
    return [(part.ref, part.text) for part in outline(text).parts]


def words_of(name: str, text: str) -> str:
    return text if name == "2" else text.split(maxsplit=1)[1]


EXPECTED = [(name, words_of(name, text)) for name, text in BLOCKS if name]


def wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


@given(width=st.integers(30, 130))
def test_wrapping_at_any_width_changes_nothing(width):
    assert found("\n\n".join("\n".join(wrapped(text, width)) for _, text in BLOCKS)) == EXPECTED


@given(width=st.integers(45, 110))
def test_blank_lines_between_all_lines_change_nothing(width):
    assert found("\n\n\n\n".join("\n\n".join(wrapped(text, width)) for _, text in BLOCKS)) == EXPECTED


@given(width=st.integers(40, 110), page=st.integers(4, 30))
def test_page_breaks_numbers_and_headers_change_nothing(width, page):
    lines = "\n\n".join("\n".join(wrapped(text, width)) for _, text in BLOCKS).split("\n")
    pages = [lines[start : start + page] for start in range(0, len(lines), page)]
    text = "\f".join(
        "\n".join(["Rules of the Fen Trust", *lines, "", str(number), ""]) for number, lines in enumerate(pages, 1)
    )
    assert found(text) == EXPECTED


@settings(max_examples=300)
@given(
    words=st.lists(st.sampled_from([*WORDS.split(), "7", "1.1", "(a)", "(i)", "2019", "–"]), min_size=1, max_size=60)
)
def test_no_word_is_lost(words):
    text = f"1. Rules\n\n1.1 Staff {' '.join(words)} and so on.\n\n1.2 That is all.\n"
    wraps = "\n".join("\n".join(wrapped(line, 50)) for line in text.split("\n"))
    kept = " ".join(part.text for part in outline(wraps).parts)
    assert [word for word in kept.split() if word.isalpha()] == [
        word for word in ["Staff", *words, "and", "so", "That", "is"] if word.isalpha()
    ]


@given(text=st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text):
    refs = [part.ref for part in outline(text).parts]
    assert len(refs) == len(set(refs))


@pytest.mark.parametrize(
    ("first", "second", "elsewhere", "whole", "sure"),
    [
        ("e-", "mails", "Send e-mails.", "e-mails", True),
        ("re-", "cipe", "A recipe.", "recipe", True),
        ("post-", "holder", "", "post-holder", False),
        ("day-to-", "day", "From day-to-day.", "day-to-day", True),
    ],
)
def test_a_split_word_is_mended_and_told_where_the_document_does_not_show_how(first, second, elsewhere, whole, sure):
    lines, unsure = lines_of(f"1. Rules\n\n1.1 Staff think of the {first}\n{second}, and act.\n\n1.2 {elsewhere}\n")
    text = outline_of(lines).parts[0].text
    assert text == f"Staff think of the {whole}, and act."
    assert (unsure == []) is sure


@pytest.mark.parametrize("number", ["7", "Page 7", "- 7 -", "Page 7 of 9", "7 | Page", "7/9"])
def test_page_numbers_are_left_out(number):
    assert found(f"1. Rules\n\n1.1 Ask the head of\n\n{number}\n\nthe school.\n") == [
        ("1.1", "Ask the head of the school.")
    ]


def test_hanging_lines_of_a_bullet_are_no_bullets():
    text = (
        "1. Rules\n\n1.1 Staff must:\n  • ask the head of\n    the school; and\n  • wait.\n\n1.2 That is all of it.\n"
    )
    assert found(text)[0] == ("1.1", "Staff must:\n- ask the head of the school; and\n- wait.")
