"""Versions of a policy: which acknowledgement counts for which, and what cannot be asked for."""

from dataclasses import replace

import pytest

from policies.domain.policy import problems_of
from policies.shipped import acts
from tests.support.factories import ACTS, POLICY

KNOWN = frozenset(acts()) | {act.key for act in ACTS}


@pytest.mark.parametrize(
    ("version", "since", "given", "counts"),
    [
        ("2", None, "2", True),
        ("2", None, "1", False),
        ("2", "1", "1", True),
        ("2.10", "2.9", "2.9", True),
        ("2.10", "2.9", "2.8", False),
        ("2", "2", "3", True),
        ("2026-09", "2025-11", "2026-01", True),
        ("September 2026", None, "September 2025", False),
        ("final", None, "final", True),
        ("final", None, "draft", False),
    ],
)
def test_an_acknowledgement_counts_from_the_version_on_that_the_policy_names(version, since, given, counts):
    assert replace(POLICY, version=version, acknowledge_since=since).is_covered_by(given) is counts


@pytest.mark.parametrize(("version", "since"), [("2", "3"), ("2", "first"), ("2.1", "2.2"), ("final", "1")])
def test_a_version_after_this_one_or_without_numbers_is_reported(version, since):
    found = problems_of(replace(POLICY, version=version, acknowledge_since=since), KNOWN)
    assert [(problem.place, str(problem)) for problem in found] == [
        (("acknowledge_since",), f"{since} is not a version up to {version}, by the numbers in it")
    ]


@pytest.mark.parametrize("since", [None, "1", "2", "1.9"])
def test_a_version_up_to_this_one_is_fine(since):
    assert problems_of(replace(POLICY, version="2", acknowledge_since=since), KNOWN) == []
