"""Five people's answers to a whole module against figures worked out on paper: items, clauses, flags and versions."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from managers.insight.domain.item import ItemKind
from managers.insight.domain.item_bank import ItemBank
from managers.insight.domain.report import InsightFlag, InsightReport, ReportedItem, report_of
from managers.insight.domain.responses import GivenAnswer, responses_to
from managers.insight.domain.slices import InsightFigures, MarkedAttempt, Slice, figures_by_slice
from modules.domain.content import Content
from policies.domain.policy import Force, Position, Stance
from tests.support.answered import PAPERS, SECONDS_EACH, Paper
from tests.support.checked import CHECKED
from tests.support.factories import FORK, SHORT

AUTUMN, SPRING = "2026-27-autumn", "2026-27-spring"


def marked(
    bank: ItemBank, paper: Paper, school: int | None = None, term: str = AUTUMN, version: int = 1
) -> MarkedAttempt:
    asked = [bank.decisions[place] if len(place) == 2 else bank.check_asked(0, place[0]) for place, _ in paper.answers]
    given = [GivenAnswer(question, own, SECONDS_EACH) for question, (_, own) in zip(asked, paper.answers, strict=True)]
    return MarkedAttempt(school, term, version, responses_to(given))


def everyone(bank: ItemBank, school: int | None = None, term: str = AUTUMN, version: int = 1) -> list[MarkedAttempt]:
    return [marked(bank, paper, school, term, version) for paper in PAPERS.values()]


def all_of(attempts: list[MarkedAttempt]) -> InsightFigures:
    return dict(figures_by_slice(attempts))[Slice()]


@pytest.fixture(scope="module")
def report() -> InsightReport:
    bank = ItemBank(CHECKED)
    return report_of(all_of(everyone(bank)), {1: bank})


def questions(report: InsightReport) -> Iterator[ReportedItem]:
    for story in report.stories:
        yield from story.questions


def found(report: InsightReport, *place: str, kind: ItemKind | None = None) -> ReportedItem:
    """Return the one item at a place."""
    [item] = [each for each in questions(report) if each.item.place == place and kind in (None, each.item.kind)]
    return item


def indices(item: ReportedItem) -> tuple[int, float, float | None, float | None]:
    assert item.statistics
    of = item.statistics
    return of.people, of.facility, of.discrimination, of.efficiency


def test_a_decision_on_paper(report: InsightReport) -> None:
    """The first scene: 100, 50, 0, 100 and 100 % of its marks, which is 70 % on average.

    Rest: 45/45, 35/45, 20/35 (Cas leaves out a scene, so that less is left), 20/45 and 35/45, mean .7143.
    Sum of products: 1 + .3889 + 0 + .4444 + .7778 - 5 x .7 x .7143 = 2.6111 - 2.5 = .1111
    Squares: 3.25 - 2.45 = .8 and 2.7339 - 2.5510 = .1829
    Discrimination: 100 x .1111 / sqrt(.8 x .1829) = 29.0
    Best order: 0 x .4444 + .5 x .5714 + .7778 + .7778 + 1 - 2.5 = .3413; efficiency 100 x .1111 / .3413 = 32.6
    """
    assert indices(found(report, "fork", "first")) == (5, 70.0, 29.0, 32.6)


def test_only_those_who_reached_a_scene_count_there(report: InsightReport) -> None:
    assert found(report, "fork", "second").statistics is None
    bank = ItemBank(CHECKED)
    twice = report_of(all_of(everyone(bank) * 2), {1: bank})
    assert indices(found(twice, "fork", "second"))[:2] == (8, 87.5)


def test_a_fact_that_those_get_wrong_who_know_the_rest_is_flagged(report: InsightReport) -> None:
    """The fact: right, right, wrong, right, wrong, so 60 %. Rest: 45/45, 30/45, 20/45, 20/45, 45/45, mean .7111.

    Sum of products: 1 + .6667 + .4444 - 5 x .6 x .7111 = 2.1111 - 2.1333 = -.0222
    Squares: 3 - 1.8 = 1.2 and 2.8395 - 2.5284 = .3111; discrimination -100 x .0222 / sqrt(.3733) = -3.6
    Best order: .6667 + 1 + 1 - 2.1333 = .5333; efficiency -100 x .0222 / .5333 = -4.2
    """
    fact = found(report, "whom", "doubt.ask")
    assert indices(fact) == (5, 60.0, -3.6, -4.2)
    assert fact.flags == (InsightFlag.NEGATIVE,)
    assert {each.option.key: each.share for each in fact.options} == {"head": 0.6, "no-one": 0.2, "silent": 0.2}


def test_a_rule_check_and_each_act_in_it_have_figures_of_their_own(report: InsightReport) -> None:
    """The whole check: 15, 10, 10, 5 and 15 of 15, so 55/75; the act of posting: right for Ann, Cas and Eve."""
    check = found(report, "pictures")
    assert check.item.kind is ItemKind.RULE_CHECK and indices(check)[:2] == (5, 73.3)
    assert indices(found(report, "pictures", "photo.post"))[:2] == (5, 60.0)
    assert indices(found(report, "pictures", "photo.decline")) == (5, 100.0, None, None)


def test_a_serious_breach_that_one_in_five_choose_is_flagged(report: InsightReport) -> None:
    only, act = found(report, "short", "only"), found(report, "pictures", "photo.post")
    assert {each.option.key: each.share for each in only.options} == {"decline": 0.6, "ask": 0.2, "post": 0.2}
    assert [each.option.key for each in only.options if each.is_popular_breach] == ["post"]
    assert [each.option.key for each in act.options if each.is_popular_breach] == ["allows"]
    assert InsightFlag.SERIOUS in only.flags and InsightFlag.SERIOUS in act.flags
    assert {each.item.place for each in report.flagged} >= {("short", "only"), ("fork", "first")}


def test_a_serious_breach_that_fewer_choose_is_not(report: InsightReport) -> None:
    bank = ItemBank(CHECKED)
    attempts = [*everyone(bank), marked(bank, PAPERS["Ann"])]
    assert found(report_of(all_of(attempts), {1: bank}), "short", "only").flags == ()


def test_clauses_come_most_missed_first_with_the_questions_that_missed_them(report: InsightReport) -> None:
    """Clause 2 is missed by who posts in a scene or thinks posting allowed: Cas once, Dev twice, Bea once, of 19.

    Clause 1 is missed by who does not decline: Bea and Dev twice, Cas once, of 19. The fact (clause 9) and the act that
    the policy does not mention are missed by 2 of 5.
    """
    missed = [(clause.ref, clause.answers, round(clause.wrong, 3)) for clause in report.clauses]
    assert missed == [(None, 5, 0.4), ("9", 5, 0.4), ("1", 19, 0.263), ("2", 19, 0.211)]
    posting = report.clauses[-1]
    assert posting.questions[0].item.place == ("pictures", "photo.post")
    assert posting.questions[0].wrong_on(posting.clause.item.id) == 0.4


def test_the_facility_of_a_clause_is_of_all_marks_that_rest_on_it(report: InsightReport) -> None:
    """Clause 2: 35, 20, 15, 15 and 35 of 35 marks in the scenes and the act of posting, so 120/175."""
    assert indices(report.clauses[-1].clause)[:2] == (5, 68.6)


def test_a_story_takes_the_time_of_all_its_pages(report: InsightReport) -> None:
    """The first has two decisions and a rule check, but Cas only makes one decision; the second has two pages."""
    times = [story.story.statistics.seconds for story in report.stories if story.story.statistics]
    assert times == [3 * SECONDS_EACH, 2 * SECONDS_EACH]
    assert found(report, "pictures").statistics.seconds == SECONDS_EACH  # type: ignore[union-attr]
    assert found(report, "pictures", "photo.post").statistics.seconds is None  # type: ignore[union-attr]


def test_nothing_is_kept_of_a_slice_of_four() -> None:
    bank = ItemBank(CHECKED)
    figures = all_of(everyone(bank)[:4])
    assert figures == InsightFigures(0, (), {})
    report = report_of(figures, {1: bank})
    assert {each.statistics for each in questions(report)} == {None} and report.clauses == () == report.flagged


def test_schools_and_terms_are_counted_apart_and_together() -> None:
    bank = ItemBank(CHECKED)
    attempts = [*everyone(bank), *everyone(bank, 1, AUTUMN), *everyone(bank, 1, SPRING), *everyone(bank, 2, SPRING)]
    counts = {(each.school, each.term): figures.attempts for each, figures in figures_by_slice(attempts)}
    assert counts == {
        (1, AUTUMN): 5,
        (1, SPRING): 5,
        (1, None): 10,
        (2, SPRING): 5,
        (2, None): 5,
        (None, AUTUMN): 10,
        (None, SPRING): 10,
        (None, None): 20,
    }


def of_two_versions(later: Content) -> InsightReport:
    banks = {1: ItemBank(CHECKED), 2: ItemBank(later)}
    attempts = [*everyone(banks[1]), *everyone(banks[2], version=2)]
    return report_of(all_of(attempts), banks)


def test_answers_to_the_same_question_in_two_versions_are_counted_together() -> None:
    title = replace(CHECKED, module=replace(CHECKED.module, title="Photos, again"))
    report = of_two_versions(title)
    assert report.versions == (1, 2)
    assert {indices(each)[0] for each in questions(report) if each.statistics} == {8, 10}
    assert indices(found(report, "fork", "first"))[1:] == (70.0, 29.0, 32.6)


def test_a_question_that_was_reworded_is_another_one_and_the_earlier_one_says_so() -> None:
    reworded = replace(SHORT.scenes[0], says="This is different.")
    report = of_two_versions(replace(CHECKED, scenarios=(FORK, replace(SHORT, scenes=(reworded, SHORT.scenes[1])))))
    both = [each for each in questions(report) if each.item.place == ("short", "only")]
    assert [(each.is_earlier, indices(each)[0]) for each in both] == [(False, 5), (True, 5)]
    assert indices(found(report, "fork", "first"))[0] == 10


def test_a_question_that_is_marked_differently_is_another_one() -> None:
    stances = CHECKED.policy.stances | {"photo.post": Position(Stance.ADVISED_AGAINST, ("2",))}
    report = of_two_versions(replace(CHECKED, policy=replace(CHECKED.policy, stances=stances)))
    acts = [each for each in questions(report) if each.item.place == ("pictures", "photo.post")]
    assert [each.is_earlier for each in acts] == [False, True]
    assert [InsightFlag.SERIOUS in each.flags for each in acts] == [False, True]


def test_a_clause_that_says_something_else_is_another_one() -> None:
    clauses = tuple(
        replace(clause, says="Ask.", force=Force.MUST) if clause.ref == "9" else clause
        for clause in CHECKED.policy.clauses
    )
    report = of_two_versions(replace(CHECKED, policy=replace(CHECKED.policy, clauses=clauses)))
    nines = [each.clause for each in report.clauses if each.ref == "9"]
    assert sorted((each.is_earlier, each.item.says) for each in nines) == [(False, "Ask."), (True, "Ask when unsure.")]
