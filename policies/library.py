"""The vocabulary of acts, and the five trusts' policies and profiles that come with the product, from their files."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from policies.domain.act import Act
from policies.domain.policy import Policy, Position, problems_of
from policies.domain.problem import Problem, repeated
from policies.domain.profile import Profile, Shown, wrong_in_profile
from policies.reading import misnamed, read_quickly

DATA = Path(__file__).parent / "data"


@cache
def acts() -> Mapping[str, Act]:
    """Return the shared vocabulary of acts by key; BrokenFile where its file is wrong."""
    file = read_quickly(DATA / "acts.yaml", tuple[Act, ...])
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
    """Read a policy's file, and its stances from the folder beside; BrokenFile names the one that is wrong.

    What a policy says and what it makes of the acts stand apart: they are written and reviewed apart.
    """
    file = read_quickly(path, Policy)
    file.unless([*misnamed(path, file.value.key), *_stances_in(file.value)])
    stances = read_quickly(path.parent.parent / "stances" / path.name, dict[str, Position])
    policy = replace(file.value, stances=stances.value)
    problems = problems_of(policy, frozenset(acts()))
    file.unless(problem for problem in problems if problem.place[0] != "stances")
    stances.unless(Problem(problem.place[1:], problem.says) for problem in problems if problem.place[0] == "stances")
    return policy


def _stances_in(policy: Policy) -> list[Problem]:
    words = f"stances do not stand here but in the file stances/{policy.key}.yaml"
    return [Problem(("stances",), words)] * bool(policy.stances)


@cache
def profiles() -> Mapping[str, Profile]:
    """Return the trusts' profiles by trust key; BrokenFile where a file is wrong."""
    found = [profile_from(path) for path in sorted((DATA / "profiles").glob("*.yaml"))]
    return {profile.key: profile for profile in found}


def profile_from(path: Path) -> Profile:
    """Read a trust's profile; BrokenFile where it is wrong."""
    file = read_quickly(path, Profile)
    unknown = [Problem(("key",), f"there is no policy of a trust {file.value.key}")]
    return file.unless(
        [*misnamed(path, file.value.key), *unknown * (file.value.key not in policies()), *wrong_in_profile(file.value)]
    )


def profile_of(trust: str) -> Profile:
    """Return a trust's profile; one without a file, or without a policy any longer, has the product's own colours."""
    return profiles().get(trust) or Profile(trust, "#0b6470", "#10363c", False, Shown.INITIALS)
