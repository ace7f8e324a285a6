"""The practice LMS's own SQLite file: opened so that threads and processes can share it."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event

from practice.models import Base


def open_database(path: str | Path) -> Engine:
    """An engine on the file at that path, which is made with its tables where it is missing."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    Base.metadata.create_all(engine)
    return engine


def _prepare(connection: SqliteConnection, _record: object) -> None:
    """Let SQLAlchemy begin transactions, and let writers wait for each other instead of failing."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail at once, not wait, if another had written between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
