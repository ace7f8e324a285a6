"""The day until which training should be done, as a trainer writes it: a day, a month and a year, or none of them."""

from dataclasses import dataclass
from datetime import date

PARTS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class WrongDay:
    """What is wrong with a date, in words for the person who wrote it, and in which of its parts."""

    says: str
    parts: tuple[str, ...] = PARTS


def due_day(day: str, month: str, year: str, today: date) -> date | WrongDay | None:
    """Read a due date, which must not have passed; None where nothing is written."""
    written = dict(zip(PARTS, (day.strip(), month.strip(), year.strip()), strict=True))
    missing = tuple(part for part in PARTS if not written[part])
    if len(missing) == len(PARTS):
        return None
    if missing:
        return WrongDay(f"Due date must include a {' and a '.join(missing)}", missing)
    return _passed_or_not(_day_of(**written), today)


def _day_of(day: str, month: str, year: str) -> date | WrongDay:
    if not all(part.isdecimal() and len(part) <= 4 for part in (day, month, year)):
        return WrongDay("Due date must be in numbers, for example 31 7 2027")
    if len(year) < 4:
        return WrongDay("Year of the due date must have four figures, for example 2027", ("year",))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return WrongDay("Due date must be a real date")


def _passed_or_not(day: date | WrongDay, today: date) -> date | WrongDay:
    return WrongDay("Due date must be today or later") if isinstance(day, date) and day < today else day
