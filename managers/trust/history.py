"""What is on record of the months that have ended: how far each was, and what has changed since the last one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from managers.scope import ScopeKind, StaffScope
from managers.trust.counting import Cell
from managers.trust.domain.choice import TrustChoice
from managers.trust.domain.tally import StaffTally, total
from managers.trust.domain.year import CountedDay, month_of, months_to
from managers.trust.models import TrainingTally


@dataclass(frozen=True)
class LastMonth:
    """The tallies of the last day of last month that is on record."""

    day: date
    tallies: Mapping[Cell, StaffTally]

    def at(self, module: str | None, school: int | None) -> StaffTally | None:
        """Return the tally of a school for a module, or for all training; None if no one there had to take it."""
        return self.tallies.get((module, school))

    def in_all(self, module: str | None) -> StaffTally:
        """Return the tally of all schools together for a module, or for all training."""
        return total(tally for (key, _), tally in self.tallies.items() if key == module)


def last_month(session: Session, scope: StaffScope, today: date) -> LastMonth | None:
    """Return the tallies of a scope at the end of last month; None if there is no record of it."""
    end = month_of(today) - timedelta(days=1)
    wanted = select(TrainingTally.day, TrainingTally.module, TrainingTally.school_id)
    wanted = wanted.add_columns(TrainingTally.people, TrainingTally.passed)
    rows = session.execute(wanted.where(*_within(scope), TrainingTally.day.between(month_of(end), end))).all()
    tallies = {(row.module, row.school_id): StaffTally(row.people, row.passed) for row in rows}
    return LastMonth(rows[0].day, tallies) if rows else None


def months_kept(session: Session, scope: StaffScope, choice: TrustChoice, today: date) -> dict[date, CountedDay]:
    """Return what is on record of the last twelve months about what was chosen, by the first day of each month."""
    numbers = func.sum(TrainingTally.people), func.sum(TrainingTally.passed)
    wanted = select(TrainingTally.day, func.max(TrainingTally.counted_at), *numbers).group_by(TrainingTally.day)
    first, *_, this = months_to(today)
    past = TrainingTally.day >= first, TrainingTally.day < this
    rows = session.execute(wanted.where(*_within(scope), *_of(choice), *past)).all()
    return {month_of(day): CountedDay(day, StaffTally(people, passed), day_of(at)) for day, at, people, passed in rows}


def _within(scope: StaffScope) -> Iterator[ColumnElement[bool]]:
    yield TrainingTally.trust == scope.trust
    if scope.kind is not ScopeKind.TRUST:
        yield TrainingTally.school_id.in_(sorted(scope.school_ids))


def _of(choice: TrustChoice) -> Iterator[ColumnElement[bool]]:
    yield TrainingTally.module.is_not_distinct_from(choice.key)
    if choice.school:
        yield TrainingTally.school_id.is_not_distinct_from(choice.school.id)
