"""The vocabulary of acts and the five policies that come with the product, read from their files."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from policies.domain.act import Act
from policies.domain.policy import Policy, problems_of
from policies.domain.problem import Problem, repeated
from policies.reading import misnamed, read

DATA = Path(__file__).parent / "data"


@cache
def acts() -> Mapping[str, Act]:
    """Return the shared vocabulary of acts by key; BrokenFile where its file is wrong."""
    file = read(DATA / "acts.yaml", tuple[Act, ...])
    keys = [act.key for act in file.value]
    vocabulary = file.unless(Problem((number,), f"act {keys[number]} stands twice") for number in repeated(keys))
    return {act.key: act for act in vocabulary}


@cache
def policies() -> Mapping[str, Policy]:
    """Return the five trusts' policies by trust key; BrokenFile where a file is wrong."""
    paths = sorted((DATA / "trusts").glob("*.yaml"))
    found = [policy_from(path) for path in paths]
    return {policy.key: policy for policy in found}


def policy_from(path: Path) -> Policy:
    """Read one policy file and check it against the vocabulary of acts; BrokenFile where it is wrong."""
    file = read(path, Policy)
    return file.unless([*misnamed(path, file.value.key), *problems_of(file.value, frozenset(acts()))])
