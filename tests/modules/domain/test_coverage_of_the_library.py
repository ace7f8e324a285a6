"""The shipped library leaves no trainable clause of any shipped policy uncovered."""

import pytest

from modules.content.coverage_command import coverage_under
from policies.shipped import policies


@pytest.mark.parametrize("trust", policies())
def test_every_trainable_clause_is_brought_before_staff_by_some_shipped_module(trust: str) -> None:
    uncovered = [clause.ref for clause in coverage_under(policies()[trust]).uncovered]
    assert not uncovered, f"no shipped module covers {trust} {', '.join(uncovered)}"
