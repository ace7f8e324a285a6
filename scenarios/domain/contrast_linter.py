"""The linter of contrast sets: what makes one unusable, unfair or pointless, each with its place in the file."""

from collections.abc import Iterator, Mapping, Sequence, Set

from core.domain.problem import Problem, repeated
from core.domain.suggestion import suggestion
from scenarios.domain.contrast_set import FEWEST_ACTS, MOST_ACTS, ContrastSet


def unusable(sets: Sequence[ContrastSet], acts: Set[str], taken: Mapping[str, str]) -> list[Problem]:
    """List what keeps the sets of a file from being asked and marked; ``taken`` are keys in other files by name."""
    return [
        *_repeated_keys(sets, taken),
        *(problem for number, each in enumerate(sets) for problem in _unusable(number, each, acts)),
    ]


def _repeated_keys(sets: Sequence[ContrastSet], taken: Mapping[str, str]) -> Iterator[Problem]:
    keys = [each.key for each in sets]
    for number in repeated(keys):
        yield Problem((number, "key"), f"contrast set {keys[number]} is listed twice")
    for number, key in enumerate(keys):
        if key in taken:
            yield Problem((number, "key"), f"the key {key} is that of a contrast set in another file, {taken[key]}")


def _unusable(number: int, each: ContrastSet, acts: Set[str]) -> Iterator[Problem]:
    yield from _acts_or_fact(number, each)
    yield from _number_of_acts(number, each)
    for field in ("acts", "about"):
        yield from _wrong_acts(number, each, field, acts)


def _acts_or_fact(number: int, each: ContrastSet) -> Iterator[Problem]:
    if each.acts and each.fact:
        yield Problem((number, "fact"), f"{each.key} has acts and a fact; keep one of them")
    if not each.acts and not each.fact:
        yield Problem((number,), f"{each.key} has neither acts nor a fact")
    if each.fact and not each.about:
        yield Problem((number, "fact"), f"{each.key} is about a fact; say under “about” which acts this belongs to")
    if each.about and not each.fact:
        yield Problem((number, "about"), f"{each.key} has acts of its own; “about” is only for a fact")


def _number_of_acts(number: int, each: ContrastSet) -> Iterator[Problem]:
    if each.acts and not FEWEST_ACTS <= len(each.acts) <= MOST_ACTS:
        says = f"{each.key} has {len(each.acts)} acts; a contrast set has {FEWEST_ACTS} to {MOST_ACTS}"
        yield Problem((number, "acts"), says)


def _wrong_acts(number: int, each: ContrastSet, field: str, acts: Set[str]) -> Iterator[Problem]:
    named = getattr(each, field)
    for position, key in enumerate(named):
        if key not in acts:
            says = f"{each.key}: {key} is not an act in the vocabulary{suggestion(key, acts)}"
            yield Problem((number, field, position), says)
    for position in repeated(named):
        yield Problem((number, field, position), f"{each.key} names {named[position]} twice")
