"""The databases that tests work on: files of SQLite, and databases of a PostgreSQL server.

Both hand out databases that hold what ``prepare`` puts there, and empty ones. A file is copied for each test. A
database of PostgreSQL is used again: to make one takes 50 ms, and to bring it back to what it was takes 2.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy.engine import URL, make_url

Prepare = Callable[[str], None]


class Databases(Protocol):
    """What hands out databases of one kind, by their addresses."""

    def prepared(self, folder: Path) -> AbstractContextManager[str]:
        """Give a database that is prepared; ``folder`` is empty, for one that is a file."""

    def empty(self, folder: Path) -> AbstractContextManager[str]:
        """Give a database without tables."""


class SqliteFiles:
    """Files of SQLite."""

    def __init__(self, prepare: Prepare, folder: Path) -> None:
        """Keep in this folder what each test gets a copy of."""
        self._prepared = folder / "prepared.db"
        prepare(f"sqlite:///{self._prepared}")

    @contextmanager
    def prepared(self, folder: Path) -> Iterator[str]:
        file = folder / "tool.db"
        shutil.copy(self._prepared, file)
        yield f"sqlite:///{file}"

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder}/empty.db"


class PostgresDatabases:
    """Databases of a PostgreSQL server, made when they are needed and used again."""

    def __init__(self, prepare: Prepare, url: str) -> None:
        """Prepare one database on the server at ``url``; the others are copies of it."""
        self._server, self._numbers = make_url(url), itertools.count()
        self._made: set[URL] = set()
        self._free: list[URL] = []
        self._template = self._make("template0")
        prepare(_text(self._template))
        self._restore = _remember(self._template)

    def close(self) -> None:
        """Remove the databases, since the server may not be ours."""
        for url in list(self._made):
            self._drop(url)

    @contextmanager
    def prepared(self, folder: Path) -> Iterator[str]:
        url = self._free.pop() if self._free else self._make(str(self._template.database))
        yield _text(url)
        try:
            _execute(url, self._restore)
        except psycopg.Error:
            # The test changed more than rows.
            self._drop(url)
        else:
            self._free.append(url)

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        url = self._make("template0")
        yield _text(url)
        self._drop(url)

    def _make(self, template: str) -> URL:
        url = self._server.set(database=f"fit_to_post_test_{os.getpid()}_{next(self._numbers)}")
        _execute(self._server, f"CREATE DATABASE {url.database} TEMPLATE {template}")
        self._made.add(url)
        return url

    def _drop(self, url: URL) -> None:
        _execute(self._server, f"DROP DATABASE {url.database} WITH (FORCE)")
        self._made.remove(url)


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _execute(url: URL, *statements: str) -> list[Any]:
    """Execute statements, each on its own; the rows that the last one finds."""
    with psycopg.connect(_text(url.set(drivername="postgresql")), autocommit=True) as connection:
        for statement in statements:
            found = connection.execute(statement)
        return found.fetchall() if found.description else []


def _remember(url: URL) -> str:
    """Keep a copy of all rows in a database; the statements that bring a copy of the database back to them."""
    tables = _execute(url, TABLES)
    _execute(url, "CREATE SCHEMA remembered", *(f"CREATE TABLE remembered.{t} AS TABLE public.{t}" for t, _ in tables))
    ((last,),) = _execute(url, "SELECT pg_current_xact_id()::text")
    # Whoever is still connected is late; constraints wait, so that tables can be restored in any order.
    restore = ["BEGIN", OTHERS_GO, "SET LOCAL session_replication_role = replica"]
    # A row's xmin is the number of the transaction that wrote it.
    restore += [f"DELETE FROM public.{table} WHERE xmin::text::bigint > {last}" for table, _ in tables]
    restore += [
        f"INSERT INTO public.{table} SELECT * FROM remembered.{table} kept"
        f" WHERE NOT EXISTS (SELECT FROM public.{table} WHERE {key} = kept.{key})"
        for table, key in tables
        if _execute(url, f"SELECT 1 FROM remembered.{table} LIMIT 1")
    ]
    restore += [
        f"SELECT setval('public.{name}', {value or 1}, {value is not None})" for name, value in _execute(url, COUNTERS)
    ]
    return "; ".join([*restore, "COMMIT"])


TABLES = """
SELECT relation.relname, min(part.attname) FROM pg_class relation
JOIN pg_index key ON key.indrelid = relation.oid AND key.indisprimary
JOIN pg_attribute part ON part.attrelid = relation.oid AND part.attnum = ANY (key.indkey)
WHERE relation.relnamespace = 'public'::regnamespace GROUP BY relation.relname
"""
COUNTERS = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
OTHERS_GO = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
