"""Writers wait for each other in turn, and what met a lock is tried again."""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

import db
from db import Database
from turns import KEEP_SECONDS, ProcessTurns, Turns, is_locked

PATIENCE = 30


def test_anyone_who_asked_first_writes_next_though_another_never_stops() -> None:
    turns, order = Turns(), []
    assert turns.take(0)

    def wait_and_write(name: str) -> None:
        assert turns.take(PATIENCE)
        order.append(name)
        turns.give_back()

    waiting = []
    for number, name in enumerate(("first", "second"), start=1):
        waiting.append(threading.Thread(target=wait_and_write, args=(name,)))
        waiting[-1].start()
        until(lambda number=number: len(turns._waiting) == number)
    turns.give_back()
    # Without turns we would be at it again before those who sleep have woken up.
    wait_and_write("the one that never stops")
    for each in waiting:
        each.join(PATIENCE)
    assert order == ["first", "second", "the one that never stops"]


def until(happened) -> None:
    waited = threading.Event()
    for _ in range(100 * PATIENCE):
        if happened():
            return
        waited.wait(0.01)
    raise AssertionError("waited in vain")


def test_who_gave_up_waiting_is_passed_over() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0)
    turns.give_back()
    assert turns.take(0)


class TestProcesses:
    """Each has the files open on its own, and here stands for a process."""

    @pytest.fixture
    def three(self, tmp_path: Path) -> list[ProcessTurns]:
        return [ProcessTurns(tmp_path / "some.db") for _ in range(3)]

    def test_one_that_waits_comes_before_the_one_that_has_just_written(self, three: list[ProcessTurns]) -> None:
        """However quickly that one asks again."""
        order: list[str] = []

        def write(name: str, turns: ProcessTurns) -> None:
            assert turns.take(time.monotonic() + 20)
            order.append(name)

        one, other, _ = three
        write("one", one)
        waiting = threading.Thread(target=write, args=("other", other))
        waiting.start()
        while _is_free(one._files()[0]):
            time.sleep(0.001)
        one.give_back()
        again = threading.Thread(target=write, args=("one again", one))
        again.start()
        waiting.join()
        other.give_back()
        again.join()
        assert order == ["one", "other", "one again"]

    def test_one_that_has_more_to_write_keeps_its_turn_for_a_moment_and_no_longer(
        self, three: list[ProcessTurns], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, other, _ = three
        now = time.monotonic()
        monkeypatch.setattr("turns.time.monotonic", lambda: now)
        assert one.take(now) and one.take(now) and not other.take(now - 1)
        now += 2 * KEEP_SECONDS
        fcntl.flock(other._files()[0], fcntl.LOCK_EX)
        assert not one.take(now - 1)
        assert other._wait(other._files(), now)

    def test_who_waits_in_vain_leaves_the_place_to_others(self, three: list[ProcessTurns]) -> None:
        one, other, third = three
        assert one.take(0) and not other.take(time.monotonic() + 0.01)
        one.give_back()
        assert third.take(0)

    def test_where_their_files_cannot_be_made_the_database_itself_says_what_is_wrong(self, tmp_path: Path) -> None:
        assert ProcessTurns(tmp_path / "nowhere" / "some.db").take(0)


def _is_free(file: int) -> bool:
    """Say whether no one has a lock, by another way to the same file."""
    other = os.open(f"/proc/self/fd/{file}", os.O_RDWR)
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(other)
    return True


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setattr(db, "BUSY_MILLISECONDS", 20)
    database = Database(f"sqlite:///{tmp_path}/some.db")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE things (name TEXT)"))
    yield database
    database.engine.dispose()


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(text("SELECT name FROM things ORDER BY name")))


def add(session, name: str) -> None:
    session.execute(text("INSERT INTO things VALUES (:name)"), {"name": name})


def test_a_turn_ends_with_its_transaction_however_that_ends(database: Database, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), database.transaction() as session:
        add(session, "undone")
        raise RuntimeError
    with pytest.raises(OperationalError), database.transaction() as session:
        session.execute(text("INSERT INTO nowhere VALUES (1)"))
    other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError) as locked, database.transaction() as session:
        add(session, "locked out")
    assert is_locked(locked.value)
    other.execute("ROLLBACK")
    other.close()
    with database.transaction() as session:
        add(session, "kept")
    assert names(database) == ["kept"]


def test_who_waits_for_a_turn_in_vain_is_told_as_if_the_database_were_locked(database: Database) -> None:
    with database.transaction() as session:
        add(session, "first")
        with pytest.raises(OperationalError) as locked, database.transaction() as second:
            add(second, "second")
        assert is_locked(locked.value)
    assert names(database) == ["first"]


def test_readers_wait_for_no_turn(database: Database) -> None:
    with database.transaction() as session:
        add(session, "first")
        assert names(database) == []


def test_other_trouble_is_no_lock(database: Database) -> None:
    with pytest.raises(OperationalError) as error, database.reading() as session:
        session.execute(text("SELECT * FROM nowhere"))
    assert not is_locked(error.value)


class TestTryingAgain:
    """A piece of work that meets a lock is tried once more."""

    @pytest.fixture
    def app(self, database: Database) -> Flask:
        app = Flask("some")
        db.init_app(app, database)
        return app

    @pytest.fixture
    def other(self, database: Database, tmp_path: Path) -> Iterator[sqlite3.Connection]:
        other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield other
        other.close()

    def test_it_is_done_where_the_lock_has_gone_by_then(self, app: Flask, database: Database, other) -> None:
        event.listen(database.engine, "handle_error", lambda _: other.execute("ROLLBACK") and None)
        with app.app_context():
            db.in_transaction(lambda session: add(session, "kept"))
        assert names(database) == ["kept"]

    def test_a_lock_that_stays_is_told(self, app: Flask, database: Database, other) -> None:
        tries: list[object] = []
        event.listen(database.engine, "handle_error", tries.append)
        with app.app_context(), pytest.raises(OperationalError) as error:
            db.in_transaction(lambda session: add(session, "lost"))
        assert is_locked(error.value)
        assert len(tries) == 2

    def test_other_trouble_is_told_at_once(self, app: Flask, database: Database) -> None:
        tries: list[object] = []
        event.listen(database.engine, "handle_error", tries.append)
        with app.app_context(), pytest.raises(OperationalError):
            db.in_transaction(lambda session: session.execute(text("INSERT INTO nowhere VALUES (1)")))
        assert len(tries) == 1
