"""How far an attempt is: the decisions, the bar and the minutes left, on every route."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from modules.content.shipped import contents
from modules.domain.check_step import CheckAnswer
from modules.domain.content import Content
from modules.domain.progress import Answer, CheckPoint, DecisionPoint, HowFar, how_far, progress_from
from tests.support.factories import ACTS, CONTENT, FORK, MODULE, POLICY, SHORT, scene, three_choices
from tests.support.knowing import right_answer

LIBRARY = contents()


def after(content: Content, *choices: str) -> HowFar:
    """Return how far somebody is who chose these, one after the other."""
    answers: list[Answer] = []
    for choice in choices:
        place = progress_from(content, answers).place
        assert isinstance(place, DecisionPoint)
        answers.append(Answer(place.scenario.key, place.scene.key, choice))
    return how_far(content, progress_from(content, answers))


def along(content: Content, turn: int) -> Iterator[HowFar]:
    """Follow a route by always taking the choice that comes first, second and so on, and tell how far at each step."""
    answers: list[Answer | CheckAnswer] = []
    while True:
        progress = progress_from(content, answers)
        yield how_far(content, progress)
        if not progress.place:
            return
        if isinstance(progress.place, CheckPoint):
            answers.append(right_answer(content, progress.place))
            continue
        place, choices = progress.place, progress.place.scene.choices
        answers.append(Answer(place.scenario.key, place.scene.key, choices[turn % len(choices)].key))


def test_the_bar_starts_empty_and_ends_full_whatever_is_chosen() -> None:
    assert after(CONTENT).share == 0
    assert after(CONTENT, "decline", "decline", "decline").share == 100
    assert after(CONTENT, "post", "post").share == 100


def test_a_number_inside_a_branch_is_an_estimate_and_a_plain_number_is_kept_to() -> None:
    start = after(CONTENT)
    assert (start.made, start.about, start.is_certain) == (0, 3, False)
    assert after(CONTENT, "decline") == after(CONTENT, "ask")
    for choices in (("decline",), ("post",), ("decline", "post")):
        far = after(CONTENT, *choices)
        assert far.is_certain
        end = after(CONTENT, *choices, *["decline"] * (far.about - far.made))
        assert (end.made, end.about, end.share) == (far.about, far.about, 100)


def test_minutes_go_by_the_words_of_the_usual_route_and_the_time_to_decide() -> None:
    long_scene = replace(scene("only", *three_choices("end", "end", "end")), says="word " * 390)
    long = replace(SHORT, scenes=(long_scene, scene("end")))
    content = Content(replace(MODULE, minutes=1), POLICY, (FORK, long), ACTS)
    # 390 words and 12 seconds for the one decision are more than two minutes; the words around them, less than one.
    assert content.ahead_in_story(long, long.start).minutes == 3
    assert after(content, "post").minutes_left == 3
    assert after(content, "post", "decline").minutes_left == 0


@pytest.mark.parametrize("content", LIBRARY, ids=lambda content: f"{content.policy.key}-{content.module.key}")
def test_in_the_whole_library_the_bar_moves_with_every_decision_and_never_back(content: Content) -> None:
    for turn in range(4):
        route = list(along(content, turn))
        shares = [far.share for far in route]
        assert shares == sorted(set(shares)) and (shares[0], shares[-1]) == (0, 100)
        assert all(far.made < far.about for far in route[:-1]) and route[-1].made == route[-1].about
        certain = [far.about for far in route if far.is_certain]
        assert set(certain) <= {route[-1].made}


@pytest.mark.parametrize("content", LIBRARY, ids=lambda content: f"{content.policy.key}-{content.module.key}")
def test_no_module_of_the_library_is_said_to_be_shorter_than_its_usual_route(content: Content) -> None:
    least, most = content.minutes
    assert most >= least >= after(content).minutes_left > 0
