"""The vocabulary of acts and the five policies that come with the product, read from their files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from policies.domain.act import Act
from policies.domain.policy import Policy, problems_of
from policies.reading import BrokenFile, read

DATA = Path(__file__).parent / "data"


@cache
def acts() -> Mapping[str, Act]:
    """Return the shared vocabulary of acts by key; BrokenFile where its file is wrong."""
    path = DATA / "acts.yaml"
    vocabulary = read(path, tuple[Act, ...])
    by_key = {act.key: act for act in vocabulary}
    if len(by_key) < len(vocabulary):
        raise BrokenFile(path, 1, "an act stands twice")
    return by_key


@cache
def policies() -> Mapping[str, Policy]:
    """Return the five trusts' policies by trust key; BrokenFile where a file is wrong."""
    paths = sorted((DATA / "trusts").glob("*.yaml"))
    found = [policy_from(path) for path in paths]
    return {policy.key: policy for policy in found}


def policy_from(path: Path) -> Policy:
    """Read one policy file and check it against the vocabulary of acts; BrokenFile where it is wrong."""
    policy = read(path, Policy)
    for problem in problems_of(policy, frozenset(acts())):
        raise BrokenFile(path, 1, problem)
    return policy
