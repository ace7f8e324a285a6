"""Passes: until when a person's pass of a module is valid, and how another pass, or a refresher, changes that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from modules.content.publish import content_of
from modules.domain.content import TrainingModule
from modules.domain.renewal import (
    HeldPass,
    Span,
    Stage,
    counting,
    cycle_at,
    end_of_pass,
    held_of,
    refreshed_until,
    stage_at,
)
from modules.models import Attempt, ModuleVersion, Pass, ResultRow

HELD = select(Pass.module, Pass.cycle, Pass.valid_until).where(
    Pass.person_id == bindparam("person_id"), Pass.module.in_(bindparam("modules", expanding=True))
)
NEWEST_PASSED = (
    select(ModuleVersion)
    .join(Attempt, Attempt.version_id == ModuleVersion.id)
    .join(ResultRow, ResultRow.attempt_id == Attempt.id)
    .where(
        ResultRow.person_id == bindparam("person_id"),
        ResultRow.module == bindparam("module"),
        ResultRow.passed.is_(True),
    )
    .order_by(ModuleVersion.number.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Renewal:
    """A person's pass of a module: what they hold, and whether it is time to renew it."""

    held: HeldPass | None
    stage: Stage
    renew_days: int
    now: datetime

    @property
    def valid_until(self) -> date | None:
        """Return the last day of the pass, or None where there is none or it does not end."""
        return self.held.valid_until if self.held else None

    def counting(self, results: Sequence[ResultRow]) -> list[ResultRow]:
        """Return the results that count together now."""
        return counting(results, self.held, self.renew_days, self.now)


def renewal_of(session: Session, person_id: int, module: TrainingModule, now: datetime) -> Renewal:
    """Return what a person holds of a module, and when they can renew it."""
    held = held_by(session, person_id, [module.key]).get(module.key)
    return renewal_from(held, module, now)


def renewal_from(held: HeldPass | None, module: TrainingModule, now: datetime) -> Renewal:
    """Return what follows for a module from the pass that is held."""
    return Renewal(held, stage_at(held, module.renew_days, now), module.renew_days, now)


def held_by(session: Session, person_id: int, modules: Sequence[str]) -> dict[str, HeldPass]:
    """Return the pass, valid or expired, that a person holds of each of these modules; modules without are left out."""
    found: dict[str, list[HeldPass]] = {}
    for module, cycle, until in session.execute(HELD, {"person_id": person_id, "modules": list(modules)}):
        found.setdefault(module, []).append(HeldPass(cycle, until))
    return {module: held for module, passes in found.items() if (held := held_of(passes))}


def cycle_of(held: HeldPass | None, module: TrainingModule, finished_at: datetime) -> int:
    """Return the cycle to which an attempt belongs that is finished now."""
    return cycle_at(held, module.renew_days, finished_at)


def note_passes(session: Session, attempt: Attempt, held: dict[str, HeldPass], passed_at: datetime) -> list[str]:
    """Note what a passed attempt is good for, and return the modules: its own, and those that it renews.

    ``held`` are the passes held before it, of all of these.
    """
    module = content_of(attempt.version).module
    notes = [_own_pass(session, attempt, held.get(module.key), passed_at)]
    notes += _renewed(session, attempt, module.renews, held, passed_at)
    session.add_all(notes)
    session.flush()
    return [note.module for note in notes]


def _own_pass(session: Session, attempt: Attempt, held: HeldPass | None, passed_at: datetime) -> Pass:
    module = content_of(attempt.version).module
    before = passed_version(session, attempt.person_id, module.key, before=attempt.id)
    newer = before is not None and attempt.version.number > before
    until = end_of_pass(held, Span(module.valid_months, module.renew_days), passed_at, newer)
    return _pass(attempt, module.key, cycle_of(held, module, passed_at), passed_at, until)


def _renewed(
    session: Session, attempt: Attempt, modules: Sequence[str], held: dict[str, HeldPass], passed_at: datetime
) -> Iterator[Pass]:
    for key in modules:
        version = session.scalar(NEWEST_PASSED, {"person_id": attempt.person_id, "module": key})
        if version and key in held:
            module = content_of(version).module
            until = refreshed_until(held[key], Span(module.valid_months, module.renew_days), passed_at)
            if until:
                yield _pass(attempt, key, held[key].cycle + 1, passed_at, until)


def _pass(attempt: Attempt, module: str, cycle: int, passed_at: datetime, until: date | None) -> Pass:
    whose = {"attempt_id": attempt.id, "person_id": attempt.person_id}
    return Pass(**whose, module=module, cycle=cycle, passed_at=passed_at, valid_until=until)


def passed_version(session: Session, person_id: int, module: str, before: int) -> int | None:
    """Return the highest version of a module that a person passed in attempts other than this one, or None."""
    theirs = ResultRow.person_id == person_id, ResultRow.module == module, ResultRow.passed
    joined = select(func.max(ModuleVersion.number)).join(Attempt, Attempt.version_id == ModuleVersion.id)
    others = joined.join(ResultRow, ResultRow.attempt_id == Attempt.id).where(*theirs, Attempt.id != before)
    return session.scalar(others)


def still_counting(session: Session, module: str, people: Sequence[int], now: datetime) -> set[int]:
    """Return which of these people have results in a module that count today: all but those whose pass has expired."""
    held = select(Pass.person_id).where(Pass.module == module, Pass.person_id.in_(people))
    run_out = set(session.scalars(held)) - set(session.scalars(held.where(is_valid(now))))
    return set(people) - run_out


def is_valid(now: datetime) -> ColumnElement[bool]:
    """Return what makes a pass one that is good on this day."""
    return or_(Pass.valid_until.is_(None), Pass.valid_until >= day_of(now))
