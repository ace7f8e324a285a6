"""Counting the queries of a piece of work, in an application of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

import db

# The beginning of a transaction asks the database for nothing, and pragmas belong to a connection.
NOT_COUNTED = ("BEGIN", "PRAGMA")


@contextmanager
def queries_of(app: Flask) -> Iterator[list[str]]:
    """Give a list that fills with the statements that are sent to the database until the block ends."""
    statements: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if not statement.startswith(NOT_COUNTED):
            statements.append(statement)

    engine = db.database(app).engine
    event.listen(engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", keep)
