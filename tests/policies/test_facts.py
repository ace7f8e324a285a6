"""The facts that policies name: a sound vocabulary, an answer with its clauses under each policy, and as reviewed."""

import difflib
from dataclasses import replace
from itertools import combinations

import pytest
from sqlalchemy.orm import Session

from core.domain.problem import Problem
from core.shapes import frozen, shape_of
from policies.domain.fact import SILENT, SILENT_SAYS, Fact, FactAnswer, PolicyFact, wrong_in_facts
from policies.domain.policy import Policy, problems_of
from policies.published import facts_in_force, policies_in_force
from policies.ship import ship_policies
from policies.shipped import facts, policies
from tests.policies.facts_table import REVIEWED, lines
from tests.policies.stances_table import TRUSTS
from tests.support.factories import ACTS, NOW, POLICY

FEWEST_FACTS = 20
MOST_ANSWERS = 6
# A longer answer is picked for its length.
LONGEST_ANSWER_IN_WORDS = 14
# Of the facts that two policies both answer or are silent on, the share that tells them apart, at the least.
TELLS_APART = 0.5

ASK = Fact("doubt.ask", "Who do you ask?", tuple(FactAnswer(key, key.title()) for key in ("head", "manager", "chair")))


def with_facts(**named: PolicyFact) -> Policy:
    """Build a policy that names these facts; write ``_`` for the dot in their keys."""
    return replace(POLICY, facts={key.replace("_", "."): fact for key, fact in named.items()})


def problems(**named: PolicyFact) -> list[Problem]:
    return problems_of(with_facts(**named), frozenset(act.key for act in ACTS), {ASK.key: ASK})


def test_a_fact_with_one_of_its_answers_and_a_clause_is_fine() -> None:
    assert problems(doubt_ask=PolicyFact("head", ("9",))) == []


def test_a_fact_on_which_the_policy_is_silent_needs_no_clause() -> None:
    assert problems(doubt_ask=PolicyFact(SILENT)) == []


@pytest.mark.parametrize(
    ("named", "place", "says"),
    [
        (PolicyFact("manger", ("9",)), ("answer",), "manger is not an answer to doubt.ask; did you mean manager?"),
        (PolicyFact("silence"), ("answer",), "silence is not an answer to doubt.ask"),
        (PolicyFact("head"), (), "the fact doubt.ask names no clause"),
        (PolicyFact("head", ("7",)), ("clauses", 0), "the fact doubt.ask cites 7, which is not a clause"),
        (PolicyFact("head", ("9", "9")), ("clauses", 1), "the fact doubt.ask cites 9 twice"),
        (PolicyFact(SILENT, ("9",)), ("clauses",), "the fact doubt.ask is silent, but names clauses"),
    ],
)
def test_a_mistake_in_a_policys_fact_is_told(named: PolicyFact, place: tuple[str | int, ...], says: str) -> None:
    found = problems(doubt_ask=named)
    assert found[0].place == ("facts", "doubt.ask", *place)
    assert found[0].says.startswith(says)


def test_a_fact_that_is_not_in_the_vocabulary_is_told_with_the_one_that_was_meant() -> None:
    assert problems(doubt_aks=PolicyFact("head", ("9",))) == [
        Problem(("facts", "doubt.aks"), "doubt.aks is not a fact in the vocabulary; did you mean doubt.ask?")
    ]


def test_a_sound_vocabulary_has_no_problems() -> None:
    assert wrong_in_facts([ASK]) == []


def test_a_fact_that_is_listed_twice_is_told() -> None:
    assert wrong_in_facts([ASK, ASK]) == [Problem((1,), "fact doubt.ask is listed twice")]


@pytest.mark.parametrize(
    ("answers", "place", "says"),
    [
        (ASK.answers[:2], (), "fact doubt.ask needs at least 3 answers"),
        ((*ASK.answers, FactAnswer("head", "The head")), (3,), "answer head is listed twice"),
        ((*ASK.answers, FactAnswer("boss", "MANAGER")), (3,), "“MANAGER” is the wording of two answers"),
        (
            (FactAnswer("silent", "Nothing"), *ASK.answers),
            (0,),
            "every fact has the answer silent: leave it out here",
        ),
    ],
    ids=["two answers", "key twice", "words twice", "silence among them"],
)
def test_a_mistake_in_the_vocabulary_is_told(
    answers: tuple[FactAnswer, ...], place: tuple[int, ...], says: str
) -> None:
    assert wrong_in_facts([ASK, replace(ASK, key="a.b", answers=answers)]) == [
        Problem((1, "answers", *place), says.replace("doubt.ask", "a.b"))
    ]


def test_an_answer_and_silence_have_words_for_staff() -> None:
    assert (ASK.words_of("head"), ASK.words_of(SILENT)) == ("Head", SILENT_SAYS)


def test_a_policy_that_was_published_before_there_were_facts_is_still_read() -> None:
    content = frozen(POLICY, Policy)
    del content["facts"]
    assert shape_of(Policy).validate_python(content).facts == {}


def test_there_are_enough_facts() -> None:
    assert len(facts()) >= FEWEST_FACTS


def test_each_fact_is_a_question_with_a_few_short_answers() -> None:
    for fact in facts().values():
        assert fact.question.endswith("?"), fact.key
        assert len(fact.answers) <= MOST_ANSWERS, fact.key
        assert all(len(answer.says.split()) <= LONGEST_ANSWER_IN_WORDS for answer in fact.answers), fact.key
        assert not [answer.says for answer in fact.answers if answer.says.endswith(".")], fact.key


def test_no_answer_contains_the_whole_of_another() -> None:
    for fact in facts().values():
        says = [answer.says.casefold() for answer in fact.answers]
        assert [(one, other) for one in says for other in says if one != other and one in other] == [], fact.key


def test_every_policy_considers_nearly_every_fact() -> None:
    for trust in TRUSTS:
        assert len(policies()[trust].facts) >= len(facts()) - 4, trust


def test_every_fact_is_named_by_a_policy_and_not_answered_alike_by_all() -> None:
    for key in facts():
        given = {policy.facts[key].answer for policy in policies().values() if key in policy.facts}
        assert given - {SILENT}, key
        assert len(given) > 1, key


@pytest.mark.parametrize(("one", "other"), list(combinations(TRUSTS, 2)))
def test_two_policies_differ_on_most_facts(one: str, other: str) -> None:
    ours, theirs = policies()[one].facts, policies()[other].facts
    shared = set(ours) & set(theirs)
    told_apart = [key for key in shared if ours[key].answer != theirs[key].answer]
    assert len(told_apart) >= TELLS_APART * len(shared), sorted(shared - set(told_apart))


@pytest.mark.parametrize("trust", TRUSTS)
def test_who_to_ask_in_doubt_rests_on_the_clauses_on_doubt(trust: str) -> None:
    policy = policies()[trust]
    assert policy.facts["doubt.ask"].clauses == policy.doubt.clauses


@pytest.mark.parametrize("trust", TRUSTS)
def test_facts_stand_in_the_order_of_the_vocabulary(trust: str) -> None:
    named = policies()[trust].facts
    assert list(named) == [key for key in facts() if key in named]


def test_every_policy_names_what_was_reviewed() -> None:
    reviewed = REVIEWED.read_text(encoding="utf-8").splitlines()
    computed = "\n".join(lines()).strip().splitlines()
    change = list(difflib.unified_diff(reviewed, computed, "reviewed", "computed", lineterm="", n=2))
    again = "python -m tests.policies.facts_table"
    assert not change, "\n".join(["facts have changed; review them, then", again, *change])


def test_the_vocabulary_and_each_policys_facts_are_shipped(session: Session) -> None:
    ship_policies(session, NOW)
    assert facts_in_force(session) == facts()
    assert policies_in_force(session)["agora"].facts == policies()["agora"].facts
