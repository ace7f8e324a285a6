"""A trust's policy: its clauses, who it tells staff to ask, its position on each act, and the facts that it names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from core.domain.problem import Place, Problem, repeated
from core.domain.suggestion import suggestion
from policies.domain.fact import SILENT, Fact, PolicyFact


class Force(Enum):
    """How strongly a clause speaks."""

    MUST = "must"
    MUST_NOT = "must-not"
    SHOULD = "should"
    SHOULD_NOT = "should-not"
    MAY = "may"
    STATES = "states"


class Stance(Enum):
    """What a policy makes of an act; ``silent`` is an answer, and never another trust's rule."""

    REQUIRED = "required"
    PERMITTED = "permitted"
    ADVISED_AGAINST = "advised-against"
    PROHIBITED = "prohibited"
    PROHIBITED_CRITICAL = "prohibited-critical"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered, lettered or unnumbered part of the document, in our own words.

    ``ref`` is the document's own way of counting, kept whole: ``10.4(a)(i)`` and ``10.4(i)`` are different clauses,
    ``App 2 (12)`` is an item of an appendix, and a part without a number is called by its heading. ``covers`` says whom
    it binds; ``untrainable`` gives the reason why nobody can be trained in it, such as that it only states a purpose.
    """

    ref: str
    says: str
    force: Force
    heading: tuple[str, ...] = ()
    covers: str = "all staff"
    untrainable: str | None = None

    @property
    def anchor(self) -> str:
        """Return the name of the clause's place on a page."""
        return anchor_of(self.ref)


def anchor_of(ref: str) -> str:
    """Return the name of the place on a page of the clause with this reference, such as ``clause-10.4(f)``.

    Names have no spaces in them.
    """
    return "-".join(("clause", *ref.split()))


@dataclass(frozen=True, slots=True)
class Position:
    """The stance that a policy takes on one act, and the clauses that carry it."""

    stance: Stance
    clauses: tuple[str, ...] = ()


SILENCE = Position(Stance.SILENT)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the policy tells staff to do when they are unsure; ``ask`` is None where it leaves them to judge."""

    says: str
    clauses: tuple[str, ...]
    ask: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of one trust's social media policy.

    Staff who have confirmed that they read a version from ``acknowledge_since`` on need not confirm this one; where
    that is None, each version has to be confirmed anew. A fact that is not among ``facts`` is not asked under this
    policy, because its question makes no sense here.
    """

    key: str
    trust: str
    title: str
    version: str
    doubt: Doubt
    clauses: tuple[Clause, ...]
    stances: Mapping[str, Position] = field(default_factory=dict)
    acknowledge_since: str | None = None
    facts: Mapping[str, PolicyFact] = field(default_factory=dict)

    def position_on(self, act: str) -> Position:
        """Return the position on the act with this key, which is silence where the policy does not name it."""
        return self.stances.get(act, SILENCE)

    def clause(self, ref: str) -> Clause:
        """Return the clause that the document calls ``ref``; KeyError where there is none."""
        for clause in self.clauses:
            if clause.ref == ref:
                return clause
        raise KeyError(ref)

    def is_covered_by(self, version: str) -> bool:
        """Say whether an acknowledgement of that version of this policy counts for this one too."""
        since = self.acknowledge_since or self.version
        return version == self.version or () < _numbers_in(since) <= _numbers_in(version)


def _numbers_in(version: str) -> tuple[int, ...]:
    """Return the numbers of a version in their order: 2.10 comes after 2.9, and 2026-09 after 2025-11."""
    return tuple(int(number) for number in re.findall(r"\d+", version))


NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


def problems_of(policy: Policy, acts: frozenset[str], facts: Mapping[str, Fact] = NO_FACTS) -> list[Problem]:
    """List what is wrong with a policy's data: repeated or missing clauses, unknown acts or facts, no clause cited."""
    refs = [clause.ref for clause in policy.clauses]
    problems = [Problem(("clauses", number), f"clause {refs[number]} is listed twice") for number in repeated(refs)]
    problems += _missing(policy.doubt.clauses, refs, ("doubt", "clauses"), "doubt")
    problems += _wrong_in_versions(policy)
    for act, position in policy.stances.items():
        problems += problems_of_position(act, position, refs, acts)
    for key, fact in policy.facts.items():
        problems += _problems_of_fact(key, fact, refs, facts)
    return problems


def _wrong_in_versions(policy: Policy) -> list[Problem]:
    since = policy.acknowledge_since
    if since is None or () < _numbers_in(since) <= _numbers_in(policy.version):
        return []
    return [Problem(("acknowledge_since",), f"{since} is not a version up to {policy.version}, by the numbers in it")]


def problems_of_position(act: str, position: Position, refs: list[str], acts: frozenset[str]) -> list[Problem]:
    """List what is wrong with a position: an act that is not in the vocabulary, no clause, or one that is not there."""
    place: Place = ("stances", act)
    problems = [] if act in acts else [Problem(place, _not_an_act(act, acts))]
    if position.stance is not Stance.SILENT and not position.clauses:
        problems.append(Problem(place, f"the stance on {act} names no clause"))
    return problems + _missing(position.clauses, refs, (*place, "clauses"), f"the stance on {act}")


def _problems_of_fact(key: str, named: PolicyFact, refs: list[str], facts: Mapping[str, Fact]) -> list[Problem]:
    place: Place = ("facts", key)
    who = f"the fact {key}"
    problems = _wrong_in_answer(key, named, facts)
    if named.is_silent and named.clauses:
        problems.append(Problem((*place, "clauses"), f"{who} is {SILENT}, but names clauses"))
    if not named.is_silent and not named.clauses:
        problems.append(Problem(place, f"{who} names no clause"))
    return problems + _missing(named.clauses, refs, (*place, "clauses"), who)


def _wrong_in_answer(key: str, named: PolicyFact, facts: Mapping[str, Fact]) -> list[Problem]:
    if key not in facts:
        return [Problem(("facts", key), f"{key} is not a fact in the vocabulary{suggestion(key, facts)}")]
    answers = [SILENT, *[answer.key for answer in facts[key].answers]]
    if named.answer in answers:
        return []
    words = f"{named.answer} is not an answer to {key}{suggestion(named.answer, answers)}"
    return [Problem(("facts", key, "answer"), words)]


def _not_an_act(key: str, acts: frozenset[str]) -> str:
    return f"{key} is not an act in the vocabulary{suggestion(key, acts)}"


def _missing(cited: tuple[str, ...], refs: list[str], place: Place, who: str) -> list[Problem]:
    missing = [
        Problem((*place, number), f"{who} cites {ref}, which is not a clause{suggestion(ref, refs)}")
        for number, ref in enumerate(cited)
        if ref not in refs
    ]
    return missing + [Problem((*place, number), f"{who} cites {cited[number]} twice") for number in repeated(cited)]
