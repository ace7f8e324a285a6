"""The order of choices: shuffled for each attempt, the same each time, and without any effect on the marks."""

from collections.abc import Callable

import pytest

from db import Database
from modules.models import ResultRow
from tests.support.checked import CHECKED, RIGHT, WHOM
from tests.support.factories import CONTENT
from tests.support.school import Browser, School
from tests.support.visitor import Form

LISTED = [choice.key for choice in CONTENT.scenarios[0].start.choices]


def order(browser: Browser, attempt: int) -> list[str]:
    return Form(browser.get(f"/attempts/{attempt}").text).groups["choice"]


@pytest.fixture
def people(school: School) -> Callable[[int], list[Browser]]:
    return lambda number: [school.visit(f"Person {each}") for each in range(number)]


def test_attempts_show_choices_in_different_orders(school: School, people: Callable[[int], list[Browser]]) -> None:
    school.publish(CHECKED)
    orders = [order(each, each.start()) for each in people(8)]
    assert len({tuple(each) for each in orders}) > 1
    assert all(sorted(each) == sorted(LISTED) for each in orders)


def test_one_attempt_shows_the_same_order_each_time_and_on_another_device(school: School, ada: Browser) -> None:
    school.publish(CHECKED)
    attempt = ada.start()
    assert order(ada, attempt) == order(ada, attempt) == order(school.on_another_device(ada), attempt)


def test_what_was_published_before_shows_its_choices_as_it_did(people: Callable[[int], list[Browser]]) -> None:
    assert all(order(each, each.start()) == LISTED for each in people(4))


def test_the_order_changes_no_marks(school: School, database: Database, people: Callable[[int], list[Browser]]) -> None:
    school.publish(CHECKED)
    attempts, orders = [], set()
    for each in people(6):
        attempt = each.start()
        orders.add(tuple(order(each, attempt)))
        each.answer(attempt, "fork", "first", "ask")
        each.answer(attempt, "fork", "second", "post")
        each.check(attempt, "pictures", RIGHT | {"photo.joke": "forbids"})
        each.answer(attempt, "short", "only", "decline")
        each.check(attempt, "whom", {WHOM.key: "head"})
        attempts.append(attempt)
    assert len(orders) > 1
    with database.reading() as session:
        assert len({session.get_one(ResultRow, attempt).marks for attempt in attempts}) == 1
