"""Reading a long list in pieces: each piece begins after the last row of the one before, so all cost the same."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

ROWS_IN_A_PIECE = 1_000
Key = ColumnElement[Any] | InstrumentedAttribute[Any]


def in_pieces(
    session: Session, wanted: Select[Any], keys: Sequence[Key], size: int = ROWS_IN_A_PIECE, descending: bool = False
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
        last = tuple_(*(literal(value, key.type) for key, value in zip(keys, piece[-1][-len(keys) :], strict=True)))
        here = tuple_(*keys)
        piece = session.execute(ordered.where(here < last if descending else here > last)).all()
