"""Tallies that are kept: today's, to be shown for a while, and those of the last day of each month for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from core.trusts import Trust
from db import hold
from managers.scope import ScopeKind, StaffScope
from managers.trust.counting import Cell
from managers.trust.domain.tally import StaffTally
from managers.trust.domain.year import month_of
from managers.trust.models import TrainingTally

# Up to so many rows are counted for every page. It takes some 5 ms.
COUNTED_EACH_TIME = 20_000
# Older ones were left by a worker that has stopped.
KEPT_FOR = timedelta(minutes=30)
TABLE = TrainingTally.__table__


@dataclass(frozen=True)
class KeptTallies:
    """Tallies as they were counted, and when."""

    tallies: Mapping[Cell, StaffTally]
    counted_at: datetime


def whole_trust(trust: str) -> StaffScope:
    """Return all staff of a trust as a scope, for those who count without a visit."""
    return StaffScope(ScopeKind.TRUST, trust, "The whole trust")


def keep_today(session: Session, trust: str, tallies: Mapping[Cell, StaffTally], now: datetime) -> None:
    """Keep the tallies of today in place of those of the same month so far."""
    # So that two workers do not keep the same day twice.
    hold(session, session.get_one(Trust, trust))
    today = day_of(now)
    this_month = TrainingTally.day >= month_of(today), TrainingTally.day <= today
    session.execute(delete(TrainingTally).where(TrainingTally.trust == trust, *this_month))
    _add(session, trust, today, tallies, now)


def keep_past(session: Session, trust: str, day: date, tallies: Mapping[Cell, StaffTally], now: datetime) -> None:
    """Keep the tallies of a day that has passed, unless some of its month have been kept meanwhile."""
    hold(session, session.get_one(Trust, trust))
    this_month = TrainingTally.day >= month_of(day), TrainingTally.day <= day
    if session.scalar(select(TrainingTally.id).where(TrainingTally.trust == trust, *this_month).limit(1)) is None:
        _add(session, trust, day, tallies, now)


def _add(session: Session, trust: str, day: date, tallies: Mapping[Cell, StaffTally], now: datetime) -> None:
    knows_due = day == day_of(now)
    rows: list[dict[str, Any]] = [
        {
            "trust": trust,
            "day": day,
            "counted_at": now,
            "module": module,
            "school_id": school,
            "people": tally.people,
            "passed": tally.passed,
            "overdue": tally.overdue if knows_due else None,
            "expired": tally.expired,
        }
        for (module, school), tally in tallies.items()
    ]
    if rows:
        session.execute(insert(TrainingTally), rows)


def kept_today(session: Session, scope: StaffScope, now: datetime) -> KeptTallies | None:
    """Return the tallies of a scope that were counted a moment ago; None if counting is quick or none are kept."""
    recent = TrainingTally.day == day_of(now), TrainingTally.counted_at > now - KEPT_FOR
    rows = session.execute(select(TABLE).where(TrainingTally.trust == scope.trust, *recent)).all()
    if sum(row.people for row in rows if row.module) <= COUNTED_EACH_TIME:
        return None
    theirs = [row for row in rows if scope.kind is ScopeKind.TRUST or row.school_id in scope.school_ids]
    tallies = {
        (row.module, row.school_id): StaffTally(row.people, row.passed, row.overdue or 0, row.expired) for row in theirs
    }
    return KeptTallies(tallies, rows[0].counted_at)
