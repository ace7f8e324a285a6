"""How many people of a list stand where: each count is of those whom its link shows, with all other filters kept."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from lti.courses import courses_of
from managers.listing.conditions import PeopleList, among, chosen, has_grade, has_status, is_due
from managers.listing.domain.query import Due, ListStatus
from managers.models import StaleCourse


@dataclass(frozen=True)
class Counts:
    """The number of people by status and by due date, of grades that need attention, of all, and of those chosen.

    Of those chosen, some have a due date, and some a pass that ends. ``is_under_way``: some of the trust's staff are
    yet to be brought up to date.
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
    numbers: list[ColumnElement[Any]] = [
        *(_number(has_status(of, each), due, grade) for each in ListStatus),
        *(_number(status, is_due(of, each), grade) for each in Due),
        _number(status, due, has_grade(of, needs_attention=True)),
        func.count(),
        _number(all_chosen),
        _number(all_chosen, rows.due_on.is_not(None)),
        _number(all_chosen, rows.valid_until.is_not(None)),
        exists(stale.where(StaleCourse.course_id.in_(courses_of(of.scope.trust)))),
    ]
    return select(*numbers).select_from(rows).where(among(of))


def _number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(and_(*conditions))
