"""The vocabularies of acts and facts, the floor, and the trusts' policies and profiles that we ship, from files.

Only commands read these files: pages ask the database for what ``prepare`` put there.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from core.data_files import BrokenFile, misnamed, read_quickly
from core.domain.problem import Problem, repeated
from core.domain.suggestion import suggestion
from core.shapes import frozen
from core.shelf import Shelf, shelf_of
from core.trusts import LONGEST_NAME, File, Presentation
from policies.documents import document_in, wrong_in_file
from policies.domain.act import Act
from policies.domain.fact import Fact, wrong_in_facts
from policies.domain.floor import Floor
from policies.domain.floor import problems_of as problems_of_floor
from policies.domain.policy import Policy, Position, problems_of
from policies.domain.profile import Profile, wrong_in_profile
from policies.pictures import picture_in, wrong_in_logo
from policies.profiles import DOCUMENT, LOGO

DATA = Path(__file__).parent / "data"


@cache
def acts() -> Mapping[str, Act]:
    """Return the shared vocabulary of acts by key; BrokenFile where its file is wrong."""
    file = read_quickly(DATA / "acts.yaml", tuple[Act, ...])
    keys = [act.key for act in file.value]
    vocabulary = file.unless(Problem((number,), f"act {keys[number]} is listed twice") for number in repeated(keys))
    return {act.key: act for act in vocabulary}


def acts_if_right() -> Mapping[str, Act]:
    """Return the vocabulary, or nothing if its file is wrong."""
    try:
        return acts()
    except BrokenFile:
        return {}


@cache
def facts() -> Mapping[str, Fact]:
    """Return the shared vocabulary of facts by key; BrokenFile where its file is wrong."""
    file = read_quickly(DATA / "facts.yaml", tuple[Fact, ...])
    return {fact.key: fact for fact in file.unless(wrong_in_facts(file.value))}


def facts_if_right() -> Mapping[str, Fact]:
    """Return the vocabulary of facts, or nothing if its file is wrong."""
    try:
        return facts()
    except BrokenFile:
        return {}


@cache
def floor() -> Floor:
    """Return what national law and guidance say about acts; BrokenFile where its file is wrong."""
    file = read_quickly(DATA / "floor.yaml", Floor)
    return file.unless(problems_of_floor(file.value, frozenset(acts())))


def floor_if_right() -> Floor | None:
    """Return the floor, or None if its file is wrong."""
    try:
        return floor()
    except BrokenFile:
        return None


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
    file.unless([*misnamed(path, file.value.key), *_stances_in(file.value), *_wrong_in_name(file.value)])
    stances = read_quickly(path.parent.parent / "stances" / path.name, dict[str, Position])
    policy = replace(file.value, stances=stances.value)
    problems = problems_of(policy, frozenset(acts()), facts())
    file.unless(problem for problem in problems if problem.place[0] != "stances")
    stances.unless(Problem(problem.place[1:], problem.says) for problem in problems if problem.place[0] == "stances")
    return policy


def _stances_in(policy: Policy) -> list[Problem]:
    words = f"stances do not belong here; put them in the file stances/{policy.key}.yaml"
    return [Problem(("stances",), words)] * bool(policy.stances)


def _wrong_in_name(policy: Policy) -> list[Problem]:
    """Report a name that PostgreSQL would refuse, and the whole of ``flask prepare`` with it."""
    return [Problem(("trust",), f"the name has more than {LONGEST_NAME} letters")] * (len(policy.trust) > LONGEST_NAME)


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


def presentation_of(trust: str) -> Presentation | None:
    """Return how a trust presents itself, or None if a mistake in its files holds that back."""
    if trust not in policies() or trust in profile_shelf().broken:
        return None
    name, profile = policies()[trust].trust, profiles().get(trust)
    return Presentation(name, frozen(profile, Profile), _files_of(profile)) if profile else Presentation(name)


def _files_of(profile: Profile) -> dict[str, File]:
    files = {LOGO: picture_in(DATA / "profiles" / profile.logo)} if profile.logo else {}
    if profile.document and profile.document.file:
        files[DOCUMENT] = document_in(DATA / "documents" / profile.document.file)
    return files


def mistakes() -> list[str]:
    """Return a line for each mistake in the files of acts, facts, floor, policies and profiles, with file and line."""
    # Every policy needs both vocabularies, and would repeat their mistakes.
    if wrong := _mistakes_in(acts) or _mistakes_in(facts):
        return wrong
    return [*_mistakes_in(floor), *policy_shelf().mistakes, *profile_shelf().mistakes]


def _mistakes_in(read: Callable[[], object]) -> list[str]:
    try:
        read()
    except BrokenFile as error:
        return str(error).splitlines()
    return []
