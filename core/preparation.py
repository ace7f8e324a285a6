"""What preparing a database needs: that no other process prepares it at the same time, and that its file is sound."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from sqlalchemy import NullPool, create_engine, text

from db import OWNER_ALONE, file_of, keep_to_owner

# The number of our own lock in PostgreSQL; other programs in the same database must not use it.
PREPARING = 7_046_029_254_386_353_131


@contextmanager
def alone(url: str) -> Iterator[None]:
    """Make every other process that wants to prepare the same database wait until this block has ended."""
    file = file_of(url)
    if not file:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": PREPARING})
            yield
        return
    keep_to_owner(file)
    # Not the database itself, which has its own connections in this block.
    lock = os.open(file.with_name(file.name + ".lock"), os.O_RDWR | os.O_CREAT, OWNER_ALONE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def damage_of(url: str) -> str | None:
    """Return what is wrong with the file of an SQLite database, or None; PostgreSQL looks after its own files."""
    file = file_of(url)
    if not file or not file.exists():
        return None
    try:
        with closing(sqlite3.connect(file)) as connection:
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        # It could not be checked, which does not mean that it is damaged.
        return None
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if found == "ok" else str(found).splitlines()[-1]
