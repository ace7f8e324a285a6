"""A database that refuses to write, as on a full or read-only disk: what people are told, and what monitors are."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from flask import Flask
from responses import RequestsMock
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import InternalError, OperationalError

from core.queue.queue import Queue
from core.readiness import Writing, WritingProbe
from core.services import service
from db import Base, Database
from lti.domain.roles import Role
from modules.models import AnswerRow, Attempt
from tests.support.factories import NOW
from tests.support.lms.double import Lms
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form


@contextmanager
def every_connection(database: Database, statement: str) -> Iterator[None]:
    """Let the database itself refuse, on connections that are opened anew."""

    def limit(connection: Any, _record: object) -> None:
        connection.execute(statement)
        connection.commit()

    event.listen(database.engine, "connect", limit)
    database.engine.dispose()
    yield
    event.remove(database.engine, "connect", limit)
    database.engine.dispose()


@contextmanager
def full_sqlite(database: Database) -> Iterator[None]:
    """Let a file grow no further; free pages inside it are taken up first."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    with every_connection(database, f"PRAGMA max_page_count={pages}"):
        yield


@contextmanager
def full_postgres(database: Database) -> Iterator[None]:
    """Let each row that is written meet the error of a full disk."""
    tables = Base.metadata.tables
    with database.transaction() as session:
        session.execute(text(REFUSES_ROWS))
        for table in tables:
            session.execute(text(f"CREATE TRIGGER is_full BEFORE INSERT ON {table} EXECUTE FUNCTION is_full()"))
    yield
    with database.transaction() as session:
        session.execute(text("DROP FUNCTION is_full CASCADE"))


REFUSES_ROWS = """
CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$
"""


@contextmanager
def full(database: Database) -> Iterator[None]:
    is_sqlite = database.engine.dialect.name == "sqlite"
    with full_sqlite(database) if is_sqlite else full_postgres(database):
        yield


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    is_sqlite = database.engine.dialect.name == "sqlite"
    with every_connection(database, "PRAGMA query_only=ON" if is_sqlite else "SET default_transaction_read_only = on"):
        yield


REFUSALS = {"a full disk": full, "a read-only disk": read_only}


@pytest.fixture(params=REFUSALS.values(), ids=REFUSALS)
def refusal(request: pytest.FixtureRequest) -> Any:
    """Give what puts a database into a state in which it can be read and not written."""
    return request.param


def choices(database: Database) -> list[str]:
    with database.reading() as session:
        given = select(AnswerRow.choice).where(AnswerRow.scenario != "filling")
        return list(session.scalars(given.order_by(AnswerRow.number)))


def fill_up(database: Database, attempt: int) -> None:
    """Take up the room that is left in pages which are there already, with answers of somebody else."""
    with suppress(OperationalError, InternalError):
        for number in range(1_000):
            with database.transaction() as session:
                row = {"attempt_id": attempt, "number": 10 + number, "scenario": "filling", "scene": f"{number}"}
                session.add(AnswerRow(**row, choice="filling", given_at=NOW))


def answer_until_refused(browser: Browser, attempt: int) -> Any:
    """Answer scene after scene: a full disk may still have room for a row in a page that is there already."""
    for scenario, scene in (("fork", "first"), ("fork", "second"), ("short", "only")):
        answer = browser.answer(attempt, scenario, scene, "decline")
        if answer.status_code != 303:
            return answer
    return answer


def test_an_answer_that_cannot_be_written_is_said_not_to_be_kept_and_those_before_are(
    school: School, ada: Browser, database: Database, refusal: Any
) -> None:
    attempt = ada.start()
    ada.answer(attempt, "fork", "first", "decline")
    fill_up_with = school.visit("Ben Cole").start()
    with refusal(database):
        fill_up(database, fill_up_with)
        refused = answer_until_refused(ada, attempt)
        kept = choices(database)
        assert_polite(refused, 503, "What you have just sent was not saved")
        assert "All your earlier answers are saved" in refused.text
        assert "All your answers are saved" not in refused.text
        assert refused.headers["Retry-After"]
        assert ada.get("/module").status_code == 200
    assert kept and choices(database) == kept


def test_as_soon_as_there_is_room_again_the_same_answer_is_taken(
    ada: Browser, database: Database, refusal: Any
) -> None:
    attempt = ada.start()
    with refusal(database):
        answer_until_refused(ada, attempt)
    for scenario, scene in (("fork", "first"), ("fork", "second"), ("short", "only")):
        assert ada.answer(attempt, scenario, scene, "decline").status_code == 303
    assert choices(database) == ["decline"] * 3


def test_nothing_that_is_sent_is_said_to_be_kept_when_it_is_not(school: School, database: Database) -> None:
    manager, ada = school.visit("Mo Aziz", Role.TRAINER), school.visit()
    forms = [Form(browser.get("/module").text).fields for browser in (ada, manager)]
    with read_only(database):
        for browser, path, form in zip((ada, manager), ("/attempts", "/people/send-again"), forms, strict=True):
            assert_polite(browser.post(path, form), 503, "What you have just sent was not saved")
    assert school.count(Attempt) == 0


def test_pages_that_only_show_something_work_without_writing(school: School, database: Database, refusal: Any) -> None:
    manager, ada = school.visit("Mo Aziz", Role.TRAINER), school.visit()
    with refusal(database):
        assert ada.get("/module").status_code == 200
        assert manager.get("/people").status_code == 200


def test_a_launch_that_cannot_be_written_says_that_the_fault_is_ours(app: Flask, database: Database) -> None:
    with RequestsMock(assert_all_requests_are_fired=False) as network:
        lms = Lms(app, network)
        assert lms.launches().status_code == 303
        asked = lms.begins_login()
        with read_only(database):
            for answer in (lms.asks_to_log_in(), lms.answers(asked)):
                assert_polite(answer, 503, "The training cannot continue at the moment")
                assert "just sent" not in answer.text
        assert lms.answers(asked).status_code == 303


def test_a_fault_after_something_was_written_does_not_say_that_it_is_lost(
    app: Flask, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = ada.start()
    monkeypatch.setattr("modules.play.views.play.redirect", lambda *_, **__: 1 // 0)
    assert_polite(
        ada.answer(attempt, "fork", "first", "decline"), 500, "What you have just sent may not have been saved"
    )


def test_readiness_tells_of_a_database_that_can_only_be_read(app: Flask, database: Database, refusal: Any) -> None:
    service(Queue, app).beat()
    with refusal(database):
        answer = app.test_client().get("/ready")
        assert (answer.status_code, answer.json["writing"], answer.json["database"]) == (503, "not ready", "ok")


def test_readiness_leaves_nothing_behind(app: Flask, database: Database) -> None:
    assert app.test_client().get("/ready").json["writing"] == "ok"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WritingProbe)) == 0


def test_readiness_writes_once_in_some_seconds_however_often_it_is_asked(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.engine, "commit", commits.append)
    writing = Writing(database)
    assert [writing.works() for _ in range(50)] == [True] * 50
    assert len(commits) == 2
