"""Rule checks in an attempt: when they are asked, how they are marked, and what they add to the result."""

from dataclasses import replace

import pytest

from modules.domain.check_step import ActOutcome, CheckAnswer
from modules.domain.content import Content
from modules.domain.progress import Answer, CheckPoint, DecisionPoint, how_far, progress_from
from modules.domain.result import result_of
from policies.domain.floor import Floor
from policies.domain.policy import Position, Stance
from tests.support.checked import ACTS_ASKED, CHECKED, KNOWING, RIGHT, WHOM

FORK = [Answer("fork", "first", "decline"), Answer("fork", "second", "decline")]
SHORT = Answer("short", "only", "decline")


def all_answers(given: dict[str, str], fact: str = "head") -> list[Answer | CheckAnswer]:
    return [*FORK, CheckAnswer("pictures", given), SHORT, CheckAnswer("whom", {WHOM.key: fact})]


def test_a_rule_check_comes_after_its_story() -> None:
    place = progress_from(CHECKED, FORK).place
    assert isinstance(place, CheckPoint) and place.check == ACTS_ASKED
    after = progress_from(CHECKED, [*FORK, CheckAnswer("pictures", RIGHT)]).place
    assert isinstance(after, DecisionPoint) and after.scenario.key == "short"


def test_the_last_rule_check_ends_the_module() -> None:
    assert progress_from(CHECKED, all_answers(RIGHT)[:-1]).place
    assert progress_from(CHECKED, all_answers(RIGHT)).place is None


def test_an_attempt_asks_the_rule_checks_of_its_own_draw() -> None:
    assert not isinstance(progress_from(CHECKED, FORK, draw=1).place, CheckPoint)
    third = progress_from(CHECKED, FORK, draw=2).place
    assert isinstance(third, CheckPoint) and third.check == ACTS_ASKED


def test_who_knows_every_rule_earns_every_mark() -> None:
    result = result_of(CHECKED, progress_from(CHECKED, all_answers(RIGHT)))
    assert (result.marks, result.out_of, result.passed) == (30 + 15 + 10, 55, True)


@pytest.mark.parametrize(
    ("act", "put", "marks"),
    [
        ("photo.decline", "allows", 5),
        ("photo.decline", "silent", 0),
        ("photo.post", "forbids", 5),
        ("photo.post", "allows", 0),
        ("photo.joke", "silent", 5),
        ("photo.joke", "forbids", 0),
        ("photo.joke", "allows", 0),
    ],
)
def test_an_act_earns_marks_in_the_bin_of_its_stance_alone(act: str, put: str, marks: int) -> None:
    progress = progress_from(CHECKED, [*FORK, CheckAnswer("pictures", RIGHT | {act: put})])
    outcome = next(each for each in progress.checks[0].outcomes if isinstance(each, ActOutcome) and each.act.key == act)
    assert (outcome.marks, outcome.is_right) == (marks, marks == 5)


def test_taking_a_harmless_act_for_asked_for_that_is_not_mentioned_earns_a_little() -> None:
    quiet = replace(CHECKED, policy=replace(KNOWING, stances=KNOWING.stances | {"photo.decline": SILENT}))
    progress = progress_from(quiet, [*FORK, CheckAnswer("pictures", RIGHT)])
    assert [outcome.marks for outcome in progress.checks[0].outcomes] == [1, 5, 5]


SILENT = Position(Stance.SILENT)


def test_a_fact_is_right_or_wrong() -> None:
    for put, marks in (("head", 10), ("no-one", 0), ("silent", 0)):
        assert progress_from(CHECKED, all_answers(RIGHT, put)).checks[1].marks == marks


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"photo.decline": "allows"},
        RIGHT | {"photo.dance": "allows"},
        RIGHT | {"photo.post": "perhaps"},
    ],
    ids=["nothing", "an act missing", "an act too many", "an unknown bin"],
)
def test_an_answer_that_does_not_fit_the_rule_check_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        progress_from(CHECKED, [*FORK, CheckAnswer("pictures", given)])


def test_an_answer_that_the_fact_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError):
        progress_from(CHECKED, all_answers(RIGHT, "the cook"))


def test_decisions_and_rule_checks_are_counted_and_numbered_together() -> None:
    progress = progress_from(CHECKED, all_answers(RIGHT))
    assert [step.number for step in progress.steps] == [1, 2, 4]
    assert [check.number for check in progress.checks] == [3, 5]
    far = how_far(CHECKED, progress_from(CHECKED, FORK))
    assert (far.made, far.about, far.share) == (2, 5, 36)


def test_the_marks_do_not_depend_on_the_draw() -> None:
    second = [*FORK, SHORT, CheckAnswer("whom", {WHOM.key: "head"}), CheckAnswer("other", RIGHT)]
    one, other = progress_from(CHECKED, all_answers(RIGHT)), progress_from(CHECKED, second, draw=1)
    assert result_of(CHECKED, one).out_of == result_of(CHECKED, other).out_of == one.marked_out_of


def test_what_the_floor_forbids_everywhere_fails_the_attempt_in_any_scene() -> None:
    floor = Floor("2026", (), (), {"photo.joke": Position(Stance.PROHIBITED_CRITICAL, ("N1",))})
    joking = _with_a_joke(replace(CHECKED, floor=floor))
    answers = [FORK[0], Answer("fork", "second", "ask"), *all_answers(RIGHT)[2:]]
    result = result_of(joking, progress_from(joking, answers))
    assert (result.passed, [step.scene.key for step in result.failed_on]) == (False, ["second"])
    assert result.score < 0.8


def _with_a_joke(content: Content) -> Content:
    """Let the choice to ask in the second scene joke about the photo, which is no critical item."""
    fork, short = content.scenarios
    first, second, end = fork.scenes
    told = tuple(replace(each, acts=("photo.joke",)) if each.key == "ask" else each for each in second.choices)
    return replace(content, scenarios=(replace(fork, scenes=(first, replace(second, choices=told), end)), short))


def test_a_module_says_that_one_choice_can_fail_it_only_if_one_can_under_this_policy() -> None:
    assert CHECKED.can_fail_on_one_choice
    lenient = replace(KNOWING, stances=KNOWING.stances | {"photo.post": Position(Stance.PROHIBITED, ("2",))})
    assert not replace(CHECKED, policy=lenient).can_fail_on_one_choice
    floor = Floor("2026", (), (), {"photo.post": Position(Stance.PROHIBITED_CRITICAL, ("N1",))})
    assert replace(CHECKED, policy=lenient, floor=floor).can_fail_on_one_choice
