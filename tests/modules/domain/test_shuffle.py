"""The order in which an attempt shows choices."""

from collections import Counter
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from modules.domain.shuffle import shuffled

CHOICES = ("post", "ask", "decline", "report")


@given(st.lists(st.integers(), unique=True), st.integers(), st.text())
def test_all_are_shown_once_whatever_the_seed(things: list[int], attempt: int, scene: str) -> None:
    assert sorted(shuffled(things, attempt, scene)) == sorted(things)


def test_one_attempt_shows_the_same_order_each_time() -> None:
    assert shuffled(CHOICES, 7, "story", "scene") == shuffled(list(CHOICES), 7, "story", "scene")


def test_every_order_comes_up_about_as_often_as_any_other() -> None:
    seen = Counter(shuffled(CHOICES, attempt, "story", "scene") for attempt in range(24 * 200))
    assert set(seen) == set(permutations(CHOICES))
    assert all(130 < number < 280 for number in seen.values())


def test_scenes_of_one_attempt_are_shuffled_apart_from_each_other() -> None:
    orders = {shuffled(CHOICES, 7, "story", f"scene {number}") for number in range(60)}
    assert len(orders) > 12
