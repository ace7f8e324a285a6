"""The line of a year: the rate at the end of each month, with a gap where no tally was kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.domain.days import months_after
from managers.trust.domain.tally import StaffTally

MONTHS = 12
# A place on the drawing, across and down.
Place = tuple[float, float]


def month_of(day: date) -> date:
    """Return the first day of the month in which a day falls."""
    return day.replace(day=1)


def months_to(today: date) -> list[date]:
    """Return the first days of the last twelve months, this one included."""
    return [months_after(month_of(today), number) for number in range(1 - MONTHS, 1)]


@dataclass(frozen=True, slots=True)
class CountedDay:
    """What is on record of a month: the tally of its last day, or of an earlier one, and when that was counted."""

    day: date
    tally: StaffTally
    counted_on: date

    @property
    def is_later(self) -> bool:
        """Say whether it was counted on a later day, from the records of people who were still here."""
        return self.counted_on > self.day


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the line, with what is on record of it, if anything."""

    first: date
    counted: CountedDay | None

    @property
    def is_whole(self) -> bool:
        """Say whether it was counted on the last day of the month."""
        return self.counted is not None and month_of(self.counted.day + timedelta(days=1)) > self.first

    @property
    def per_cent(self) -> int | None:
        """Return the rate in whole per cent; None where none is known."""
        return self.counted.tally.per_cent if self.counted else None


def year_of(today: date, tally: StaffTally, kept: Mapping[date, CountedDay]) -> list[Month]:
    """Return the last twelve months with what was kept of them, by their first days; the last one is as of today."""
    *past, this = months_to(today)
    return [*(Month(first, kept.get(first)) for first in past), Month(this, CountedDay(today, tally, today))]


LEFT, RIGHT, TOP, BOTTOM = 44.0, 328.0, 12.0, 146.0


@dataclass(frozen=True)
class YearLine:
    """The line as it is drawn: months from left to right, and 100% at the top."""

    months: Sequence[Month]

    @property
    def was_counted_later(self) -> bool:
        """Say whether any of the months was counted later."""
        return any(month.counted and month.counted.is_later for month in self.months)

    def across(self, number: int) -> float:
        """Return where a month is, from the left."""
        return LEFT + (RIGHT - LEFT) * number / max(1, len(self.months) - 1)

    def down(self, per_cent: int) -> float:
        """Return where a rate is, from the top."""
        return BOTTOM - (BOTTOM - TOP) * per_cent / 100

    @property
    def stretches(self) -> list[list[Place]]:
        """Return the stretches of the line: a month without a rate ends one, and nothing crosses it."""
        found: list[list[Place]] = [[]]
        for number, month in enumerate(self.months):
            if month.per_cent is None:
                found.append([])
            else:
                found[-1].append((self.across(number), self.down(month.per_cent)))
        return [stretch for stretch in found if stretch]

    @property
    def paths(self) -> list[str]:
        """Return the stretches as paths of an SVG."""
        return [" ".join(_step(*place, number) for number, place in enumerate(stretch)) for stretch in self.stretches]

    @property
    def words(self) -> str:
        """Say what the line shows: where it begins and ends, its highest and lowest rate, and which months it lacks."""
        known = [(month, month.per_cent) for month in self.months if month.per_cent is not None]
        if not known:
            return "There is no rate to show."
        if len(known) == 1:
            return f"{known[0][1]}% in {known[0][0].first:%B %Y}, and no other month on record."
        (first, begins), (_, ends) = known[0], known[-1]
        rates = [per_cent for _, per_cent in known]
        missing = len(self.months) - len(known)
        lacking = f" {missing} of {len(self.months)} months have no rate." if missing else ""
        between = f"{min(rates)}% at the lowest, {max(rates)}% at the highest."
        return f"From {begins}% in {first.first:%B %Y} to {ends}% today; {between}{lacking}"


def _step(across: float, down: float, number: int) -> str:
    return f"{'L' if number else 'M'}{across:.1f} {down:.1f}"
