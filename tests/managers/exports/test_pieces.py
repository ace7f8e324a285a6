"""Reading a long list in pieces, on real databases: every row once, and all of them as they were at one moment."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from core.audit.models import AuditEvent
from db import Database
from managers.exports.pieces import in_pieces
from tests.support.factories import NOW


def add_events(database: Database, *minutes: int) -> None:
    with database.transaction() as session:
        for minute in minutes:
            told = {"actor": "system", "means": "a job", "action": "counted", "thing_kind": "thing", "details": {}}
            session.add(AuditEvent(at=NOW + timedelta(minutes=minute), thing_id=minute, **told))


@pytest.fixture
def wanted() -> object:
    return select(AuditEvent.thing_id).where(AuditEvent.action == "counted")


KEYS = (AuditEvent.at, AuditEvent.id)


def read(database: Database, wanted: object, **how: object) -> list[list[int]]:
    with database.snapshot() as session:
        return [[row.thing_id for row in piece] for piece in in_pieces(session, wanted, KEYS, **how)]


def test_every_row_comes_once_in_order_also_where_several_are_alike_in_the_first_column(
    database: Database, wanted: object
) -> None:
    add_events(database, 3, 1, 2, 2, 2, 0)
    assert read(database, wanted, size=2) == [[0, 1], [2, 2], [2, 3]]
    assert read(database, wanted, size=4) == [[0, 1, 2, 2], [2, 3]]
    assert read(database, wanted, size=4, descending=True) == [[3, 2, 2, 2], [1, 0]]


def test_a_list_without_rows_has_no_pieces(database: Database, wanted: object) -> None:
    assert read(database, wanted) == []


def test_what_is_written_meanwhile_is_not_in_the_list(database: Database, wanted: object) -> None:
    add_events(database, 1, 2, 3)
    seen = []
    with database.snapshot() as session:
        for piece in in_pieces(session, wanted, KEYS, size=1):
            seen += [row.thing_id for row in piece]
            add_events(database, 10 + len(seen))
    assert seen == [1, 2, 3]
    assert read(database, wanted) == [[1, 2, 3, 11, 12, 13]]


@pytest.mark.databases("postgres")
def test_nothing_can_be_written_while_a_list_is_read(database: Database) -> None:
    with database.snapshot() as session, pytest.raises(Exception, match="read-only"):
        session.add(AuditEvent(at=NOW, thing_id=1, actor="system", means="a", action="b", thing_kind="c", details={}))
        session.flush()


def test_a_piece_asks_for_no_more_rows_than_it_gives(database: Database, wanted: object) -> None:
    add_events(database, *range(5))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    read(database, wanted, size=2)
    selects = [each for each in asked if each.startswith("SELECT")]
    assert len(selects) == 3 and all("LIMIT" in each for each in selects)
