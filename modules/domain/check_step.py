"""An answered rule check: where a person put each act, where it belongs, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass

from modules.domain.content import Content
from policies.domain.act import Act
from policies.domain.fact import Fact, PolicyFact
from policies.domain.policy import SILENCE, Position
from scenarios.domain.rule_check import FACT_MARKS, Bin, RuleCheck, bin_of, is_near, marks_for


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What a person answered to a rule check: a bin for each act by its key, or an answer for the fact by its key."""

    check: str
    given: Mapping[str, str]

    @property
    def question(self) -> tuple[str, ...]:
        """Return what tells the question that it answers from any other of the attempt."""
        return (self.check,)


@dataclass(frozen=True, slots=True)
class ActOutcome:
    """Where a person put one act, and the positions of the policy and the floor on it."""

    act: Act
    position: Position
    floor: Position
    put: Bin

    @property
    def clauses(self) -> tuple[str, ...]:
        """Return the references of the clauses by which the act is judged; none where the policy is silent."""
        return self.position.clauses

    @property
    def belongs(self) -> Bin:
        """Return where the act belongs under the policy."""
        return bin_of(self.position)

    @property
    def is_right(self) -> bool:
        """Say whether it was put where it belongs."""
        return self.put is self.belongs

    @property
    def is_near(self) -> bool:
        """Say whether it was put wrong, but where that does no harm."""
        return is_near(self.act, self.position, self.put)

    @property
    def marks(self) -> int:
        """Return the marks earned."""
        return marks_for(self.act, self.position, self.put)


@dataclass(frozen=True, slots=True)
class FactOutcome:
    """Which answer a person gave to the question of a fact, and what the policy says."""

    fact: Fact
    own: PolicyFact
    put: str

    @property
    def clauses(self) -> tuple[str, ...]:
        """Return the references of the clauses that name the fact; none where the policy does not say."""
        return self.own.clauses

    @property
    def is_right(self) -> bool:
        """Say whether the policy says so."""
        return self.put == self.own.answer

    @property
    def marks(self) -> int:
        """Return the marks earned."""
        return FACT_MARKS if self.is_right else 0


@dataclass(frozen=True, slots=True)
class CheckStep:
    """A rule check that a person has answered; its outcomes are those of acts, or one of a fact."""

    number: int
    check: RuleCheck
    outcomes: tuple[ActOutcome | FactOutcome, ...]

    @property
    def marks(self) -> int:
        """Return the marks earned."""
        return sum(outcome.marks for outcome in self.outcomes)

    @property
    def out_of(self) -> int:
        """Return the marks that could have been earned."""
        return self.check.out_of

    @property
    def right(self) -> int:
        """Return how many acts or facts were answered rightly."""
        return sum(outcome.is_right for outcome in self.outcomes)


def check_step(content: Content, check: RuleCheck, answer: CheckAnswer, number: int) -> CheckStep:
    """Mark the answer to a rule check; KeyError or ValueError if it answers less or more than is asked."""
    if set(answer.given) != set(asked_in(check)):
        raise ValueError("an answer to a rule check answers each act or fact once")
    return CheckStep(number, check, tuple(_outcome(content, check, key, answer.given[key]) for key in asked_in(check)))


def asked_in(check: RuleCheck) -> tuple[str, ...]:
    """Return the keys of the acts that a rule check asks about, or of its fact."""
    return (check.fact,) if check.fact else check.acts


def marks_of(content: Content, check: RuleCheck, key: str, given: str) -> int:
    """Return the marks for putting an act of a rule check into a bin, or for an answer to its fact."""
    return _outcome(content, check, key, given).marks


def _outcome(content: Content, check: RuleCheck, key: str, given: str) -> ActOutcome | FactOutcome:
    if check.fact:
        fact = content.fact(key)
        fact.words_of(given)
        return FactOutcome(fact, content.policy.facts[key], given)
    floor = content.floor.position_on(key) if content.floor else SILENCE
    return ActOutcome(content.act(key), content.policy.position_on(key), floor, Bin(given))
