"""Sees what requests that only ask for a page write into the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context, request
from sqlalchemy import event

from db import Database

WRITING = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def writes_of_gets(database: Database) -> Iterator[list[tuple[str, str]]]:
    """Note the endpoint and the statement of each write by a GET while the block runs."""
    seen: list[tuple[str, str]] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if has_request_context() and request.method == "GET" and statement.lstrip().upper().startswith(WRITING):
            seen.append((str(request.endpoint), statement))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
