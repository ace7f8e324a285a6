"""Facts: what a policy names, such as who to ask or how long, as questions with answers that all trusts share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.domain.problem import Problem, repeated

SILENT = "silent"
"""The answer of a policy that has been read and does not say."""
SILENT_SAYS = "My policy does not say this"
FEWEST_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """One of the answers to a fact's question, as staff read it."""

    key: str
    says: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A question to which policies give different answers, and the answers; exactly one is right under each policy."""

    key: str
    question: str
    answers: tuple[FactAnswer, ...]

    def has(self, answer: str) -> bool:
        """Say whether this is one of the answers, or silence."""
        return answer == SILENT or any(each.key == answer for each in self.answers)

    def words_of(self, answer: str) -> str:
        """Return what staff read for an answer, or for silence; KeyError if the fact does not have the answer."""
        return {SILENT: SILENT_SAYS, **{each.key: each.says for each in self.answers}}[answer]


@dataclass(frozen=True, slots=True)
class PolicyFact:
    """A policy's answer to a fact's question, and the clauses that give it; a silent policy has none."""

    answer: str
    clauses: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Say whether the policy does not answer the question."""
        return self.answer == SILENT


@dataclass(frozen=True, slots=True)
class NamedFact:
    """What a policy names, in words: a question, its answer, and the clauses that give it; none if it is silent."""

    question: str
    says: str
    clauses: tuple[str, ...]


def facts_in_words(named: Mapping[str, PolicyFact], facts: Mapping[str, Fact]) -> tuple[NamedFact, ...]:
    """Return what a policy names, in the order of the vocabulary.

    An answer that the vocabulary no longer has is left out: an earlier policy may have been published with an earlier
    vocabulary.
    """
    return tuple(
        NamedFact(fact.question, fact.words_of(named[key].answer), named[key].clauses)
        for key, fact in facts.items()
        if key in named and fact.has(named[key].answer)
    )


def wrong_in_facts(facts: Sequence[Fact]) -> list[Problem]:
    """List what is wrong with the vocabulary of facts: repeated keys, too few answers, an answer given twice."""
    keys = [fact.key for fact in facts]
    found = [Problem((number,), f"fact {keys[number]} is listed twice") for number in repeated(keys)]
    return found + [
        Problem((number, *problem.place), problem.says)
        for number, fact in enumerate(facts)
        for problem in _wrong_in_answers(fact)
    ]


def _wrong_in_answers(fact: Fact) -> list[Problem]:
    keys, words = [answer.key for answer in fact.answers], [answer.says.casefold() for answer in fact.answers]
    found = [Problem(("answers", place), f"answer {keys[place]} is listed twice") for place in repeated(keys)]
    found += [
        Problem(("answers", place), f"“{fact.answers[place].says}” is the wording of two answers")
        for place in repeated(words)
    ]
    if SILENT in keys:
        found.append(Problem(("answers", keys.index(SILENT)), f"every fact has the answer {SILENT}: leave it out here"))
    if len(fact.answers) < FEWEST_ANSWERS:
        found.append(Problem(("answers",), f"fact {fact.key} needs at least {FEWEST_ANSWERS} answers"))
    return found
