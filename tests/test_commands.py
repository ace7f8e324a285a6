"""Commands on a database that cannot be used yet."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from config import Settings


@pytest.mark.parametrize("command", [["lti", "invite", "--trust", "invictus"], ["certificates", "show", "X"]])
@pytest.mark.parametrize(
    ("file", "says"), [("empty.db", "prepare the database with “./run flask prepare”"), (".", "Check DATABASE_URL")]
)
def test_a_command_says_what_to_do_where_the_database_cannot_be_used(
    settings: Settings, tmp_path: Path, command: list[str], file: str, says: str
) -> None:
    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / file}"))
    answer = app.test_cli_runner().invoke(args=command)
    assert answer.exit_code == 1 and says in answer.output
    assert "Traceback" not in answer.output
