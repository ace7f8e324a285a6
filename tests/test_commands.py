"""Commands: on a database that cannot be used yet, and by the names that they had before."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Settings


@pytest.mark.parametrize("command", [["lti", "invite", "--trust", "invictus"], ["people", "show-certificate", "X"]])
class TestACommandOnADatabaseThatCannotBeUsed:
    def test_says_how_to_prepare_one_without_tables(
        self, settings: Settings, empty_database: str, command: list[str]
    ) -> None:
        assert_refused(replace(settings, database_url=empty_database), command, "with “./run flask prepare”")

    @pytest.mark.parametrize(
        "url", ["sqlite:///{}", "postgresql+psycopg://fit@/fit?host={}"], ids=["a folder", "no server"]
    )
    @pytest.mark.databases("sqlite")
    def test_says_which_setting_to_check(
        self, settings: Settings, tmp_path: Path, command: list[str], url: str
    ) -> None:
        assert_refused(replace(settings, database_url=url.format(tmp_path)), command, "Check DATABASE_URL")


def assert_refused(settings: Settings, command: list[str], says: str) -> None:
    app = create_app(settings)
    answer = app.test_cli_runner().invoke(args=command)
    app.extensions["database"].engine.dispose()
    assert answer.exit_code == 1 and says in answer.output
    assert "Traceback" not in answer.output


OLD_NAMES = [
    (["certificates", "show"], ["people", "show-certificate"]),
    (["certificates", "issue"], ["people", "issue-certificates"]),
    (["certificates", "revoke"], ["people", "revoke-certificate"]),
    (["scenarios", "check"], ["policies", "check-scenarios"]),
    (["scenarios", "new"], ["policies", "add-scenario"]),
    (["scenarios", "schema"], ["policies", "write-scenario-schema"]),
    (["lti", "seal-anew"], ["lti", "reseal-keys"]),
    (["lti", "switch-on"], ["lti", "switch-on-platform"]),
]


@pytest.mark.parametrize(("old", "new"), OLD_NAMES, ids=lambda name: " ".join(name))
def test_a_command_does_the_same_by_the_name_that_it_had_before(app: Flask, old: list[str], new: list[str]) -> None:
    before, now = (app.test_cli_runner().invoke(args=[*name, "--help"]) for name in (old, new))
    assert (before.exit_code, now.exit_code) == (0, 0)
    assert before.output.partition("[OPTIONS]")[2] == now.output.partition("[OPTIONS]")[2] != ""


def test_an_author_can_still_check_the_scenarios_by_the_old_name(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["scenarios", "check"])
    assert answer.exit_code == 0 and "no problems" in answer.output


@pytest.mark.parametrize("group", [[], ["lti"], ["policies"], ["people"]], ids=lambda words: " ".join(words) or "all")
def test_no_help_names_what_commands_were_called_before(app: Flask, group: list[str]) -> None:
    shown = app.test_cli_runner().invoke(args=[*group, "--help"]).output
    listed = re.findall(r"^  ([a-z-]+)", shown.partition("Commands:")[2], re.MULTILINE)
    assert listed
    old = {name[-1] for name, _ in OLD_NAMES if name[:-1] == group} | {"certificates", "scenarios"}
    assert old & set(listed) == set()
