"""The trust page: the numbers of what was chosen, module by module and school by school, and the line of a year."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.domain.days import day_of
from managers.scope import StaffScope
from managers.staff.stale import is_under_way
from managers.trust.domain.choice import NamedModule, NamedSchool, RateSort, TrustChoice
from managers.trust.domain.tally import Sign, StaffTally, points_since
from managers.trust.domain.year import YearLine, year_of
from managers.trust.history import LastMonth, last_month, months_kept
from managers.trust.matrix import Matrix


@dataclass(frozen=True, slots=True)
class Rate:
    """The tally of a module or all, in a school or all, its mark, and the tally at the end of last month."""

    module: NamedModule | None
    school: NamedSchool | None
    tally: StaffTally
    before: StaffTally | None
    sign: Sign | None

    @property
    def points(self) -> int | None:
        """Return by how many percentage points it has changed since the end of last month; None if that is unknown."""
        return points_since(self.tally, self.before)


@dataclass(frozen=True)
class TrustPage:
    """What the page shows: the numbers of what was chosen, those that they are made of, and the line of a year.

    ``by_module`` and ``by_school`` are empty where one module or one school was chosen. ``is_under_way``: some people
    are yet to be brought up to date.
    """

    matrix: Matrix
    choice: TrustChoice
    chosen: Rate
    by_module: list[Rate]
    by_school: list[Rate]
    line: YearLine
    rates: "Rates"
    is_under_way: bool


def trust_page(session: Session, scope: StaffScope, matrix: Matrix, choice: TrustChoice, now: datetime) -> TrustPage:
    """Return the page about what was chosen."""
    today = day_of(now)
    rates = Rates(matrix, last_month(session, scope, today))
    chosen = rates.of(choice.module, choice.school)
    return TrustPage(
        matrix,
        choice,
        chosen,
        by_module=[] if choice.module else in_order(rates.by_module(choice.school), choice.sort),
        by_school=[] if choice.school else in_order(rates.by_school(choice.module), choice.sort),
        line=YearLine(year_of(today, chosen.tally, months_kept(session, scope, choice, today))),
        rates=rates,
        is_under_way=is_under_way(session, scope.trust),
    )


@dataclass(frozen=True)
class Rates:
    """Makes rates of a matrix, compared with the end of last month where that is on record."""

    matrix: Matrix
    last: LastMonth | None

    def by_module(self, school: NamedSchool | None) -> list[Rate]:
        """Return the rate of each module, in a school or in all."""
        return [self.of(module, school) for module in self.matrix.modules]

    def by_school(self, module: NamedModule | None) -> list[Rate]:
        """Return the rate of each school, in a module or in all training."""
        return [self.of(module, school) for school in self.matrix.schools]

    def of(self, module: NamedModule | None, school: NamedSchool | None) -> Rate:
        """Return one rate: without a module of all training, and without a school of all schools together."""
        key = module.key if module else None
        everyone = self.matrix.in_all(key)
        tally = self.matrix.at(key, school.id) if school else everyone
        return Rate(module, school, tally, self._before(key, school), tally.sign_among(everyone))

    def _before(self, key: str | None, school: NamedSchool | None) -> StaffTally | None:
        if not self.last:
            return None
        return self.last.at(key, school.id) if school else self.last.in_all(key)


def in_order(rates: Iterable[Rate], sort: RateSort) -> list[Rate]:
    """Return rates in an order; those that are alike keep the order of their names, in which they come.

    People without a school are no school that lags, and come last.
    """
    return sorted(rates, key=lambda rate: (rate.school is not None and rate.school.id is None, KEYS[sort](rate)))


KEYS: dict[RateSort, Callable[[Rate], float]] = {
    # What no one has to take comes last.
    RateSort.RATE: lambda rate: 2 if rate.tally.rate is None else rate.tally.rate,
    RateSort.NAME: lambda _rate: 0,
    RateSort.OVERDUE: lambda rate: -rate.tally.overdue,
    RateSort.EXPIRED: lambda rate: -rate.tally.expired,
}
