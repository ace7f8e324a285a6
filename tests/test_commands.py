"""Commands on a database that cannot be used yet."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from config import Settings


@pytest.mark.parametrize("command", [["lti", "invite", "--trust", "invictus"], ["certificates", "show", "X"]])
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
