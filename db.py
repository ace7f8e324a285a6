"""The database: engine, transactions, and the base of all tables.

Reads share one session a request. Writes happen in ``transaction()``, which commits once, at its end. SQLite takes the
write lock when such a transaction begins: one that reads first and writes later could otherwise be refused half-way.
"""

import enum
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app, g
from flask.cli import with_appcontext
from sqlalchemy import DateTime, Dialect, Engine, Enum, MetaData, NullPool, String, create_engine, event
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InternalError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from config import ROOT
from turns import is_locked, take_turns

log = logging.getLogger(__name__)
# Waiting twice, for a turn and for other processes, takes less time than a browser waits for a page.
BUSY_MILLISECONDS = 4_000
OWNER_ALONE = 0o600
SQLITE_BEGINS = b"SQLite format 3\0"
Result = TypeVar("Result")


class Moment(TypeDecorator[datetime]):
    """A point in time, kept as UTC; naive datetimes are refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without a zone, as every database orders it rightly."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        return value.replace(tzinfo=UTC) if value else None


def bytewise(length: int) -> String:
    """Return the type of text that is sorted byte by byte, as SQLite does; PostgreSQL has to be told to."""
    return String(length).with_variant(VARCHAR(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """The base of all tables; constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    # Enumerations are kept as their values, in plain text columns: a new one then needs no change of type.
    type_annotation_map = {
        datetime: Moment,
        enum.Enum: Enum(enum.Enum, native_enum=False, length=30, values_callable=lambda kind: [v.value for v in kind]),
    }


class Database:
    """An engine, and the two ways to use it: reading and writing.

    ``session_info`` is what every session that writes carries along.
    """

    def __init__(self, url: str, connections: int = 20) -> None:
        """Connect to the database at ``url``, at most so many times at once; a folder that SQLite needs is made."""
        self.engine = _engine(url, connections)
        self._writer = self.engine.execution_options(writes=True)
        # SQLite keeps to one moment by itself, and PostgreSQL only if it is told to.
        kept = {} if url.startswith("sqlite") else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._at_one_moment = self.engine.execution_options(**kept)
        self.session_info: dict[str, Any] = {}

    def reading(self) -> Session:
        """Open a session for reading; the caller closes it."""
        return Session(self.engine)

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session for reading in which everything stays as it is at its first question."""
        with Session(self._at_one_moment) as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session for writing and commit it at the end; an exception leaves nothing behind."""
        with Session(self._writer, expire_on_commit=False, info=self.session_info) as session, session.begin():
            yield session

    def write(self, work: Callable[[Session], Result]) -> Result:
        """Do a piece of work in a transaction; try once more if others wrote the same thing or wrote for too long.

        SQLite lets one write at a time. Elsewhere, two first launches of one person can coincide; the second try then
        finds the row.
        """
        try:
            with self.transaction() as session:
                return work(session)
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and not is_locked(error):
                raise
        with self.transaction() as session:
            return work(session)


def hold(session: Session, row: Base) -> None:
    """Read a row anew, and let no one else write it until this transaction ends; in SQLite no one can write anyway."""
    if session.get_bind().dialect.name != "sqlite":
        session.refresh(row, with_for_update=True)


def _engine(url: str, connections: int) -> Engine:
    # Errors must not carry the values of a statement into a log: they are about people.
    wanted: dict[str, Any] = {"hide_parameters": True, "pool_size": connections, "max_overflow": 0}
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, **wanted)
    file = file_of(url)
    if file:
        keep_to_owner(file)
    engine = create_engine(url, connect_args={"isolation_level": None}, **wanted)
    event.listen(engine, "connect", _prepare_sqlite)
    take_turns(engine, BUSY_MILLISECONDS / 1000, file)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Waiting comes first: if two processes open a new file at once, one waits for the other to set it up.
    for pragma in (f"busy_timeout={BUSY_MILLISECONDS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def file_of(url: str) -> Path | None:
    """Return the file of an SQLite database; None for any other database, or one in memory."""
    name = make_url(url).database if url.startswith("sqlite") else None
    return Path(name) if name and name != ":memory:" else None


def keep_to_owner(file: Path) -> None:
    """Let only the owner read or write a file and the files SQLite puts next to it; make it if it does not exist.

    A file that cannot be made or changed, or is no database, stays as it is: what opens it says so.
    """
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, OWNER_ALONE))
    if not _may_be_database(file):
        return
    for each in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
        with suppress(OSError):
            if each.is_file() and each.stat().st_mode & 0o077:
                each.chmod(OWNER_ALONE)
                log.warning("%s could be read by others; now only its owner can", each)


def _may_be_database(file: Path) -> bool:
    """Say whether a file is one of SQLite's, or still empty; another program's is none of our business."""
    try:
        if not file.is_file():
            return False
        with file.open("rb") as opened:
            return opened.read(len(SQLITE_BEGINS)) in {b"", SQLITE_BEGINS}
    except OSError:
        return False


def init_app(app: Flask, database: Database) -> None:
    """Give the application its database, and close the reading session when a request ends."""
    app.extensions["database"] = database
    app.teardown_appcontext(_close)


def database(app: Flask = current_app) -> Database:
    """Return the database of the current application, unless another one is named."""
    found: Database = app.extensions["database"]
    return found


def reading() -> Session:
    """Return the session in which the current request reads."""
    if "reading" not in g:
        g.reading = database().reading()
    kept: Session = g.reading
    return kept


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session in which the current request writes; it commits at its end."""
    with database().transaction() as session:
        yield session
    g.has_written = True


def may_be_kept(error: BaseException) -> bool:
    """Say whether something the current request wrote may have been saved although it ended with this error."""
    return "has_written" in g or bool(getattr(error, "connection_invalidated", False))


def is_storage_trouble(error: DBAPIError) -> bool:
    """Say whether a database refuses to work, being full, read-only, locked, damaged or gone; other errors are ours."""
    # SQLite reports a damaged file with the general class, and PostgreSQL reports a read-only one with InternalError.
    return isinstance(error, OperationalError | InternalError) or type(error) is DatabaseError


def in_transaction(work: Callable[[Session], Result]) -> Result:
    """Do a piece of work that the current request writes; see ``Database.write``."""
    result = database().write(work)
    g.has_written = True
    return result


def _close(_error: BaseException | None) -> None:
    if session := g.pop("reading", None):
        session.close()


def utcnow() -> datetime:
    """Return the present moment in UTC; the only clock, read by views and commands alone."""
    return datetime.now(UTC)


def migrate(url: str) -> tuple[str | None, str | None]:
    """Bring the database at ``url`` up to the tables that this code needs; return its version before and after."""
    if file := file_of(url):
        keep_to_owner(file)
    engine = create_engine(url, poolclass=NullPool)
    before = _version_of(engine)
    command.upgrade(_alembic(url), "head")
    return before, _version_of(engine)


def _version_of(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_migrated(engine: Engine) -> bool:
    """Say whether the database has all the tables that this code needs."""
    wanted = ScriptDirectory.from_config(_alembic("")).get_current_head()
    return _version_of(engine) == wanted


@with_appcontext
def require_tables() -> None:
    """Stop a command before it begins where the database cannot be used, and say what to do about it."""
    try:
        if is_migrated(database().engine):
            return
    except DBAPIError as error:
        raise click.ClickException("The database cannot be reached. Check DATABASE_URL, and try again.") from error
    raise click.ClickException(
        "The database that DATABASE_URL names lacks tables of this version. If Fit to Post is served with settings of "
        "its own, give this command the same. If not, prepare the database with “./run flask prepare”, and try again."
    )


def _alembic(url: str) -> Config:
    alembic = Config()
    alembic.set_main_option("script_location", str(ROOT / "migrations"))
    alembic.attributes["url"] = url
    return alembic
