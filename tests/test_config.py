"""Settings from outside: what is taken, and what stops the start."""

import re
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread

import certifi
import pytest

from app import create_app
from config import ROOT, Settings, WrongSetting, settings_from
from core.secret_key import own_secret


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
        ({"MAIL_URL": "mail.trust.example"}, "MAIL_URL must be like smtp://user:password@mail.trust.example:587"),
        ({"MAIL_URL": "smtp://"}, "MAIL_URL must be like smtp://"),
        ({"MAIL_URL": "smtp://mail.trust.example:99999"}, "MAIL_URL must be like smtp://"),
        ({"MAIL_URL": "smtp://me:p@ss@mail.trust.example"}, "not “smtp://me:…@mail.trust.example”"),
        ({"MAIL_URL": "smtp://me:p/ss@mail.trust.example"}, "not “smtp://me:…@mail.trust.example”"),
        ({"MAIL_URL": "folder:"}, "or like folder:var/mail"),
        ({"MAIL_URL": "smtp://mail.trust.example"}, "MAIL_FROM must be set where MAIL_URL names a mail server"),
        ({"MAIL_FROM": "training"}, "MAIL_FROM must be an address, such as training@trust.example"),
        ({"MAIL_FROM": "Training <training@trust.example"}, "MAIL_FROM must be an address"),
        ({"MAIL_FROM": "a@trust.example, b@trust.example"}, "MAIL_FROM must be an address"),
        ({"MAIL_FROM": "a@trust.example\nBcc: b@trust.example"}, "MAIL_FROM must be an address"),
        ({"MAIL_FORM": "a@trust.example"}, "did you mean MAIL_FROM?"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have 16 characters or more"),
        ({"PORT": "70000"}, "PORT must be 65535 or less"),
        ({"VISIT_SECONDS": "99999999999"}, "VISIT_SECONDS must be 315360000 or less"),
        ({"KEY_DAYS": "3000000"}, "KEY_DAYS must be 3650 or less"),
        ({"PORT": "٣"}, "PORT must be a whole number, not “٣”"),
        ({"TRUSTED_PROXIES": "100"}, "TRUSTED_PROXIES must be 10 or less"),
        ({"THREADS": "0"}, "THREADS must be 1 or more"),
        ({"QUEUE_URL": "postgres://queue"}, "QUEUE_URL must begin with one of sqlite, postgresql, redis, rediss"),
        ({"QUEUE_URL": "sqlite://"}, "QUEUE_URL must be like sqlite:////srv"),
        ({"QUEUE_URL": "sqlite:///:memory:"}, "QUEUE_URL must be like sqlite:////srv"),
        ({"QUEUE_URL": "redis://:secret@host:99999"}, "not “redis://:…@host:99999”"),
        ({"QUEUE_URL": "sqlite:////srv/a.db", "DATABASE_URL": "sqlite:////srv/./a.db"}, "must name two files"),
        ({"DATABASE_URL": "sqlite:///file:x?mode=memory&uri=true"}, "DATABASE_URL must be like sqlite:////srv"),
        ({"DATABASE_URL": "postgresql+psycopg://me@host:many/fit"}, "DATABASE_URL must be like sqlite:////srv"),
        ({"CA_BUNDLE": "/no/such/file.pem"}, "CA_BUNDLE: /no/such/file.pem cannot be read: No such file or directory"),
        ({"CA_BUNDLE": __file__}, f"CA_BUNDLE: {__file__} holds no certificates"),
        ({"OUTGOING_PROXY": "proxy:3128"}, "OUTGOING_PROXY must be like http://proxy.trust.example:3128"),
        ({"OUTGOING_PROXY": "http://proxy:99999"}, "OUTGOING_PROXY must be like http://proxy.trust.example:3128"),
        ({"OUTGOING_PROXY": "socks5://me:secret@proxy"}, "not “socks5://me:…@proxy”"),
        ({"PRIVATE_HOSTS": "https://moodle.example"}, "PRIVATE_HOSTS must be names of hosts alone"),
        ({"PRIVATE_HOSTS": "[fd00::7]"}, "PRIVATE_HOSTS must be names of hosts alone"),
        ({"PRIVATE_HOSTS": "Moodle.Example; b"}, "not “moodle.example;”"),
        ({"HOST": ""}, "HOST must be a name or address of this machine"),
        ({"HOST": "any host"}, "HOST must be a name or address of this machine"),
        ({"HOST": "0.0.0.256"}, "HOST must be a name or address of this machine"),
        ({"VISIT_SECONDS": "0"}, "VISIT_SECONDS must be 1 or more"),
        ({"ADDRESS_VISIT_SECONDS": "0"}, "ADDRESS_VISIT_SECONDS must be 1 or more"),
        ({"LOGIN_SECONDS": "0"}, "LOGIN_SECONDS must be 1 or more"),
        ({"MESSAGE_BYTES": "0"}, "MESSAGE_BYTES must be 1 or more"),
        ({"ANSWER_BYTES": "0"}, "ANSWER_BYTES must be 1 or more"),
        ({"KEYS_BYTES": "0"}, "KEYS_BYTES must be 1 or more"),
        ({"INVITE_DAYS": "0"}, "INVITE_DAYS must be 1 or more"),
        ({"FIRST_WAIT_SECONDS": "0"}, "FIRST_WAIT_SECONDS must be 1 or more"),
        ({"LEEWAY_SECONDS": "999999"}, "LEEWAY_SECONDS must be 300 or less"),
        ({"GRADE_SECONDS": "600"}, "GRADE_SECONDS must be no more than LEASE_SECONDS, which is 120"),
        ({"KEY_DAYS": "1", "KEY_LEAD_SECONDS": "86400"}, "KEY_LEAD_SECONDS must be less than KEY_DAYS, which is 86400"),
        ({"ALLOW_LOOPBACK": "yes", "PUBLIC_URL": "http://training.example"}, "ALLOW_LOOPBACK is for development"),
        ({"ALLOW_LOOPBACK": "yes", "PUBLIC_URL": "https://127.evil.example"}, "ALLOW_LOOPBACK is for development"),
        ({"PUBLIC_URL": "https://[1.2]"}, "PUBLIC_URL must be like https://training.example"),
        ({"DB_URL": "sqlite:////srv/a.db"}, "environment: DB_URL is no setting; did you mean DATABASE_URL?"),
        ({"SEAL_KEY": "x" * 40}, "environment: SEAL_KEY is no setting; did you mean SEALING_KEY?"),
        ({"SECRET_KEY": " " * 20}, "SECRET_KEY must have 16 characters or more"),
        ({"SEALING_KEY": " " * 40}, "SEALING_KEY must have 32 characters or more"),
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


def test_settings_that_are_right_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "authority.pem"
    file.write_text(Path(certifi.where()).read_text(encoding="utf-8"))
    right = {
        "CA_BUNDLE": str(file),
        "OUTGOING_PROXY": "http://me:secret@Proxy.trust.example:3128/",
        "PRIVATE_HOSTS": "Moodle.trust.example, 10.1.2.3 fd00::8",
        "HOST": "[::1]",
        "MAIL_URL": "smtps://train%40trust:p%3Ass@mail.trust.example:465",
        "MAIL_FROM": "Training <training@trust.example>",
        "PUBLIC_URL": "https://[2001:db8::1]:8443",
        "DATABASE_URL": "postgresql+psycopg://me:secret@host:5432/fit",
        "QUEUE_URL": "postgresql+psycopg://me:secret@host:5432/fit",
    }
    given = settings_from(right)
    assert {name: getattr(given, name.lower()) for name in right} == right


def test_a_settings_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_bytes("TRUST=Schüle".encode("latin-1"))
    with pytest.raises(WrongSetting, match=re.escape(f"SETTINGS_FILE: {file} is not a text in UTF-8")):
        settings_from({"SETTINGS_FILE": str(file)})


def test_the_application_does_not_start_with_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eighty")
    with pytest.raises(SystemExit, match=re.escape("cannot start.\nPORT must be a whole number")):
        create_app()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://127.0.0.1:1/0", "whose driver is not installed. Install it by starting once with EXTRAS="),
        ("postgresql://me@127.0.0.1:1/fit", "whose driver is not installed. Install it by starting once with EXTRAS="),
        ("sqlite:////proc/queue.db", "The queue cannot be used. Check QUEUE_URL"),
    ],
)
def test_the_application_does_not_start_with_a_queue_that_cannot_be_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setattr("huey.storage.psycopg", None)
    monkeypatch.setattr("huey.storage.Redis", None)
    with pytest.raises(SystemExit, match=re.escape(words)):
        create_app(replace(settings, queue_url=url))


def test_the_application_does_not_start_with_a_queue_whose_server_is_down(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Driver:
        """A driver whose server refuses every call."""

        def connect(self, *_told: str) -> None:
            raise RuntimeError("connection failed: Connection refused\nIs the server running?")

    monkeypatch.setattr("huey.storage.psycopg", Driver())
    with pytest.raises(SystemExit, match=re.escape("It says: connection failed: Connection refused")):
        create_app(replace(settings, queue_url="postgresql://me:secret@127.0.0.1:1/fit"))


def test_the_example_of_a_sealing_key_in_the_guide_cannot_be_taken_for_one() -> None:
    guide = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^    SEALING_KEY=(.*)$", guide, re.MULTILINE)
    assert "    openssl rand -base64 32" in guide
    for example in (shown, "a long text that nobody can guess"):
        with pytest.raises(WrongSetting, match="make one with: openssl rand -base64 32"):
            settings_from({"SEALING_KEY": example})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("HTTPS://Training.Trust.Example", "https://training.trust.example"),
        ("https://training.trust.example:443", "https://training.trust.example"),
        ("http://LOCALHOST:80", "http://localhost"),
        ("https://training.trust.example:0443", "https://training.trust.example"),
        ("https://Training.Example:8443", "https://training.example:8443"),
    ],
)
def test_the_public_address_is_taken_as_browsers_write_it(written: str, meant: str) -> None:
    assert settings_from({"PUBLIC_URL": written}).public_url == meant


@pytest.mark.parametrize(
    "name", ["HOSTNAME", "HTTP_PROXY", "MAIL", "MAILTO", "PATH", "PGHOST", "SECRETS", "DATABASE_HOST", "QUEUE_PORT"]
)
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
    file.chmod(0o644)
    with pytest.raises(SystemExit, match="is empty or too short to be a key"):
        create_app(replace(settings, secret_key="", secret_key_file=str(file)))
    assert file.read_text() == content
    assert file.stat().st_mode & 0o777 == 0o644


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
