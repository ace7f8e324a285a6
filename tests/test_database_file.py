"""The database as files: who may read them, what a damaged one does to a start, and two who start at once."""

import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import db
from app import create_app
from config import ROOT, Settings
from core.queue.queue import Queue
from core.services import service
from lti.key_models import SigningKey
from modules.models import ModuleVersion

pytestmark = pytest.mark.databases("sqlite")


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777


@pytest.fixture
def in_folder(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a tool whose files are all in one folder, which is not there yet."""
    folder = tmp_path / "kept"
    files = {"database_url": f"sqlite:///{folder}/tool.db", "queue_url": f"sqlite:///{folder}/queue.db"}
    return replace(settings, secret_key="", secret_key_file=str(folder / "secret-key"), **files)


def write_something(app: Flask) -> None:
    service(Queue, app).beat()
    with db.database(app).transaction() as session:
        session.connection().exec_driver_sql("CREATE TABLE filling (words TEXT)")


def test_what_is_kept_is_read_by_its_owner_alone_whatever_the_umask(in_folder: Settings, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        app = create_app(in_folder)
        write_something(app)
        modes = {file.name: mode_of(file) for file in (tmp_path / "kept").iterdir()}
    finally:
        os.umask(before)
        db.database(app).engine.dispose()
    assert {"tool.db", "tool.db-wal", "tool.db-shm", "queue.db", "secret-key"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_files_that_others_could_read_are_closed_to_them_and_the_log_says_so(
    in_folder: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = create_app(in_folder)
    write_something(first)
    files = [tmp_path / "kept" / name for name in ("tool.db", "tool.db-wal", "queue.db", "secret-key")]
    for file in files:
        file.chmod(0o644)
    second = create_app(in_folder)
    assert {file.name: mode_of(file) for file in files} == dict.fromkeys((file.name for file in files), 0o600)
    assert f"{files[0]} could be read by others" in caplog.text
    for app in (first, second):
        db.database(app).engine.dispose()


def test_a_file_that_is_no_database_stays_as_open_as_it_was(in_folder: Settings, tmp_path: Path) -> None:
    letter, queue = tmp_path / "letter.txt", tmp_path / "queue.txt"
    for file in (letter, queue):
        file.write_text("This is a letter to the governors.")
        file.chmod(0o644)
    settings = replace(in_folder, database_url=f"sqlite:///{letter}")
    assert "is not a database" in create_app(settings).test_cli_runner().invoke(args=["prepare"]).output
    with pytest.raises(SystemExit, match="The queue cannot be used"):
        create_app(replace(in_folder, queue_url=f"sqlite:///{queue}"))
    assert [mode_of(file) for file in (letter, queue)] == [0o644, 0o644]


def spoil_header(file: Path) -> None:
    file.write_bytes(b"This is a letter to the governors, and no database.\n" * 100)


def spoil_pages(file: Path) -> None:
    pages = bytearray(file.read_bytes())
    pages[4096 * 3 : 4096 * 9] = b"\x5a" * (4096 * 6)
    file.write_bytes(pages)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 4096 * 7])


@pytest.mark.parametrize("spoil", [spoil_header, spoil_pages, cut_short])
def test_a_start_over_a_damaged_database_stops_says_what_to_do_and_changes_nothing(
    settings: Settings, spoil: object
) -> None:
    file = db.file_of(settings.database_url)
    assert file and callable(spoil)
    spoil(file)
    before = file.read_bytes()
    ended = create_app(settings).test_cli_runner().invoke(args=["prepare"])
    assert ended.exit_code == 1
    assert "The database is damaged, or the file is not a database" in ended.output
    assert "-wal" in ended.output and "-shm" in ended.output and "Put a backup in its place" in ended.output
    assert "Traceback" not in ended.output
    assert file.read_bytes() == before


def test_a_command_over_a_file_that_is_no_database_says_so(settings: Settings) -> None:
    file = db.file_of(settings.database_url)
    assert file
    spoil_header(file)
    ended = create_app(settings).test_cli_runner().invoke(args=["lti", "platforms"])
    assert ended.exit_code == 1 and "Check DATABASE_URL" in ended.output and "Traceback" not in ended.output


def test_a_backup_that_is_put_back_as_the_guide_says_is_what_the_tool_goes_on_with(
    settings: Settings, tmp_path: Path
) -> None:
    file = db.file_of(settings.database_url)
    assert file
    with sqlite3.connect(file) as connection, sqlite3.connect(tmp_path / "copy.db") as copy:
        connection.backup(copy)
    copy.close()
    connection.close()
    app = create_app(settings)
    write_something(app)
    # The process ended without tidying up: what it wrote last is in the file beside the database.
    left = {name: file.with_name(file.name + name).read_bytes() for name in ("-wal", "-shm")}
    db.database(app).engine.dispose()
    for name, content in left.items():
        file.with_name(file.name + name).write_bytes(content)
    guide = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert "fit-to-post.db-wal" in guide and "fit-to-post.db-shm" in guide
    for each in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        each.unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", file)
    assert create_app(settings).test_cli_runner().invoke(args=["prepare"]).exit_code == 0
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'filling'").fetchone() == (0,)
    connection.close()


def test_several_that_start_at_once_on_an_empty_folder_all_live_and_share_what_is_made(
    in_folder: Settings, tmp_path: Path
) -> None:
    names = ("database_url", "queue_url", "secret_key_file")
    environment = {name.upper(): str(getattr(in_folder, name)) for name in names} | {
        "PUBLIC_URL": "https://fit.example"
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "prepare"]
    started = [
        subprocess.Popen(  # our own program
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120)[0].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
    assert sum("Tables: made" in words for words in said) == 1
    database = db.Database(in_folder.database_url)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SigningKey)) == 1
        versions = select(func.count()).select_from(ModuleVersion)
        assert session.scalar(versions) == session.scalar(versions.where(ModuleVersion.number == 1))
    database.engine.dispose()
    assert len((tmp_path / "kept" / "secret-key").read_text()) >= 32
