"""The item bank of every shipped module agrees with the marks that people are given."""

import random
from collections.abc import Iterator, Mapping

import pytest

from managers.insight.domain.item import WHOLE, InsightItem, ItemKind
from managers.insight.domain.item_bank import AskedQuestion, ItemBank
from managers.insight.domain.responses import GivenAnswer, responses_to
from modules.content.shipped import contents
from modules.domain.check_step import ActOutcome, CheckAnswer, FactOutcome, asked_in
from modules.domain.content import Content
from modules.domain.progress import Answer, CheckPoint, DecisionPoint, Progress, progress_from, progress_with
from policies.domain.fact import SILENT
from scenarios.domain.rule_check import Bin

CONTENTS = [content for content in contents() if not content.module.is_practice]
Asked = tuple[AskedQuestion, Mapping[str, str]]


def played(content: Content, draw: int, chance: random.Random) -> Progress:
    """Answer a module at random."""
    progress = progress_from(content, [], draw)
    while place := progress.place:
        progress = progress_with(content, progress, any_answer(content, place, chance))
    return progress


def any_answer(content: Content, place: DecisionPoint | CheckPoint, chance: random.Random) -> Answer | CheckAnswer:
    if isinstance(place, DecisionPoint):
        return Answer(place.scenario.key, place.scene.key, chance.choice(place.scene.choices).key)
    fact = place.check.fact
    ways = [*(each.key for each in content.fact(fact).answers), SILENT] if fact else [each.value for each in Bin]
    return CheckAnswer(place.check.key, {key: chance.choice(ways) for key in asked_in(place.check)})


def asked_of(bank: ItemBank, progress: Progress) -> Iterator[Asked]:
    for step in progress.steps:
        yield bank.decisions[step.scenario.key, step.scene.key], {step.scene.key: step.choice.key}
    for check in progress.checks:
        given = dict(map(put, check.outcomes))
        yield bank.check_asked(progress.draw, check.check.key), given


def put(outcome: ActOutcome | FactOutcome) -> tuple[str, str]:
    if isinstance(outcome, ActOutcome):
        return outcome.act.key, outcome.put.value
    return outcome.fact.key, outcome.put


@pytest.mark.parametrize("content", CONTENTS, ids=lambda each: f"{each.module.key}-{each.policy.key}")
def test_marks_and_what_they_are_out_of_are_those_of_the_attempt(content: Content) -> None:
    bank, chance = ItemBank(content), random.Random(7)
    for draw in range(len(content.draws)):
        progress = played(content, draw, chance)
        asked = list(asked_of(bank, progress))
        chosen = [question.parts[key].options[put] for question, given in asked for key, put in given.items()]
        assert sum(option.marks for option in chosen) == progress.marks
        assert sum(option.out_of for option in chosen) == progress.marked_out_of == content.out_of
        responses = responses_to(GivenAnswer(question, given, 30) for question, given in asked)
        assert {response.item for response in responses} <= bank.items.keys()
        assert all(0 <= share <= WHOLE for each in responses for share in (each.share, each.rest))


@pytest.mark.parametrize("content", CONTENTS[:5], ids=lambda each: each.policy.key)
def test_every_question_about_a_rule_leads_to_a_clause_of_the_policy(content: Content) -> None:
    bank = ItemBank(content)
    refs = {clause.ref for clause in content.policy.clauses}
    for item in bank.items.values():
        assert {place for name in item.about for place in bank.items[name].place} <= refs
        if item.kind in (ItemKind.ACT, ItemKind.FACT):
            assert item.about and right_answers(item)


def right_answers(item: InsightItem) -> bool:
    """Tell whether exactly one answer is right, and all others miss every clause that the item is about."""
    wrong = [option for option in item.options.values() if not option.is_right]
    return len(wrong) == len(item.options) - 1 and all(option.wrong_on == set(item.about) for option in wrong)
