"""Statements that change rows at once, without reading them first."""

from collections.abc import Mapping

from sqlalchemy import CursorResult, UpdateBase
from sqlalchemy.orm import Session


def change_rows(session: Session, statement: UpdateBase, values: Mapping[str, object] | None = None) -> int:
    """Execute an update or a delete, and return how many rows it changed."""
    result = session.execute(statement, values)
    # The type of ``execute`` also covers statements that only read, whose results count nothing.
    assert isinstance(result, CursorResult)
    return result.rowcount
