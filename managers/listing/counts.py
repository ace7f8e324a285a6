"""How many people of a list stand where: each count is of those whom its link shows, with all other filters kept."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select
from sqlalchemy.orm import Session

from lti.courses import courses_of
from managers.listing.conditions import PeopleList, among, chosen, has_grade, has_status, is_due
from managers.listing.domain.query import Due, ListStatus, Sort
from managers.models import StaleCourse


@dataclass(frozen=True)
class Counts:
    """The number of people by status and by due date, of grades that need attention, of all, and of those chosen.

    Where the list is sorted by it, ``with_due_date`` or ``with_end`` is how many of those chosen have a due date, or a
    pass that ends. ``is_under_way``: some of the trust's staff are yet to be brought up to date.
    """

    statuses: dict[ListStatus, int]
    dues: dict[Due, int]
    needing_attention: int
    everyone: int
    chosen: int
    with_due_date: int
    with_end: int
    is_under_way: bool


def count(session: Session, of: PeopleList) -> Counts:
    """Count the people of a list: one question."""
    row = list(session.execute(_question(of)).one())
    statuses = dict(zip(ListStatus, row, strict=False))
    dues = dict(zip(Due, row[len(ListStatus) :], strict=False))
    return Counts(statuses, dues, *row[len(ListStatus) + len(Due) :])


def _question(of: PeopleList) -> Select[Any]:
    asked, rows = of.asked, of.rows
    status, due, grade = has_status(of, asked.standing), is_due(of, asked.due), has_grade(of, asked.needs_attention)
    all_chosen, stale = chosen(of), select(StaleCourse.course_id)
    # A status may take a look at other rows, so it comes last in each condition.
    numbers: list[ColumnElement[Any]] = [
        *(_number(due, grade, has_status(of, each)) for each in ListStatus),
        *(_number(is_due(of, each), grade, status) for each in Due),
        _number(due, has_grade(of, needs_attention=True), status),
        func.count(),
        _number(all_chosen),
        _number(rows.due_on.is_not(None), all_chosen) if asked.order.by is Sort.DUE else literal(0),
        _number(rows.valid_until.is_not(None), all_chosen) if asked.order.by is Sort.UNTIL else literal(0),
        exists(stale.where(StaleCourse.course_id.in_(courses_of(of.scope.trust)))),
    ]
    return select(*numbers).select_from(rows).where(among(of))


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(and_(*conditions))
