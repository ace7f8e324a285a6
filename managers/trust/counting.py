"""Counting today's tallies from the training of all staff: two questions, whatever the number of people."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from managers.models import StaffOverview, StaffTraining
from managers.scope import StaffScope
from managers.trust.domain.tally import StaffTally
from modules.passes.course_progress import Standing

# A module, or None for all that someone has to take; and a school, or None for people who belong to none yet.
Cell = tuple[str | None, int | None]
Counted = type[StaffTraining] | type[StaffOverview]


def count_tallies(session: Session, scope: StaffScope, today: date) -> dict[Cell, StaffTally]:
    """Return the tallies of a scope; a school in which no one has to take a module has none for it."""
    by_module = _counts(StaffTraining, StaffTraining.module, scope, today)
    of_all = _counts(StaffOverview, literal(None), scope, today)
    rows = [*session.execute(by_module), *session.execute(of_all)]
    return {(module, school): StaffTally(*counts) for module, school, *counts in rows}


def _counts(rows: Counted, module: Any, scope: StaffScope, today: date) -> Select[*tuple[Any, ...]]:
    numbers = (
        func.count(),
        func.count().filter(_has_passed(rows, today)),
        func.count().filter(rows.due_on < today),
        func.count().filter(rows.valid_until < today),
    )
    counted = select(module, rows.school_id, *numbers).where(scope.holds(rows))
    return counted.group_by(module, rows.school_id) if rows is StaffTraining else counted.group_by(rows.school_id)


def _has_passed(rows: Counted, today: date) -> ColumnElement[bool]:
    return and_(rows.reached == Standing.PASSED, or_(rows.valid_until.is_(None), rows.valid_until >= today))
