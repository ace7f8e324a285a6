"""What a trust decides about the floor: confirmed by name, clauses shown and not marked, and all of it on record."""

import pytest
from click.testing import Result
from flask import Flask

from core.audit.trail import events
from db import Database
from modules.content.publish import content_of, latest_version
from modules.content.shipped import modules
from policies.domain.floor import Floor
from policies.domain.policy import Stance
from policies.published import floor_in_force, policies_in_force

CONFIRM = ["confirm-floor", "--trust", "agora", "--name", "Ada Brown", "--role", "designated safeguarding lead"]
SHOW = ["show-only", "--trust", "agora", "--clause", "n17"]
REASON = ["--reason", "Our own rule is clearer."]


@pytest.fixture
def run(app: Flask):
    def command(*words: str) -> Result:
        return app.test_cli_runner().invoke(args=["policies", *words])

    return command


def on_record(database: Database) -> list[tuple[str, object]]:
    with database.reading() as session:
        return [(event.action, event.details) for event in events(session, 10)]


def floors_of_versions(database: Database) -> dict[str, Floor]:
    """Return the floor of the latest version of Essentials, by trust."""
    with database.reading() as session:
        versions = {trust: latest_version(session, "essentials", trust) for trust in policies_in_force(session)}
        return {trust: content_of(version).floor for trust, version in versions.items()}


def test_the_list_has_every_clause_with_what_it_is_where_it_is_from_and_that_no_one_has_confirmed_it(run) -> None:
    listed = run("floor", "--trust", "agora")
    assert listed.exit_code == 0
    assert "agora: edition 2026-11, to be confirmed by the safeguarding lead\n" in listed.output
    assert "N1  statutory-guidance, critical: KCSIE 2025, paragraphs 15 and 475, for all staff\n" in listed.output
    assert "N17  statutory-guidance: KCSIE 2025, paragraph 430, for schools\n" in listed.output


def test_a_confirmation_names_who_gave_it_and_is_for_one_trust(run, database: Database) -> None:
    confirmed = run(*CONFIRM)
    assert confirmed.exit_code == 0, confirmed.output
    assert "agora: edition 2026-11, confirmed by Ada Brown, designated safeguarding lead, on " in confirmed.output
    assert "invictus: edition 2026-11, to be confirmed" in run("floor").output
    assert on_record(database) == [("confirmed", {"trust": "agora", "edition": "2026-11"})]


def test_a_decision_is_in_new_versions_of_the_trusts_modules_at_once_and_in_no_others(run, database: Database) -> None:
    before = floors_of_versions(database)
    assert f"Modules: {len(modules())} published, 0 unchanged" in run(*CONFIRM).output
    after = floors_of_versions(database)
    assert after["agora"].is_confirmed and after["agora"].settings.confirmed_by == "Ada Brown"
    assert {trust: floor for trust, floor in after.items() if trust != "agora"} == {
        trust: floor for trust, floor in before.items() if trust != "agora"
    }


def test_a_clause_can_be_shown_without_marking_for_one_trust_and_back(run, database: Database) -> None:
    assert run(*SHOW, *REASON).exit_code == 0
    assert "  N17 is shown but does not count: Our own rule is clearer.\n" in run("floor", "--trust", "agora").output
    with database.reading() as session:
        agora, invictus = floor_in_force(session, "agora"), floor_in_force(session, "invictus")
    assert agora.marks("contact.decline-current-pupil").stance is Stance.SILENT
    assert invictus.marks("contact.decline-current-pupil").stance is Stance.PERMITTED
    assert run(*SHOW, "--undo").exit_code == 0
    assert "is shown but does not count" not in run("floor").output
    assert [action for action, _ in on_record(database)] == ["marked again", "shown only"]


def test_a_decision_that_changes_nothing_is_not_put_on_record_twice(run, database: Database) -> None:
    run(*SHOW, *REASON)
    assert run(*SHOW, *REASON).exit_code == 0
    assert len(on_record(database)) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["show-only", "--trust", "agora", "--clause", "N1", *REASON], "serious breach in every trust, so it cannot"),
        (["show-only", "--trust", "agora", "--clause", "N99", *REASON], "there is no clause N99"),
        (["show-only", "--trust", "agoro", "--clause", "N17", *REASON], "did you mean agora?"),
        ([*SHOW], "Give either --reason, or --undo"),
        ([*SHOW, *REASON, "--undo"], "Give either --reason, or --undo"),
        ([*SHOW, "--reason", " "], "give 1 to 300 characters"),
        ([*SHOW, "--undo"], "N17 counts already"),
        (["confirm-floor", "--trust", "agora", "--name", "x" * 301, "--role", "DSL"], "give 1 to 300 characters"),
        (["floor", "--trust", "oak"], "there is no trust oak"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words_and_leaves_nothing(run, database, words, says) -> None:
    refused = run(*words)
    assert refused.exit_code != 0 and says in refused.output
    assert "Traceback" not in refused.output
    assert on_record(database) == []
