"""The people of one page, wherever it is in the list: no page costs more than the first.

A list in any order is one segment after another, each of which an index has in order. How long each is we have counted,
so a page is read from the segments that it touches, from the end that is nearer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.schools import School
from managers.listing.conditions import PeopleList, among, chosen, has_status
from managers.listing.counts import Counts
from managers.listing.domain.query import PARTS, Sort

Key = InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Segment:
    """Rows of a list that share something, in the order of these columns, and how many there are."""

    shared: ColumnElement[bool]
    keys: tuple[Key, ...]
    length: int
    descending: bool = False


def segments(session: Session, of: PeopleList, counts: Counts) -> list[Segment]:
    """Return the segments of a list in its order; those without a date come last in either direction."""
    by, down, rows, total = of.asked.order.by, of.asked.order.descending, of.rows, counts.chosen
    by_name = rows.sort_name, rows.staff_id
    if by is Sort.DUE:
        return _with_date(rows.due_on, by_name, counts.with_due_date, total, down)
    if by is Sort.UNTIL:
        return _with_date(rows.valid_until, by_name, counts.with_end, total, down)
    if by is Sort.STATUS and not of.asked.standing:
        parts = [Segment(has_status(of, each), by_name, counts.statuses[each]) for each in PARTS]
        return parts[::-1] if down else parts
    if by is Sort.SCHOOL:
        schools = [Segment(same, by_name, length) for same, length in _schools(session, of)]
        return schools[::-1] if down else schools
    return [Segment(chosen(of), by_name, total, by is Sort.NAME and down)]


def _with_date(day: Key, by_name: tuple[Key, ...], number: int, total: int, down: bool) -> list[Segment]:
    return [Segment(day.is_not(None), (day, *by_name), number, down), Segment(day.is_(None), by_name, total - number)]


def _schools(session: Session, of: PeopleList) -> Iterator[tuple[ColumnElement[bool], int]]:
    """Give each school's condition and number of people, by name; those without a school come last."""
    rows = of.rows
    counted = select(rows.school_id, func.count().label("number")).where(among(of), chosen(of))
    each = counted.group_by(rows.school_id).subquery()
    named = select(each.c.school_id, each.c.number).outerjoin(School, School.id == each.c.school_id)
    for school_id, number in session.execute(named.order_by(School.id.is_(None), School.sort_name)):
        yield rows.school_id.is_not_distinct_from(school_id), number


def ids_of_page(session: Session, of: PeopleList, parts: Sequence[Segment], first: int, length: int) -> Sequence[int]:
    """Return the ids of a page's people in order, so many from that place in the list on: one question."""
    pieces = [_piece(of, number, *each) for number, each in enumerate(_touched(parts, first, length))]
    if not pieces:
        return ()
    together = union_all(*pieces).subquery()
    return session.scalars(select(together.c.staff_id).order_by(together.c.segment, together.c.place)).all()


def _touched(parts: Sequence[Segment], first: int, length: int) -> Iterator[tuple[Segment, int, int]]:
    """Give the segments that a page touches, each with where the page begins in it and how many it takes."""
    for part in parts:
        wanted = min(length, part.length - first)
        if wanted > 0:
            yield part, first, wanted
            length -= wanted
        first = max(0, first - part.length)


def _piece(of: PeopleList, number: int, part: Segment, first: int, length: int) -> Select[int, int, int]:
    after = part.length - first - length
    from_end = after < first
    backwards = part.descending is not from_end
    ordered = [key.desc() if backwards else key.asc() for key in part.keys]
    these = select(of.rows.staff_id, *part.keys[:-1]).where(selection(of, part)).order_by(*ordered)
    piece = these.offset(after if from_end else first).limit(length).subquery()
    in_order = [piece.c[key.key].desc() if part.descending else piece.c[key.key] for key in part.keys]
    place = func.row_number().over(order_by=in_order)
    return select(literal(number).label("segment"), place.label("place"), piece.c.staff_id)


def selection(of: PeopleList, part: Segment) -> ColumnElement[bool]:
    """Return the condition for a row to be in a segment of a list."""
    return and_(among(of), chosen(of), part.shared)
