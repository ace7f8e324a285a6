"""Check codes, as they are made, printed and typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.domain.check_code import BITS, LETTERS, code_from, code_in, in_groups

numbers = st.integers(0, 2**BITS - 1)
SOME = "7K3M9QXT2HVBW4ND"


def test_a_code_is_printed_in_four_groups_of_four() -> None:
    assert in_groups(SOME) == "7K3M-9QXT-2HVB-W4ND"


@pytest.mark.parametrize("number", [-1, 2**BITS])
def test_a_number_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="80 bits"):
        code_from(number)


@given(numbers, numbers)
def test_every_number_has_a_code_of_its_own(one: int, other: int) -> None:
    assert (code_from(one) == code_from(other)) == (one == other)


@given(numbers, st.randoms(use_true_random=False))
def test_a_code_is_understood_however_people_write_it(number: int, chance) -> None:
    code = code_from(number)
    ways = {letter: letter + letter.lower() for letter in LETTERS} | {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(chance.choice(ways[letter]) + chance.choice(["", "", "-", " ", "–", "."]) for letter in code)
    assert code_in(f" {typed}\n") == code


@pytest.mark.parametrize(
    "address",
    [
        "https://training.example/verify/7K3M-9QXT-2HVB-W4ND",
        "training.example/verify/7k3m9qxt2hvbw4nd/",
    ],
)
def test_the_whole_address_will_do_as_well(address: str) -> None:
    assert code_in(address) == SOME


@pytest.mark.parametrize("typed", ["", "7K3M", SOME + "7", SOME[:-1] + "U", SOME[:-1] + "é", "١" * 16, "/"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert code_in(typed) is None


@given(st.text())
def test_whatever_is_typed_gives_a_code_or_none(typed: str) -> None:
    code = code_in(typed)
    assert code is None or code_in(in_groups(code)) == code
