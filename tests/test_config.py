"""Settings from outside: what is taken, and what stops the start."""

import re
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import pytest

from app import create_app
from config import Settings, WrongSetting, settings_from
from lti.secret_key import own_secret


def test_without_anything_set_every_setting_has_its_default() -> None:
    assert settings_from({}) == Settings()


def test_settings_come_from_the_environment() -> None:
    given = settings_from({"PORT": "9000", "RUN_WORKER": "no", "PUBLIC_URL": "https://tool.example", "HOME": "/"})
    assert (given.port, given.run_worker, given.public_url) == (9000, False, "https://tool.example")


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
        ({"PUBLIC_URL": "https://fit.example:84433"}, "PUBLIC_URL must be like https://training.example"),
        ({"PUBLIC_URL": "https://me:secret@fit.example"}, "PUBLIC_URL must be like https://training.example"),
        ({"PUBLIC_URL": "https://fit example"}, "PUBLIC_URL must be like https://training.example"),
        ({"PUBLIC_URL": "https://fit.example#top"}, "PUBLIC_URL must be like https://training.example"),
        ({"PUBLIC_URL": "https://schüle.example"}, "PUBLIC_URL must be like https://training.example"),
        ({"TRUSTED_PROXY": "1"}, "environment: TRUSTED_PROXY is no setting; did you mean TRUSTED_PROXIES?"),
        ({"PUBLIC_URI": "https://fit.example"}, "did you mean PUBLIC_URL?"),
        ({"public_url": "https://fit.example"}, "did you mean PUBLIC_URL?"),
        ({"DATABASE": "sqlite:////srv/a.db"}, "environment: DATABASE is no setting; did you mean DATABASE_URL?"),
        ({"SETTING_FILE": "/etc/fit"}, "did you mean SETTINGS_FILE?"),
        ({"ALLOW_LOOPBACK": "1", "PUBLIC_URL": "https://fit.example"}, "ALLOW_LOOPBACK is for development"),
        ({"DATABASE_URL": "postgres://me:secret@host/fit"}, "not “postgres://me:…@host/fit”"),
        ({"DATABASE_URL": "postgresql://me:secret@host/fit"}, "or like postgresql+psycopg://user@host/name"),
        ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL must be like sqlite:////srv"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL must be like sqlite:////srv"),
        ({"DATABASE_URL": "/srv/fit.db"}, "DATABASE_URL must be like sqlite:////srv"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have 16 characters or more"),
        ({"PORT": "70000"}, "PORT must be 65535 or less"),
        ({"KEY_DAYS": "99999999999"}, "KEY_DAYS must be 315360000 or less"),
        ({"TRUSTED_PROXIES": "100"}, "TRUSTED_PROXIES must be 10 or less"),
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


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTPS://Training.Trust.Example", "https://training.trust.example"),
        ("https://training.trust.example:443", "https://training.trust.example"),
        ("http://LOCALHOST:80", "http://localhost"),
        ("https://Training.Example:8443", "https://training.example:8443"),
    ],
)
def test_the_public_address_is_taken_as_browsers_write_it(written: str, meant: str) -> None:
    assert settings_from({"PUBLIC_URL": written}).public_url == meant


@pytest.mark.parametrize("name", ["HOSTNAME", "HTTP_PROXY", "PATH", "PGHOST", "SECRETS", "DATABASE_HOST", "QUEUE_PORT"])
def test_names_of_the_environment_that_are_none_of_ours_are_left_alone(name: str) -> None:
    assert settings_from({name: "anything"}) == Settings()


@pytest.mark.parametrize("url", ["https://localhost:8443", "https://127.0.0.1", "https://tool.localhost"])
def test_a_developer_may_allow_loopback_behind_https_on_this_machine(url: str) -> None:
    assert settings_from({"ALLOW_LOOPBACK": "yes", "PUBLIC_URL": url}).allow_loopback


@pytest.mark.parametrize("content", ["", "\n", "short", " " * 60])
def test_a_secret_key_that_is_empty_stops_the_start_and_stays_as_it_is(
    settings: Settings, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "secret-key"
    file.write_text(content)
    with pytest.raises(SystemExit, match="is empty or too short to be a key"):
        create_app(replace(settings, secret_key="", secret_key_file=str(file)))
    assert file.read_text() == content


def test_a_secret_key_that_cannot_be_read_stops_the_start_with_words(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read or made: Is a directory"):
        create_app(replace(settings, secret_key="", secret_key_file=str(tmp_path)))


def test_the_secret_key_is_made_once_and_read_by_its_owner_alone(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "secret-key"
    wanted = replace(settings, secret_key="", secret_key_file=str(file))
    keys = {create_app(wanted).secret_key for _ in range(2)}
    assert keys == {file.read_text()} and len(file.read_text()) >= 32
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["secret-key"]
    file.chmod(0o644)
    create_app(wanted)
    assert file.stat().st_mode & 0o777 == 0o600


def test_of_two_who_make_the_secret_key_at_once_both_read_the_same_one(tmp_path: Path) -> None:
    for number in range(20):
        file, start, found = tmp_path / f"key-{number}", Barrier(4), []

        def first(file: Path = file, start: Barrier = start, found: list[str] = found) -> None:
            start.wait()
            found.append(own_secret(file))

        threads = [Thread(target=first) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4 and len(set(found)) == 1
