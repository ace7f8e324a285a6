"""Settings from outside: what is taken, and what stops the start."""

import re
from pathlib import Path

import pytest

from app import create_app
from config import Settings, WrongSetting, settings_from


def test_without_anything_set_every_setting_has_its_default() -> None:
    assert settings_from({}) == Settings()


def test_settings_come_from_the_environment() -> None:
    given = settings_from({"PORT": "9000", "ALLOW_LOOPBACK": "yes", "PUBLIC_URL": "https://tool.example", "HOME": "/"})
    assert (given.port, given.allow_loopback, given.public_url) == (9000, True, "https://tool.example")


def test_settings_come_from_a_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_text("# for the trust\nPORT = 9000\n\nTHREADS=4\n")
    given = settings_from({"SETTINGS_FILE": str(file), "PORT": "9001"})
    assert (given.port, given.threads) == (9001, 4)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"DATABSE_URL": "sqlite://"}, "environment: DATABSE_URL is no setting; did you mean DATABASE_URL?"),
        ({"PORT": "eighty"}, "PORT must be a whole number, not “eighty”"),
        ({"ALLOW_LOOPBACK": "maybe"}, "ALLOW_LOOPBACK must be yes or no, not “maybe”"),
        ({"PUBLIC_URL": "https://fit.example/"}, "PUBLIC_URL must be like https://training.example"),
        ({"PUBLIC_URL": "fit.example"}, "PUBLIC_URL must be like https://training.example"),
        ({"THREADS": "0"}, "THREADS must be 1 or more"),
        ({"QUEUE_URL": "postgres://queue"}, "QUEUE_URL must begin with one of sqlite, postgresql, redis, rediss"),
        ({"SETTINGS_FILE": "/no/such/file"}, "SETTINGS_FILE: /no/such/file cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], message: str) -> None:
    with pytest.raises(WrongSetting, match=re.escape(message)):
        settings_from(environment)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("COLOUR=blue", "COLOUR is no setting"),
        ("THREADS=many", "THREADS must be a whole number, not “many”"),
        ("just words", "just words is no setting"),
    ],
)
def test_a_wrong_line_of_a_settings_file_is_named_with_file_and_line(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "settings"
    file.write_text(f"PORT=9000\n{line}\n")
    with pytest.raises(WrongSetting, match=re.escape(f"{file}:2: {message}")):
        settings_from({"SETTINGS_FILE": str(file)})


def test_the_application_does_not_start_with_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(SystemExit, match=re.escape("cannot start.\nPORT must be a whole number")):
        create_app()
