"""``flask audit list`` tells an administrator in plain words what was done."""

import os
import pwd
from datetime import timedelta

import pytest

from core.audit.domain.event import Thing, by_command, by_holder, by_system, in_visit
from core.audit.trail import record
from tests.conftest import NOW


@pytest.fixture
def tell(app):
    """Run ``audit list`` and return its lines."""

    def told(*options: str) -> list[str]:
        answer = app.test_cli_runner().invoke(args=["audit", "list", *options])
        assert answer.exit_code == 0, answer.output
        return answer.output.splitlines()

    return told


@pytest.fixture
def eventful(database):
    """Put four events on record, an hour between them."""
    done = [
        (by_command("root", "people revoke-certificate"), "revoked", Thing("certificate", 7), {"module": "photos"}),
        (by_holder("an invitation"), "connected", Thing("platform", 2), {"trust": "invictus"}),
        (in_visit(12, "abcdef" * 10), "changed", Thing("course", 3), {"is_open": True, "roles": ["staff", "trainer"]}),
        (by_system("clear_away"), "deleted", Thing("draft", 4), {}),
    ]
    for hours, (actor, action, thing, details) in enumerate(done):
        with database.transaction() as session:
            record(session, actor, action, thing, NOW + timedelta(hours=hours), **details)


def test_events_are_told_in_plain_words_newest_first(tell, eventful):
    assert tell() == [
        "2026-11-20 12:00:00 UTC  Draft 4 deleted by the system in the job “clear_away”",
        "2026-11-20 11:00:00 UTC  Course 3 changed by person 12 in visit abcdefab; is open: yes; roles: staff, trainer",
        "2026-11-20 10:00:00 UTC  Platform 2 connected by someone with an invitation; trust: invictus",
        "2026-11-20 09:00:00 UTC  Certificate 7 revoked by root with the command “people revoke-certificate”; module: "
        "photos",
    ]


def test_events_can_be_narrowed_down(tell, eventful):
    assert len(tell("--since", "2026-11-20T11:00")) == 2
    assert len(tell("--since", "2026-11-21")) == 1
    assert ["Certificate 7" in line for line in tell("--action", "revoked")] == [True]
    newest, more = tell("--most", "1")
    assert "Draft 4" in newest and "--most 10" in more


def test_who_asks_for_an_unknown_action_is_told_those_on_record(tell, eventful):
    assert tell("--action", "burnt") == [
        "Nothing like that is on record. What was done so far: changed, connected, deleted, revoked."
    ]


def test_where_nothing_is_on_record_yet_one_reads_just_that(tell):
    assert tell() == ["Nothing is on record yet."]


@pytest.mark.parametrize("program", ["flask", "python -m flask"])
def test_the_actor_of_a_command_is_the_user_of_the_operating_system(app, database, monkeypatch, program):
    import click

    from core.audit.commands import command_actor

    monkeypatch.setenv("LOGNAME", "somebody-else")
    said = []
    command = click.Command("probe", callback=lambda: said.append(command_actor()))
    app.cli.add_command(command)
    app.test_cli_runner().invoke(args=["probe"], prog_name=program)
    assert said == [by_command(pwd.getpwuid(os.getuid()).pw_name, "probe")]
