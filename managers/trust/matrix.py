"""The matrix of a trust: for each school and module how many have to take it, have passed it, and need a nudge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.domain.days import day_of
from core.schools import schools_of
from managers.scope import ScopeKind, StaffScope
from managers.trust.counting import Cell, count_tallies
from managers.trust.domain.choice import NamedModule, NamedSchool
from managers.trust.domain.tally import StaffTally, total
from managers.trust.kept import kept_today
from modules.content.publish import contents_of_trust

NO_SCHOOL = "No school yet"
ALL_TRAINING = "All their training"


@dataclass(frozen=True)
class Matrix:
    """The tallies of a trust, or of some of its schools, on a day; ``as_of``: when they were counted, if not just now.

    Everyone has one school, so the tallies of schools add up. Those of modules do not: for all training together,
    people count once, and as passed if they have passed all that they have to take.
    """

    day: date
    modules: tuple[NamedModule, ...]
    schools: tuple[NamedSchool, ...]
    tallies: Mapping[Cell, StaffTally]
    totals: Mapping[str | None, StaffTally]
    as_of: datetime | None = None

    def at(self, module: str | None, school: int | None) -> StaffTally:
        """Return the tally of a school for a module, or for all modules."""
        return self.tallies.get((module, school), StaffTally())

    def in_all(self, module: str | None) -> StaffTally:
        """Return the tally of all schools together for a module, or for all modules."""
        return self.totals.get(module, StaffTally())


def matrix_of(session: Session, scope: StaffScope, today: date) -> Matrix:
    """Return the tallies of a scope as they are now: all its schools, and all modules that anyone there has to take."""
    return _matrix(session, scope, today, count_tallies(session, scope, today), None)


def quick_matrix(session: Session, scope: StaffScope, now: datetime) -> Matrix:
    """Return the tallies of a scope; those of a large trust as they were counted a moment ago."""
    kept = kept_today(session, scope, now)
    if not kept:
        return matrix_of(session, scope, day_of(now))
    return _matrix(session, scope, day_of(now), kept.tallies, kept.counted_at)


def _matrix(
    session: Session, scope: StaffScope, today: date, tallies: Mapping[Cell, StaffTally], as_of: datetime | None
) -> Matrix:
    titles = {key: content.module.title for key, content in contents_of_trust(session, scope.trust).items()}
    found = {module: titles[module] for module, _ in tallies if module in titles}
    modules = [NamedModule(key, found[key]) for key in sorted(found, key=lambda key: found[key])]
    schools = tuple(_schools(session, scope, tallies))
    totals = {key: total(tallies.get((key, school.id), StaffTally()) for school in schools) for key in (None, *found)}
    return Matrix(today, tuple(modules), schools, tallies, totals, as_of)


def _schools(session: Session, scope: StaffScope, tallies: Mapping[Cell, StaffTally]) -> Iterator[NamedSchool]:
    for school in schools_of(session, scope.trust):
        if scope.kind is ScopeKind.TRUST or school.id in scope.school_ids:
            yield NamedSchool(school.id, school.name)
    if any(school is None for _, school in tallies):
        yield NamedSchool(None, NO_SCHOOL)
