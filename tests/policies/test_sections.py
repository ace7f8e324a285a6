"""A policy as it is read: headings in their order, clauses under them, and a place for each on the page."""

from dataclasses import replace

import pytest

from policies.domain.policy import Clause, Force
from policies.domain.sections import sections_of
from policies.shipped import policies


def clause(ref: str, *heading: str) -> Clause:
    return Clause(ref, "Take care.", Force.SHOULD, heading)


def outline(*clauses: Clause) -> list[tuple[int, str, list[str]]]:
    return [(part.depth, part.heading, [clause.ref for clause in part.clauses]) for part in sections_of(clauses)]


def test_clauses_stand_under_their_headings_in_order() -> None:
    assert outline(clause("1", "Aims"), clause("2", "Aims"), clause("3", "Scope")) == [
        (1, "Aims", ["1", "2"]),
        (1, "Scope", ["3"]),
    ]


def test_a_heading_that_only_holds_others_comes_before_them() -> None:
    assert outline(clause("1", "Use", "At work"), clause("2", "Use", "At home")) == [
        (1, "Use", []),
        (2, "At work", ["1"]),
        (2, "At home", ["2"]),
    ]


def test_a_heading_taken_up_again_says_that_it_continues() -> None:
    assert outline(clause("1", "Use"), clause("2", "Use", "At work"), clause("3", "Use")) == [
        (1, "Use", ["1"]),
        (2, "At work", ["2"]),
        (1, "Use (continued)", ["3"]),
    ]


def test_what_stands_before_the_first_heading_is_said_to() -> None:
    assert outline(clause("Preamble"), clause("1", "Use")) == [
        (1, "Before the first heading", ["Preamble"]),
        (1, "Use", ["1"]),
    ]


def test_the_same_words_under_two_headings_are_two_headings() -> None:
    assert outline(clause("1", "School", "Aims"), clause("2", "Home", "Aims")) == [
        (1, "School", []),
        (2, "Aims", ["1"]),
        (1, "Home", []),
        (2, "Aims", ["2"]),
    ]


@pytest.mark.parametrize("policy", policies().values(), ids=lambda policy: policy.key)
def test_a_whole_policy_is_read_in_the_order_of_its_document(policy) -> None:
    read = [clause for section in sections_of(policy.clauses) for clause in section.clauses]
    assert read == list(policy.clauses)


@pytest.mark.parametrize("policy", policies().values(), ids=lambda policy: policy.key)
def test_each_clause_has_a_place_of_its_own_on_the_page(policy) -> None:
    anchors = [clause.anchor for clause in policy.clauses]
    assert len(set(anchors)) == len(anchors)
    assert not [anchor for anchor in anchors if " " in anchor]


def test_a_clause_is_found_by_the_documents_own_reference() -> None:
    assert clause("5.1").anchor == "clause-5.1"
    assert clause("App 2 (12)").anchor == "clause-App-2-(12)"
    assert replace(clause("10.4(i)"), ref="10.4(a)(i)").anchor == "clause-10.4(a)(i)"
