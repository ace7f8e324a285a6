"""Each policy holds every clause of its document, in the document's order.

The lists in ``references/`` were made from the documents alone, one reference a line, without looking at the data.
"""

from pathlib import Path

import pytest

from policies.shipped import policies

LISTS = sorted((Path(__file__).parent / "references").glob("*.txt"), key=lambda file: file.stem)
TRUSTS = [file.stem for file in LISTS]
LONGEST_WORDING = 60


@pytest.mark.parametrize("file", LISTS, ids=TRUSTS)
def test_a_policy_holds_every_clause_of_its_document_in_order(file):
    clauses = policies()[file.stem].clauses
    assert [clause.ref for clause in clauses] == file.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("trust", TRUSTS)
def test_no_wording_is_empty_or_long(trust):
    words = {clause.ref: len(clause.says.split()) for clause in policies()[trust].clauses}
    assert [ref for ref, count in words.items() if not 0 < count <= LONGEST_WORDING] == []


@pytest.mark.parametrize("trust", TRUSTS)
def test_a_clause_is_trainable_or_says_why_not(trust):
    reasons = {clause.ref: clause.untrainable for clause in policies()[trust].clauses}
    assert [ref for ref, reason in reasons.items() if reason is not None and not reason.strip()] == []
    assert None in reasons.values()


@pytest.mark.parametrize("trust", TRUSTS)
def test_a_clause_says_who_it_binds(trust):
    assert [clause.ref for clause in policies()[trust].clauses if not clause.covers.strip()] == []


def test_there_are_lists_to_hold_the_policies_against():
    assert set(TRUSTS) <= set(policies())
    assert {"agora", "chancery", "invictus"} <= set(TRUSTS)
