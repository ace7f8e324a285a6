"""Whatever is published is kept as it was, and what is in force is asked of the database each time."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

import db
from core.published import SHIPPED, Kind, PublishedVersion, latest, latest_of, publish
from db import Database
from tests.support.factories import NOW


@dataclass(frozen=True)
class Recipe:
    title: str
    steps: tuple[str, ...] = ()


RECIPE = Kind("recipe", Recipe)
MENU = Kind("menu", tuple[Recipe, ...])
SOUP, THICKER = Recipe("Soup", ("Boil.",)), Recipe("Soup", ("Boil.", "Stir."))
OURS = "school"


def put(database: Database, recipe: Recipe, origin: str = SHIPPED, key: str = "soup") -> int:
    """Publish a recipe, and return the number of its version."""
    with database.transaction() as session:
        return publish(session, RECIPE, key, recipe, origin, NOW).number


def in_force(database: Database, key: str = "soup") -> Recipe | None:
    with database.reading() as session:
        return latest(session, RECIPE, key)


def test_what_is_published_comes_back_as_it_was(database: Database) -> None:
    put(database, SOUP)
    assert in_force(database) == SOUP
    assert in_force(database, "salad") is None


def test_nothing_is_added_twice_and_a_later_edition_is_a_new_version(database: Database) -> None:
    assert [put(database, each) for each in (SOUP, SOUP, THICKER, THICKER, SOUP)] == [1, 1, 2, 2, 3]
    assert in_force(database) == SOUP


def test_keys_of_two_kinds_have_nothing_to_do_with_each_other(database: Database) -> None:
    put(database, SOUP)
    with database.transaction() as session:
        assert publish(session, MENU, "soup", (SOUP, THICKER), SHIPPED, NOW).number == 1
        assert latest(session, MENU, "soup") == (SOUP, THICKER)
        assert latest_of(session, RECIPE) == {"soup": SOUP}


def test_what_a_school_published_stays_in_force_when_the_product_ships_the_same_or_a_later_edition(
    database: Database,
) -> None:
    own, corrected = Recipe("Our soup"), Recipe("Soup", ("Boil it.",))
    put(database, SOUP)
    assert put(database, own, OURS) == 2
    assert put(database, SOUP) == 1
    assert put(database, corrected) == 3
    assert in_force(database) == own
    with database.reading() as session:
        assert latest_of(session, RECIPE) == {"soup": own}


def test_who_publishes_an_earlier_value_again_after_someone_else_puts_it_in_force_again(database: Database) -> None:
    assert [put(database, each, by) for each, by in ((SOUP, "ada"), (THICKER, "ben"), (SOUP, "ada"))] == [1, 2, 3]
    assert in_force(database) == SOUP


def test_everything_in_force_is_found_with_two_queries_and_then_with_one(database: Database) -> None:
    recipes = {f"soup-{number}": Recipe(f"Soup {number}", ("Boil.",)) for number in range(9)}
    for key, recipe in recipes.items():
        put(database, Recipe("Water"), key=key)
        put(database, recipe, key=key)
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    for most in (2, 1):
        queries.clear()
        with database.reading() as session:
            assert latest_of(session, RECIPE) == recipes
        assert len([query for query in queries if query.startswith(("SELECT", "WITH"))]) <= most


@pytest.fixture
def another_process(database: Database) -> Iterator[Database]:
    """Give the same database as a second process would have it open."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    yield other
    other.engine.dispose()


def test_what_one_process_publishes_the_others_see_at_once(database: Database, another_process: Database) -> None:
    put(database, SOUP)
    assert in_force(another_process) == SOUP
    put(database, THICKER)
    assert in_force(another_process) == THICKER


def test_two_who_publish_the_same_at_once_end_with_one_version(app: Flask, database: Database) -> None:
    """The row of the first is not there yet when the second looks: so it is told off, and tries again."""
    start, numbers = Barrier(2), []

    def publish_it() -> None:
        with app.app_context():
            start.wait(10)
            numbers.append(db.in_transaction(lambda session: publish(session, RECIPE, "soup", SOUP, OURS, NOW)).number)

    threads = [Thread(target=publish_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == [1, 1]
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(PublishedVersion.kind == RECIPE.name)) == 1


def test_what_is_published_between_two_questions_of_another_is_found_or_refuses_it(
    database: Database, another_process: Database
) -> None:
    """The other commits after the first of our queries."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    ran: list[str] = []

    def publish_elsewhere(*call: object) -> None:
        ran.append(str(call[2]))
        if len(ran) == 1:
            put(another_process, SOUP, OURS)

    def publish_ours() -> int:
        with database.transaction() as session:
            event.listen(session.connection(), "after_cursor_execute", publish_elsewhere)
            return publish(session, RECIPE, "soup", SOUP, OURS, NOW).number

    with suppress(IntegrityError):
        assert publish_ours() == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(PublishedVersion.kind == RECIPE.name)) == 1


def test_the_database_refuses_a_second_version_of_the_same_number(database: Database) -> None:
    put(database, SOUP)
    copy = {"kind": RECIPE.name, "key": "soup", "number": 1, "digest": "0" * 64, "content": {}, "origin": OURS}
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(PublishedVersion(**copy, published_at=NOW + timedelta(days=1)))
