"""How far an attempt has come, and what it comes to."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.problem import Problem
from modules.domain.content import problems_of
from modules.domain.progress import Answer, progress_from
from modules.domain.result import Result, by_scenario, result_of
from scenarios.domain.rating import Rating
from tests.support.factories import CONTENT, FORK, MODULE, SHORT


def answers(*choices: str) -> list[Answer]:
    """Answer whatever is asked next, choice by choice."""
    given_so_far: list[Answer] = []
    for choice in choices:
        place = progress_from(CONTENT, given_so_far).place
        assert place
        given_so_far.append(Answer(place.scenario.key, place.scene.key, choice))
    return given_so_far


def result(*choices: str) -> Result:
    progress = progress_from(CONTENT, answers(*choices))
    assert progress.place is None
    return result_of(CONTENT, progress)


def test_a_new_attempt_stands_at_the_first_scene_of_the_first_scenario() -> None:
    place = progress_from(CONTENT, []).place
    assert place and (place.scenario, place.scene) == (FORK, FORK.start)


def test_what_someone_chose_decides_which_scene_is_next() -> None:
    long_way, short_cut = progress_from(CONTENT, answers("decline")), progress_from(CONTENT, answers("post"))
    assert long_way.place and long_way.place.scene.key == "second"
    assert short_cut.place and short_cut.place.scenario is SHORT


def test_after_the_last_answer_nothing_more_is_asked() -> None:
    assert progress_from(CONTENT, answers("decline", "decline", "decline")).place is None


def test_an_answer_to_a_scene_that_was_not_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="does not follow"):
        progress_from(CONTENT, [Answer("short", "only", "ask")])


def test_the_best_choice_everywhere_earns_every_mark() -> None:
    assert result("decline", "decline", "decline") == Result(30, 30, 1.0, True, ())


def test_who_cuts_the_story_short_is_marked_for_the_decisions_that_were_cut_off() -> None:
    assert result("post", "decline").marks == 10
    assert result("post", "decline").out_of == 30


@given(st.lists(st.sampled_from(["decline", "ask", "post"]), min_size=3, max_size=3))
def test_marks_are_out_of_the_same_number_whatever_the_route(choices: list[str]) -> None:
    taken: list[Answer] = []
    for choice in choices:
        if place := progress_from(CONTENT, taken).place:
            taken.append(Answer(place.scenario.key, place.scene.key, choice))
    steps = progress_from(CONTENT, taken).steps
    assert sum(step.out_of for step in steps) == CONTENT.out_of == 30


def test_keeping_to_the_policy_throughout_passes_without_ever_choosing_best() -> None:
    came_to = result("ask", "ask", "ask")
    assert {step.ruling.rating for step in progress_from(CONTENT, answers("ask", "ask", "ask")).steps} == {
        Rating.ACCEPTABLE
    }
    assert came_to.passed and came_to.score == 0.8


def test_a_mark_below_the_pass_mark_does_not_pass() -> None:
    assert not result("decline", "post", "decline").passed


def test_a_serious_breach_on_a_critical_item_fails_whatever_the_marks() -> None:
    easy = replace(CONTENT, module=replace(MODULE, pass_mark=50))
    progress = progress_from(easy, answers("decline", "decline", "post"))
    came_to = result_of(easy, progress)
    assert came_to.marks == 20
    assert not came_to.passed
    assert [step.scene.key for step in came_to.failed_on] == ["only"]


def test_the_grade_of_an_attempt_failed_on_a_critical_item_stays_below_the_pass_mark() -> None:
    easy = replace(CONTENT, module=replace(MODULE, pass_mark=50))
    assert result_of(easy, progress_from(easy, answers("decline", "decline", "post"))).score == 0.49


def test_a_serious_breach_elsewhere_only_costs_its_marks() -> None:
    easy = replace(CONTENT, module=replace(MODULE, pass_mark=50))
    came_to = result_of(easy, progress_from(easy, answers("decline", "post", "decline")))
    assert came_to.passed and came_to.score == pytest.approx(2 / 3)


def test_steps_are_grouped_by_scenario_in_the_modules_order() -> None:
    grouped = by_scenario(CONTENT, progress_from(CONTENT, answers("decline", "ask", "ask")).steps)
    assert [(scenario.key, len(steps)) for scenario, steps in grouped] == [("fork", 2), ("short", 1)]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"scenarios": ("fork", "gone")}, Problem(("scenarios", 1), "gone is not a scenario")),
        ({"scenarios": ()}, Problem(("scenarios",), "a module needs scenarios, each once")),
        ({"scenarios": ("fork", "fork")}, Problem(("scenarios", 1), "a module needs scenarios, each once")),
        (
            {"critical": ("short/only", "fork/nowhere")},
            Problem(("critical", 1), "fork/nowhere is not a scene of this module"),
        ),
        ({"pass_mark": 0}, Problem(("pass_mark",), "the pass mark must be a percentage from 1 to 100")),
        ({"pass_mark": 101}, Problem(("pass_mark",), "the pass mark must be a percentage from 1 to 100")),
    ],
)
def test_a_module_that_cannot_be_played_is_found_out(change: dict, problem: Problem) -> None:
    assert problem in problems_of(replace(MODULE, **change), {"fork": FORK, "short": SHORT})


def test_a_sound_module_has_no_problems() -> None:
    assert problems_of(MODULE, {"fork": FORK, "short": SHORT}) == []
