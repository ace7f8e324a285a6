"""What tests share: an application on a database of its own, and both servers as real HTTP peers."""

import gc
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

import db
from app import create_app
from config import Settings
from core.queue.queue import Queue
from core.services import service
from lti.keys import keep_keys
from modules.certificates.badge_keys import keep_badge_key
from modules.content.ship import ship_library
from practice.app import create_practice_lms
from practice.database import open_database
from practice.keys import KeyRing
from tests.support.databases import Databases, PostgresDatabases, SqliteFiles
from tests.support.postgres_server import SETTING, NoServer, find_server
from tests.support.servers import Running, free_port, port_of, register_practice

pytest_plugins = ["tests.support.lms.fixtures", "tests.support.school_fixtures"]

# Thousands of tests leave a large heap, and looking through it for circles takes a tenth of the run.
gc.set_threshold(50_000, 50, 50)
# A busy machine is no fault of the code: speed belongs in the benchmarks.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

NOTE = pytest.StashKey[str]()
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def _compile_templates_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the applications of all tests share what is compiled of templates: each has an environment of its own."""
    compiled = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": compiled}


@pytest.fixture(scope="session", autouse=True)
def _compile_addresses_once() -> Iterator[None]:
    """Let the applications of all tests share what is compiled of their addresses, which takes most of a start."""
    compile_builder, compiled = Rule._compile_builder, {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Any:
        known = rule.rule, append_unknown, repr(rule.defaults)
        if known not in compiled:
            compiled[known] = compile_builder(rule, append_unknown)
        return compiled[known]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_compile_builder", compile_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _compile_statements_once() -> Iterator[None]:
    """Let the databases of all tests share what is compiled of statements, as all threads of one application do.

    What is compiled is kept by dialect, and each engine has one of its own: those of one kind count as the same.
    """
    compiled: LRUCache[Any, Any] = LRUCache(2_000)

    def use_compiled(connection: Connection) -> None:
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", use_compiled)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patched.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        yield
    event.remove(Engine, "engine_connect", use_compiled)


def pytest_configure(config: pytest.Config) -> None:
    """Find a PostgreSQL for the whole run; the processes among which its tests are shared out find its address."""
    config.addinivalue_line("markers", "databases(*kinds): runs on these kinds of database alone, for a reason")
    if not hasattr(config, "workerinput"):
        _start_postgres(config)


def _start_postgres(config: pytest.Config) -> None:
    try:
        server = find_server()
    except NoServer as error:
        if os.environ.get("CI") or os.environ.get(SETTING):
            pytest.exit(f"There is no PostgreSQL, and here it must be there: {error}", returncode=1)
        config.stash[NOTE] = f"databases: SQLite alone, as there is no PostgreSQL: {error}"
        return
    config.add_cleanup(server.stop)
    os.environ[SETTING] = server.url
    config.stash[NOTE] = "databases: SQLite and PostgreSQL"


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say on which databases the tests run; only the process that shares the tests out knows."""
    return config.stash.get(NOTE, None)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that works on a database of the tool on every kind there is."""
    if "kind_of_database" in metafunc.fixturenames:
        metafunc.parametrize("kind_of_database", _kinds_for(metafunc.definition), indirect=True)


def _kinds_for(test: pytest.Item) -> list[str]:
    kinds = ["sqlite", "postgres"] if os.environ.get(SETTING) else ["sqlite"]
    if wanted := test.get_closest_marker("databases"):
        return [kind for kind in kinds if kind in wanted.args]
    # What a journey proves, it proves of pages in a browser.
    return ["sqlite"] if "journeys" in test.path.parts else kinds


def prepare(url: str) -> None:
    """Do what the command of this name does, but for what it says."""
    db.migrate(url)
    database = db.Database(url)
    with database.transaction() as session:
        keep_keys(session, Settings(), NOW)
        keep_badge_key(session, Settings(), NOW)
        ship_library(session, NOW)
    database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(prepare, tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    databases = PostgresDatabases(prepare, os.environ[SETTING])
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def kind_of_database(request: pytest.FixtureRequest) -> str:
    """Name the kind of database that a test works on: sqlite or postgres."""
    return request.param


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, kind_of_database: str) -> Databases:
    """Hand out databases of that kind; each is prepared once, and tests work on copies."""
    return request.getfixturevalue({"sqlite": "sqlite_files", "postgres": "postgres_databases"}[kind_of_database])


@pytest.fixture
def prepared_database(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """Give the address of a prepared database, for this test alone."""
    with databases.prepared(tmp_path) as url:
        yield url


@pytest.fixture
def empty_database(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without tables."""
    with databases.empty(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def prepared_practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the practice LMS's tables and keys once; each test works on a copy."""
    file = tmp_path_factory.mktemp("prepared") / "practice.db"
    engine = open_database(file)
    with Session(engine) as session:
        KeyRing(session)
        session.commit()
    engine.dispose()
    return file


@pytest.fixture(autouse=True)
def _close_connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the connections of all applications that a test makes."""
    engines: list[Engine] = []
    make = db._engine
    monkeypatch.setattr(db, "_engine", lambda *told: engines.append(make(*told)) or engines[-1])
    yield
    for engine in engines:
        engine.dispose()


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Push none, unlike pytest-flask: a context around a whole test makes its requests share what belongs to one."""


@pytest.fixture
def settings(prepared_database: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=prepared_database,
        queue_url=f"sqlite:///{tmp_path}/queue.db",
        mail_url=f"folder:{tmp_path}/mail",
        public_url="http://localhost",
        secret_key="only for tests, and long enough",
        allow_loopback=True,
        first_wait_seconds=1,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    db.database(app).engine.dispose()


@pytest.fixture
def database(app: Flask) -> db.Database:
    return db.database(app)


@pytest.fixture
def session(database: db.Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


@pytest.fixture
def tool_host() -> str:
    """Name the host under which browsers find the tool; another than the LMS's makes it another site."""
    return "localhost"


@pytest.fixture
def practice(tmp_path: Path, prepared_practice: Path, tool_host: str) -> Iterator[Running]:
    """Run a practice LMS that expects the tool at ``tool_url``."""
    port, tool_port = free_port(), free_port()
    tool_url = f"http://{tool_host}:{tool_port}"
    file = shutil.copy(prepared_practice, tmp_path / "practice.db")
    lms = create_practice_lms(f"http://localhost:{port}", tool_url, file, mail_folder=tmp_path / "mail")
    with Running(lms, port, tool_url) as running:
        yield running
    lms.extensions["practice_lms"].engine.dispose()


@pytest.fixture
def tool(settings: Settings, practice: Running) -> Iterator[Running]:
    """Run the tool with its worker, registered with the practice LMS."""
    settings = replace(settings, public_url=practice.tool_url, practice_url=practice.url)
    app = create_app(settings)
    register_practice(app, practice.url, settings)
    consumer = service(Queue, app).consumer()
    consumer.start()
    with Running(app, port_of(practice.tool_url)) as running:
        yield running
    consumer.stop(graceful=True)
    db.database(app).engine.dispose()
