"""Months of which no tally was kept in time: worked out from the records where these tell, and left out where not.

Passes say when they were earned and until when they last. Who had to take a module is known from the day on which we
first knew it (``StaffTraining.since``), and only of people who still have to. So nothing is worked out for days before
the first of these, and what is kept says that it was counted later.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from core.domain.days import last_second_of, months_after
from managers.models import StaffEntry, StaffTraining
from managers.staff.training import was_taken_back
from managers.trust.counting import Cell
from managers.trust.domain.tally import StaffTally
from managers.trust.domain.year import month_of, months_to
from managers.trust.models import TrainingTally
from modules.models import Pass


def missing_months(session: Session, trust: str, today: date) -> list[date]:
    """Return the last days of those of the last months of which nothing is kept though the records tell something."""
    since = session.scalar(select(func.min(StaffTraining.since)).where(StaffTraining.trust == trust))
    kept = select(TrainingTally.day).where(TrainingTally.trust == trust).distinct()
    known = {month_of(day) for day in session.scalars(kept)}
    *past, _ = months_to(today)
    ends = [months_after(first, 1) - timedelta(days=1) for first in past if first not in known]
    return [end for end in ends if since and since <= end]


def past_tallies(session: Session, trust: str, day: date) -> dict[Cell, StaffTally]:
    """Return the tallies at the end of a day that has passed, as far as the records tell."""
    each = _each(trust, day).subquery()
    by_module = select(each.c.module, each.c.school_id, func.count(), func.sum(each.c.valid), func.sum(each.c.ended))
    of_one = select(each.c.school_id, func.min(each.c.valid).label("valid"), func.max(each.c.ended).label("ended"))
    one = of_one.group_by(each.c.staff_id, each.c.school_id).subquery()
    of_all = select(literal(None), one.c.school_id, func.count(), func.sum(one.c.valid), func.sum(one.c.ended))
    rows = [
        *session.execute(by_module.group_by(each.c.module, each.c.school_id)),
        *session.execute(of_all.group_by(one.c.school_id)),
    ]
    return {(module, school): StaffTally(people, valid, 0, ended) for module, school, people, valid, ended in rows}


def _each(trust: str, day: date) -> Select[*tuple[Any, ...]]:
    """Select what each had to take that day, with 1 where they had a valid pass, and 1 where all theirs had ended."""
    earned = Pass.passed_at <= last_second_of(day)
    valid = _passes(earned, or_(Pass.valid_until.is_(None), Pass.valid_until >= day))
    numbers = case((valid, 1), else_=0).label("valid"), case((and_(_passes(earned), ~valid), 1), else_=0).label("ended")
    row = StaffTraining
    return select(row.staff_id, row.module, row.school_id, *numbers).where(row.trust == trust, row.since <= day)


def _passes(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    theirs = StaffEntry.staff_id == StaffTraining.staff_id, Pass.module == StaffTraining.module
    found = select(Pass.attempt_id).join(StaffEntry, StaffEntry.person_id == Pass.person_id)
    return found.where(*theirs, ~was_taken_back(), *conditions).exists()
