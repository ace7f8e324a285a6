"""Whoever passes a module of the library knows the policy: the bounds of docs/validity.md, computed exactly."""

from collections.abc import Sequence
from functools import cache

import pytest

from modules.content.shipped import shipped_library
from modules.content.validity_command import graded_contents
from modules.domain.strategies import BLIND
from modules.domain.validity import Chance, chances_in

MOST_BY_GUESSING = 1 / 20
MOST_WITH_ANOTHER_KEY = 2 / 5


@cache
def chances() -> Sequence[Chance]:
    library = shipped_library()
    policies = list(library.policies.values())
    return [chance for content in graded_contents(library) for chance in chances_in(content, policies)]


def of(strategy: str) -> list[Chance]:
    return [chance for chance in chances() if chance.strategy == strategy]


@pytest.mark.parametrize("strategy", ["knows the policy", "knows it well"])
def test_those_who_know_the_policy_pass_every_module(strategy: str) -> None:
    assert [(each.module, each.trust) for each in of(strategy) if each.passes < 1] == []


def test_those_who_know_the_whole_policy_get_every_mark() -> None:
    assert {each.share for each in of("knows the policy")} == {1.0}


@pytest.mark.parametrize("strategy", [strategy.name for strategy in BLIND])
def test_those_who_know_no_policy_pass_at_most_one_module_in_twenty(strategy: str) -> None:
    found = of(strategy)
    assert sum(each.passes for each in found) <= MOST_BY_GUESSING * len(found), sorted(
        (round(each.passes, 2), each.module, each.trust) for each in found
    )[-8:]


def test_those_who_know_another_trusts_policy_fail_in_most_modules() -> None:
    found = [each for each in chances() if each.strategy.startswith("key of ")]
    assert sum(each.passes for each in found) <= MOST_WITH_ANOTHER_KEY * len(found)


def test_no_one_passes_after_a_choice_that_is_forbidden_everywhere() -> None:
    found = of("does what is forbidden everywhere")
    assert found and not any(each.passes for each in found)
