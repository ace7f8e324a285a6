"""An answer that meets a lock on the database: tried again, and then told truly."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

import db
from app import create_app
from config import Settings
from modules.models import AnswerRow
from tests.support.checked import CHECKED, RIGHT
from tests.support.page_rules import problems_of
from tests.support.school import School

# PostgreSQL locks no whole database.
pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def app(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 20)
    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    db.database(app).engine.dispose()


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Give another program's connection to the same database."""
    writer = sqlite3.connect(tmp_path / "tool.db", isolation_level=None)
    yield writer
    writer.close()


def answers(app: Flask) -> list[str]:
    with db.database(app).reading() as session:
        return list(session.scalars(select(AnswerRow.choice)))


def test_an_answer_that_cannot_be_saved_says_so_and_the_page_keeps_the_choice(
    app: Flask, school: School, writer: sqlite3.Connection
) -> None:
    ada = school.visit()
    attempt = ada.start()
    writer.execute("BEGIN IMMEDIATE")
    page = ada.answer(attempt, "fork", "first", "ask")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "We could not save this answer because our server is busy" in page.text
    assert "All your earlier answers are saved" in page.text
    (chosen,) = [line for line in page.text.splitlines() if " checked" in line]
    assert 'value="ask"' in chosen
    assert problems_of(page.text) == []
    assert answers(app) == []
    writer.execute("ROLLBACK")
    assert ada.answer(attempt, "fork", "first", "ask").status_code == 303
    assert answers(app) == ["ask"]


def test_an_answer_that_meets_a_lock_for_a_moment_is_saved(
    app: Flask, school: School, writer: sqlite3.Connection
) -> None:
    ada = school.visit()
    attempt = ada.start()
    writer.execute("BEGIN IMMEDIATE")
    event.listen(db.database(app).engine, "handle_error", lambda _: writer.execute("ROLLBACK") and None, once=True)
    assert ada.answer(attempt, "fork", "first", "ask").status_code == 303
    assert answers(app) == ["ask"]


def test_a_rule_check_that_cannot_be_saved_says_so_and_keeps_all_that_was_chosen(
    app: Flask, school: School, writer: sqlite3.Connection
) -> None:
    school.publish(CHECKED)
    ada = school.visit()
    attempt = ada.start()
    for scene in ("first", "second"):
        ada.answer(attempt, "fork", scene, "decline")
    writer.execute("BEGIN IMMEDIATE")
    page = ada.check(attempt, "pictures", RIGHT)
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert "We could not save this answer because our server is busy" in page.text
    assert page.text.count(" checked>") == len(RIGHT)
    assert problems_of(page.text) == []
    writer.execute("ROLLBACK")
    assert ada.check(attempt, "pictures", RIGHT).status_code == 303
