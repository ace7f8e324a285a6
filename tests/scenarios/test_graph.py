"""The shape of a scenario: every mistake in it is found, and every route weighs the same."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.domain.problem import Problem
from scenarios.domain.graph import decisions_ahead, problems_of, weight_of
from scenarios.domain.scenario import Choice, Scenario, Scene

ACTS = frozenset({"a.do", "a.ask"})


def choice(key: str, leads_to: str, *acts: str) -> Choice:
    return Choice(key, "Do it.", acts or ("a.do",), "It happens.", "It matters.", leads_to)


def scene(key: str, *leads_to: str) -> Scene:
    """Build a scene with one choice for each scene that it leads to; none makes it an ending."""
    choices = tuple(choice(f"c{number}", target) for number, target in enumerate(leads_to))
    return Scene(key, "Heading", "Text", question="What now?" if choices else None, choices=choices)


def scenario(*scenes: Scene) -> Scenario:
    return Scenario("s", "Title", "Topic", "Summary", scenes)


FORK = scenario(
    scene("start", "long", "short", "long"),
    scene("long", "short", "end", "end"),
    scene("short", *["end"] * 3),
    scene("end"),
)


def test_a_sound_scenario_has_no_problems():
    assert problems_of(FORK, ACTS) == []


def test_a_loop_is_found():
    round_and_round = scenario(
        scene("start", "next", "next", "end"), scene("next", "start", "end", "end"), scene("end")
    )
    assert problems_of(round_and_round, ACTS) == [
        Problem(("scenes", 1, "choices", 0, "leads_to"), "the story can go round in a loop")
    ]


def test_every_choice_that_closes_a_loop_is_found():
    twice_round = scenario(scene("start", "next", "end", "end"), scene("next", "end", "start", "next"), scene("end"))
    assert [problem.place for problem in problems_of(twice_round, ACTS)] == [
        ("scenes", 1, "choices", 1, "leads_to"),
        ("scenes", 1, "choices", 2, "leads_to"),
    ]


def test_a_scene_that_leads_to_itself_is_a_loop():
    assert problems_of(scenario(scene("start", "start", "end", "end"), scene("end")), ACTS) == [
        Problem(("scenes", 0, "choices", 0, "leads_to"), "the story can go round in a loop")
    ]


def test_a_scene_that_no_choice_leads_to_is_found():
    stray = scenario(scene("start", *["end"] * 3), scene("end"), scene("stray"))
    assert problems_of(stray, ACTS) == [Problem(("scenes", 2), "no choice leads to scene stray")]


def test_a_loop_that_the_story_never_enters_is_found_as_unreachable():
    apart = scenario(scene("start", *["end"] * 3), scene("end"), scene("apart", "apart", "end", "end"))
    assert problems_of(apart, ACTS) == [Problem(("scenes", 2), "no choice leads to scene apart")]


def test_a_lead_to_no_scene_is_found():
    dead = scenario(scene("start", "end", "end", "nowhere"), scene("end"))
    assert problems_of(dead, ACTS) == [
        Problem(
            ("scenes", 0, "choices", 2, "leads_to"), "scene start, choice c2 leads to nowhere, which is not a scene"
        )
    ]


def test_a_scene_with_fewer_than_three_choices_is_found():
    assert problems_of(scenario(scene("start", "end", "end"), scene("end")), ACTS) == [
        Problem(("scenes", 0), "scene start has fewer than 3 choices")
    ]


def test_a_decision_without_a_question_is_found():
    mute = replace(scene("start", *["end"] * 3), question=None)
    assert problems_of(scenario(mute, scene("end")), ACTS) == [Problem(("scenes", 0), "scene start asks no question")]


def test_an_ending_with_a_question_is_found():
    asking = replace(scene("end"), question="What now?")
    assert problems_of(scenario(scene("start", *["end"] * 3), asking), ACTS) == [
        Problem(("scenes", 1, "question"), "scene end asks a question and offers no choices")
    ]


def test_a_scenario_without_scenes_is_found():
    assert problems_of(scenario(), ACTS) == [Problem(("scenes",), "a scenario needs scenes")]


def test_a_scenario_that_starts_with_an_ending_is_found():
    assert problems_of(scenario(scene("end")), ACTS) == [
        Problem(("scenes", 0), "scene end ends the story before it starts")
    ]


def test_a_choice_without_an_act_is_found():
    idle = replace(choice("idle", "end"), acts=())
    start = replace(scene("start", "end", "end"), choices=(*scene("start", "end", "end").choices, idle))
    assert problems_of(scenario(start, scene("end")), ACTS) == [
        Problem(("scenes", 0, "choices", 2, "acts"), "scene start, choice idle commits no act")
    ]


def test_an_act_outside_the_vocabulary_is_found():
    made_up = choice("c9", "end", "a.do", "a.made-up")
    start = replace(scene("start", "end", "end"), choices=(*scene("start", "end", "end").choices, made_up))
    assert problems_of(scenario(start, scene("end")), ACTS) == [
        Problem(
            ("scenes", 0, "choices", 2, "acts", 1), "scene start, choice c9: a.made-up is not an act in the vocabulary"
        )
    ]


def test_scenes_and_choices_that_stand_twice_are_found():
    twice = replace(scene("start"), question="What now?", choices=(choice("c", "end"),) * 3)
    assert problems_of(scenario(twice, scene("end"), scene("end")), ACTS) == [
        Problem(("scenes", 2), "scene end is listed twice"),
        Problem(("scenes", 0, "choices", 1), "scene start: choice c is listed twice"),
    ]


def test_decisions_ahead_count_the_longest_route():
    assert decisions_ahead(FORK) == {"start": 3, "long": 2, "short": 1, "end": 0}


def test_a_choice_weighs_itself_and_the_decisions_that_it_makes_unnecessary():
    ahead, start = decisions_ahead(FORK), FORK.scene("start")
    assert [weight_of(choice, start, ahead) for choice in start.choices] == [1, 2, 1]


@st.composite
def stories(draw: st.DrawFn) -> Scenario:
    """Draw a scenario without a loop: each scene leads only to scenes that come after it."""
    length = draw(st.integers(2, 7))
    scenes = [
        scene(f"s{n}", *[f"s{draw(st.integers(n + 1, length))}" for _ in range(draw(st.integers(1, 4)))])
        for n in range(length)
    ]
    return scenario(*scenes, scene(f"s{length}"))


def walk(story: Scenario, picks: list[int]) -> list[tuple[Scene, Choice]]:
    """Follow one route from start to ending; each number picks a choice."""
    steps, here = [], story.start
    for pick in picks:
        if here.is_ending:
            break
        chosen = here.choices[pick % len(here.choices)]
        steps.append((here, chosen))
        here = story.scene(chosen.leads_to)
    assert here.is_ending
    return steps


@given(stories(), st.lists(st.integers(0, 3), min_size=10, max_size=10))
def test_weights_along_every_route_add_up_to_the_longest_route(story, picks):
    ahead = decisions_ahead(story)
    weights = [weight_of(chosen, here, ahead) for here, chosen in walk(story, picks)]
    assert sum(weights) == ahead[story.start.key]
    assert min(weights) >= 1


@given(stories())
def test_a_story_that_only_goes_forward_has_no_loop(story):
    assert "the story can go round in a loop" not in [str(problem) for problem in problems_of(story, ACTS)]
