"""The vocabulary of acts, and the five trusts' policies and profiles that come with the product, from their files."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from core.data_files import BrokenFile, misnamed, read_quickly
from core.domain.problem import Problem, repeated
from core.domain.suggestion import suggestion
from core.shelf import Shelf, shelf_of
from policies.documents import KeptDocument, WrongDocument, document_in, wrong_in_file
from policies.domain.act import Act
from policies.domain.policy import Policy, Position, problems_of
from policies.domain.profile import NameDisplay, Profile, wrong_in_profile
from policies.pictures import Logo, WrongPicture, picture_in, wrong_in_logo

DATA = Path(__file__).parent / "data"


@cache
def acts() -> Mapping[str, Act]:
    """Return the shared vocabulary of acts by key; BrokenFile where its file is wrong."""
    file = read_quickly(DATA / "acts.yaml", tuple[Act, ...])
    keys = [act.key for act in file.value]
    vocabulary = file.unless(Problem((number,), f"act {keys[number]} is listed twice") for number in repeated(keys))
    return {act.key: act for act in vocabulary}


def acts_if_right() -> Mapping[str, Act]:
    """Return the vocabulary, or nothing if its file is wrong: for pages that can do without it."""
    try:
        return acts()
    except BrokenFile:
        return {}


def policies() -> Mapping[str, Policy]:
    """Return the trusts' policies by trust key, without those whose files have a mistake."""
    return policy_shelf().found


@cache
def policy_shelf() -> Shelf[Policy]:
    """Return the trusts' policies, and what is wrong in files that cannot be used."""
    return shelf_of((DATA / "trusts").glob("*.yaml"), policy_from)


def policy_from(path: Path) -> Policy:
    """Read a policy's file, and its stances from the folder next to it; BrokenFile names the one that is wrong.

    What a policy says and its stance on each act are in two files, since they are written and reviewed separately.
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
    words = f"stances do not belong here; put them in the file stances/{policy.key}.yaml"
    return [Problem(("stances",), words)] * bool(policy.stances)


def profiles() -> Mapping[str, Profile]:
    """Return the trusts' profiles by trust key, without those whose files have a mistake."""
    return profile_shelf().found


@cache
def profile_shelf() -> Shelf[Profile]:
    """Return the trusts' profiles, and what is wrong in files that cannot be used."""
    return shelf_of((DATA / "profiles").glob("*.yaml"), profile_from)


def profile_from(path: Path) -> Profile:
    """Read a trust's profile; BrokenFile where it is wrong."""
    file = read_quickly(path, Profile)
    profile = file.value
    file.unless([*misnamed(path, profile.key), *_trust_unknown(profile.key), *wrong_in_profile(profile)])
    kept = path.parent.parent / "documents"
    return file.unless([*wrong_in_logo(path.parent, profile.logo), *wrong_in_file(kept, profile.document)])


def _trust_unknown(key: str) -> list[Problem]:
    trusts = policy_shelf().names
    if key in trusts:
        return []
    return [Problem(("key",), f"there is no policy of a trust {key}{suggestion(key, trusts)}")]


def profile_of(trust: str) -> Profile:
    """Return a trust's profile; a trust without a usable file has the product's own colours."""
    return profiles().get(trust) or Profile(trust, "#0b6470", "#10363c", False, NameDisplay.INITIALS)


def logo_of(trust: str) -> Logo | None:
    """Return a trust's logo, or None if it has none."""
    name = profile_of(trust).logo
    try:
        return picture_in(DATA / "profiles" / name) if name else None
    except WrongPicture:
        # It was right when the profile was read: someone has changed it since then.
        return None


def document_of(trust: str) -> str | KeptDocument | None:
    """Return a trust's own policy document: its address, or a file that is kept here; None if there is neither."""
    document = profile_of(trust).document
    if not document or document.link:
        return document.link if document else None
    try:
        return document_in(DATA / "documents" / str(document.file))
    except WrongDocument:
        # It was right when the profile was read: someone has changed it since then.
        return None


def mistakes() -> list[str]:
    """Return a line for each mistake in the files of acts, policies and profiles, with its file and line."""
    try:
        acts()
    except BrokenFile as error:
        return str(error).splitlines()
    return [*policy_shelf().mistakes, *profile_shelf().mistakes]
