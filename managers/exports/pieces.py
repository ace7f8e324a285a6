"""Reading a long list in pieces: each piece begins after the last row of the one before, so all cost the same."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

ROWS_IN_A_PIECE = 1_000
Key = ColumnElement[Any] | InstrumentedAttribute[Any]
Columns = TypeVarTuple("Columns")


def in_pieces(
    session: Session,
    wanted: Select[*Columns],
    keys: Sequence[Key],
    size: int = ROWS_IN_A_PIECE,
    descending: bool = False,
) -> Iterator[Sequence[Row[Any]]]:
    """Give the rows of a query in pieces, in the order of these columns, which follow the query's own in each row.

    The columns are never empty, tell all rows apart together, and have an index, or each piece is a search of its own.
    """
    ordered = wanted.add_columns(*keys).order_by(*(key.desc() if descending else key for key in keys)).limit(size)
    piece: Sequence[Row[Any]] = session.execute(ordered).all()
    while piece:
        yield piece
        if len(piece) < size:
            return
        last = piece[-1][-len(keys) :]
        piece = session.execute(ordered.where(*beyond(keys, last, descending))).all()


def beyond(keys: Sequence[Key], last: Sequence[Any], descending: bool = False) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for the rows that come after one with these values, in the order of these columns."""
    here, there = tuple_(*keys), tuple_(*(literal(value, key.type) for key, value in zip(keys, last, strict=True)))
    first = literal(last[0], keys[0].type)
    # What the first says follows from the second, but only the first finds its place in an index of one table.
    return (keys[0] <= first, here < there) if descending else (keys[0] >= first, here > there)
