"""Values from outside: null is nothing, a number stands in for text, and an id is read whole or not at all."""

import pytest

from core.domain.tolerant import identifier, keyword, text


@pytest.mark.parametrize("given", [7, 7.0, "7", " 7 "], ids=repr)
def test_a_number_and_its_text_are_one_id(given):
    assert identifier(given) == "7"


@pytest.mark.parametrize("given", [0, "0"], ids=repr)
def test_zero_is_an_id(given):
    assert identifier(given) == "0"


NOT_IDS = [None, True, False, "", "  ", [], {}, "$User.id", "7\0", "\ud800", "7" * 256, 10**300, 1e300]
NOT_IDS += [float("nan"), float("inf"), 2.0**53]


@pytest.mark.parametrize("given", NOT_IDS, ids=lambda given: repr(given)[:20])
def test_what_is_not_an_id_is_none(given):
    assert identifier(given) is None


def test_a_title_may_be_a_number():
    assert (text(2026), text(True), text(None)) == ("2026", None, None)


def test_a_word_is_read_in_any_case():
    assert (keyword(" Active"), keyword(None), keyword(7)) == ("active", "", "")
