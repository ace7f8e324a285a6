"""The linter of contrast sets: what makes one unusable, hard to read or pointless, each problem with its place.

Places are steps into the list of a file: the position of the set, and its field.
"""

from collections.abc import Iterator, Mapping, Sequence, Set

from core.domain.problem import Problem, repeated
from core.domain.suggestion import suggestion
from policies.domain.policy import Policy
from scenarios.domain.contrast_set import FEWEST_ACTS, MOST_ACTS, ContrastSet
from scenarios.domain.reading_age import reading_age
from scenarios.domain.rule_check import bin_of
from scenarios.domain.text_rules import OLDEST_READING_AGE, UNWRITTEN

MOST_WORDS_OF_A_QUESTION = 25
LONGEST_KEY = 100


def problems_of(
    sets: Sequence[ContrastSet],
    policies: Sequence[Policy],
    acts: Set[str],
    facts: Set[str],
    taken: Mapping[str, str],
) -> list[Problem]:
    """List what is wrong with the sets of a file; ``taken`` are the keys in other files, with the files' names."""
    rules = (*_words(sets), *_nothing_to_tell_apart(sets, policies), *_in_no_policy(sets, policies, facts))
    return [*unusable(sets, acts, facts, taken), *rules]


def unusable(sets: Sequence[ContrastSet], acts: Set[str], facts: Set[str], taken: Mapping[str, str]) -> list[Problem]:
    """List what keeps the sets of a file from being asked and marked."""
    found = [*_repeated_keys(sets, taken)]
    for number, each in enumerate(sets):
        found += [*_long_key(number, each), *_no_question(number, each)]
        found += [*_acts_or_fact(number, each), *_number_of_acts(number, each), *_unknown_fact(number, each, facts)]
        found += [problem for field in ("acts", "about") for problem in _wrong_acts(number, each, field, acts)]
    return found


def notes_on(sets: Sequence[ContrastSet], policies: Sequence[Policy]) -> list[Problem]:
    """List what an author should know and need not change: facts that some of the policies do not have."""
    return [
        Problem((number, "fact"), f"{', '.join(without)}: no fact {each.fact}, so that modules draw another set there")
        for number, each in enumerate(sets)
        if (without := _without(each, policies)) and len(without) < len(policies)
    ]


def _without(each: ContrastSet, policies: Sequence[Policy]) -> list[str]:
    return [policy.trust for policy in policies if each.fact and each.fact not in policy.facts]


def _repeated_keys(sets: Sequence[ContrastSet], taken: Mapping[str, str]) -> Iterator[Problem]:
    keys = [each.key for each in sets]
    for number in repeated(keys):
        yield Problem((number, "key"), f"contrast set {keys[number]} is listed twice")
    for number, key in enumerate(keys):
        if key in taken:
            yield Problem((number, "key"), f"the key {key} is that of a contrast set in another file, {taken[key]}")


def _long_key(number: int, each: ContrastSet) -> Iterator[Problem]:
    """Find keys that the table of answers has no room for."""
    if len(each.key) > LONGEST_KEY:
        yield Problem((number, "key"), f"the key has {len(each.key)} letters; at most {LONGEST_KEY} can be kept")


def _no_question(number: int, each: ContrastSet) -> Iterator[Problem]:
    # The question of a fact is part of the vocabulary of facts.
    if each.acts and not each.question.strip():
        yield Problem((number, "question"), f"{each.key} has no question")


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


def _unknown_fact(number: int, each: ContrastSet, facts: Set[str]) -> Iterator[Problem]:
    if each.fact and each.fact not in facts:
        says = f"{each.key}: {each.fact} is not a fact in the vocabulary{suggestion(each.fact, facts)}"
        yield Problem((number, "fact"), says)


def _wrong_acts(number: int, each: ContrastSet, field: str, acts: Set[str]) -> Iterator[Problem]:
    named = getattr(each, field)
    for position, key in enumerate(named):
        if key not in acts:
            says = f"{each.key}: {key} is not an act in the vocabulary{suggestion(key, acts)}"
            yield Problem((number, field, position), says)
    for position in repeated(named):
        yield Problem((number, field, position), f"{each.key} names {named[position]} twice")


def _words(sets: Sequence[ContrastSet]) -> Iterator[Problem]:
    for number, each in enumerate(sets):
        yield from _unwritten(number, each)
        yield from _too_long(number, each)
        yield from _too_hard(number, each)


def _unwritten(number: int, each: ContrastSet) -> Iterator[Problem]:
    if not each.why.strip():
        yield Problem((number, "why"), f"{each.key} has no why")
    for field in ("question", "why"):
        if UNWRITTEN in getattr(each, field):
            yield Problem((number, field), f"{each.key}: its {field} is still to write")


def _too_long(number: int, each: ContrastSet) -> Iterator[Problem]:
    if (words := len(each.question.split())) > MOST_WORDS_OF_A_QUESTION:
        says = f"{each.key}: its question has {words} words; at most {MOST_WORDS_OF_A_QUESTION} are read to the end"
        yield Problem((number, "question"), says)


def _too_hard(number: int, each: ContrastSet) -> Iterator[Problem]:
    """Find sets that are hard to read; question and reason are judged as one, since one sentence alone says little."""
    if (age := reading_age(f"{each.question}\n\n{each.why}")) > OLDEST_READING_AGE:
        says = f"{each.key} has a reading age of {age:.0f}; at most {OLDEST_READING_AGE}: shorten its sentences"
        yield Problem((number,), says)


def _nothing_to_tell_apart(sets: Sequence[ContrastSet], policies: Sequence[Policy]) -> Iterator[Problem]:
    for number, each in enumerate(sets):
        if each.acts and policies and not any(_tells_apart(policy, each) for policy in policies):
            says = f"no policy tells the acts of {each.key} apart: under each of them, all belong in one bin"
            yield Problem((number, "acts"), says)


def _tells_apart(policy: Policy, each: ContrastSet) -> bool:
    return len({bin_of(policy.position_on(act)) for act in each.acts}) > 1


def _in_no_policy(sets: Sequence[ContrastSet], policies: Sequence[Policy], facts: Set[str]) -> Iterator[Problem]:
    for number, each in enumerate(sets):
        if each.fact in facts and len(_without(each, policies)) == len(policies):
            yield Problem((number, "fact"), f"{each.key}: no policy has the fact {each.fact}")
