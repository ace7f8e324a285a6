"""The audit trail: an event comes with its change or not at all, and no one can change or delete it afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from core.audit.domain.event import Thing, by_command, by_holder, by_system, in_visit
from core.audit.models import AuditEvent
from core.audit.trail import actions, events, record

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ROOT = by_command("root", "people revoke-certificate")
CERTIFICATE = Thing("certificate", 7)


@pytest.fixture
def on_record(database):
    """Put one event on record, and return its id."""
    with database.transaction() as session:
        record(session, ROOT, "revoked", CERTIFICATE, NOON, module="photos")
    with database.reading() as session:
        (event,) = events(session, 10)
        return event.id


def test_an_event_tells_who_did_what_to_what_and_when(database, on_record):
    with database.reading() as session:
        (event,) = events(session, 10)
    assert (event.at, event.action, event.thing, event.done_by) == (NOON, "revoked", CERTIFICATE, ROOT)
    assert event.details == {"module": "photos"}


def test_an_event_of_a_change_that_fails_is_not_on_record(database):
    def change() -> None:
        with database.transaction() as session:
            record(session, ROOT, "revoked", CERTIFICATE, NOON)
            session.flush()
            raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError):
        change()
    with database.reading() as session:
        assert not events(session, 10)


SWEEPING = {
    "changing one": update(AuditEvent).values(account="nobody"),
    "deleting one": delete(AuditEvent),
    "taking its number": insert(AuditEvent).prefix_with("OR REPLACE", dialect="sqlite"),
    "emptying the table": text("TRUNCATE audit_events"),
}


@pytest.mark.parametrize("way", SWEEPING)
def test_the_database_refuses(database, on_record, way):
    if way == "emptying the table" and database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such statement")
    row = {"id": on_record, "at": NOON, "actor": "system", "means": "a job", "person_id": None, "account": None}
    row |= {"action": "made", "thing_kind": "certificate", "thing_id": 8, "details": {}}
    given = (row,) if way == "taking its number" else ()
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(SWEEPING[way], *given)
    with database.reading() as session:
        (event,) = events(session, 10)
        assert (event.done_by, event.action) == (ROOT, "revoked")


def test_events_after_a_refusal_are_recorded_as_ever(database, on_record):
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(delete(AuditEvent))
    with database.transaction() as session:
        record(session, by_system("clear_away"), "deleted", Thing("visit", 9), NOON)
    with database.reading() as session:
        assert [event.action for event in events(session, 10)] == ["deleted", "revoked"]


@pytest.mark.parametrize(
    "actor", [in_visit(12, "af" * 32), ROOT, by_holder("an invitation"), by_system("clear_away")], ids=lambda a: a.kind
)
def test_every_kind_of_actor_is_read_as_it_was_written(database, actor):
    with database.transaction() as session:
        record(session, actor, "changed", Thing("course", 3), NOON)
    with database.reading() as session:
        assert events(session, 1)[0].done_by == actor


@pytest.mark.parametrize("given", ["ada@trust.example", "Ada Okafor", "told in passing", ["photos", "Ada"], ""])
def test_a_detail_that_could_name_someone_is_refused(database, given):
    with database.transaction() as session, pytest.raises(ValueError, match="never names or addresses"):
        record(session, ROOT, "revoked", CERTIFICATE, NOON, reason=given)


@pytest.mark.parametrize("action", ["", "Revoked", "certificate.revoked", "revoked\nand more"])
def test_an_action_is_in_plain_words(database, action):
    with database.transaction() as session, pytest.raises(ValueError, match="plain words"):
        record(session, ROOT, action, CERTIFICATE, NOON)


def test_events_are_found_by_time_and_by_action(database):
    with database.transaction() as session:
        for days, action in enumerate(("connected", "revoked", "switched off")):
            record(session, ROOT, action, CERTIFICATE, NOON + timedelta(days=days))
            session.flush()
    with database.reading() as session:
        assert [each.action for each in events(session, 10)] == ["switched off", "revoked", "connected"]
        assert [each.action for each in events(session, 1)] == ["switched off"]
        assert [each.action for each in events(session, 10, since=NOON + timedelta(days=1))] == [
            "switched off",
            "revoked",
        ]
        assert [each.action for each in events(session, 10, action="revoked")] == ["revoked"]
        assert list(actions(session)) == ["connected", "revoked", "switched off"]
