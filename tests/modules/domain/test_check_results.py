"""What the rule checks of an attempt came to: clause by clause, those that cost most first."""

from dataclasses import replace

from modules.domain.check_results import ClauseScore, RulesResult, rules_result
from modules.domain.check_step import CheckAnswer, CheckStep, check_step
from policies.domain.policy import Position, Stance
from tests.support.checked import ACTS_ASKED, CHECKED, FACT_ASKED, KNOWING, RIGHT, WHOM

CLAUSE = {clause.ref: clause for clause in KNOWING.clauses}


def answered(given: dict[str, str], fact: str = "head") -> list[CheckStep]:
    return [
        check_step(CHECKED, ACTS_ASKED, CheckAnswer("pictures", given), 1),
        check_step(CHECKED, FACT_ASKED, CheckAnswer("whom", {WHOM.key: fact}), 2),
    ]


def test_someone_who_knows_every_rule_has_missed_no_clause() -> None:
    assert rules_result(CHECKED, answered(RIGHT)) == RulesResult(right=4, asked=4, marks=25, out_of=25, missed=())


def test_each_missed_rule_leads_to_its_clause_and_what_is_not_mentioned_to_none() -> None:
    result = rules_result(CHECKED, answered(dict.fromkeys(RIGHT, "allows"), "no-one"))
    assert result and (result.right, result.asked) == (1, 4)
    assert result.missed == (ClauseScore(CLAUSE["2"], 0, 1), ClauseScore(None, 0, 1), ClauseScore(CLAUSE["9"], 0, 1))


def test_the_clause_with_most_missed_rules_comes_first_with_what_was_right_of_it() -> None:
    stances = {act: Position(Stance.PROHIBITED, ("2",)) for act in RIGHT} | {"photo.joke": Position(Stance.SILENT)}
    strict = replace(CHECKED, policy=replace(KNOWING, stances=stances))
    step = check_step(strict, ACTS_ASKED, CheckAnswer("pictures", dict.fromkeys(RIGHT, "silent")), 1)
    result = rules_result(strict, [step])
    assert result and result.missed == (ClauseScore(CLAUSE["2"], 0, 2),)
    some = check_step(strict, ACTS_ASKED, CheckAnswer("pictures", RIGHT), 1)
    assert rules_result(strict, [some]).missed == (ClauseScore(CLAUSE["2"], 1, 2),)  # type: ignore[union-attr]


def test_an_attempt_without_rule_checks_has_no_rules() -> None:
    assert rules_result(CHECKED, []) is None
