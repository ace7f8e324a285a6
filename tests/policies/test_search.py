"""Searching a policy with the words that people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.domain.policy import Clause, Force
from policies.domain.search import search_for
from tests.support.factories import ACTS, POLICY

EMAIL = Clause("5.1", "Use the school’s e-mail and never your log-in.", Force.MUST, ("Channels",))
PICTURE = Clause("5.2(a)", "Post no images of pupils (not even old ones).", Force.MUST_NOT, ("Channels",), "managers")


def found(typed: str) -> list[str]:
    return [clause.ref for clause in search_for(typed).among((EMAIL, PICTURE))]


@pytest.mark.parametrize(
    ("typed", "refs"),
    [
        ("e-mail", ["5.1"]),
        ("EMAIL", ["5.1"]),
        ("login", ["5.1"]),
        ("school's", ["5.1"]),
        ("“never”", ["5.1"]),
        ("images pupils", ["5.2(a)"]),
        ("image", ["5.2(a)"]),
        ("photos", ["5.2(a)"]),
        ("pupil, old!", ["5.2(a)"]),
        ("5.2(a)", ["5.2(a)"]),
        ("5.2", ["5.2(a)"]),
        ("channels", ["5.1", "5.2(a)"]),
        ("managers", ["5.2(a)"]),
        ("mail", ["5.1"]),
        ("choolz", []),
        ("e-mail pupils", []),
        ("(", ["5.2(a)"]),
        ("[a-z]+", []),
        ("<b>", []),
        ("\x00", ["5.1", "5.2(a)"]),
        ("???", ["5.1", "5.2(a)"]),
        ("", ["5.1", "5.2(a)"]),
    ],
)
def test_every_word_has_to_stand_in_the_clause_its_heading_or_its_reference(typed: str, refs: list[str]) -> None:
    assert found(typed) == refs


def test_the_words_that_were_looked_for_are_marked_whole() -> None:
    parts = search_for("photo pupil").parts_of(PICTURE.says)
    assert [text for text, is_word in parts if is_word] == ["images", "pupils"]


@given(typed=st.text(max_size=40), text=st.text(max_size=80))
def test_marking_changes_no_letter_whatever_is_looked_for(typed: str, text: str) -> None:
    assert "".join(part for part, _ in search_for(typed).parts_of(text)) == text


def test_a_search_finds_the_clauses_that_judge_an_act_of_that_name() -> None:
    refs = [clause.ref for clause in search_for("post the photo").behind(POLICY, ACTS)]
    assert refs == ["1", "2"]
    assert search_for("joke").behind(POLICY, ACTS) == ()
