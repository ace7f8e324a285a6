"""A day as someone types it into a form, in three parts: a day, a month and a year, or none of them."""

from dataclasses import dataclass
from datetime import date

PARTS = ("day", "month", "year")


@dataclass(frozen=True, slots=True)
class WrongDay:
    """What is wrong with a date, in words for the person who wrote it, and in which of its parts."""

    says: str
    parts: tuple[str, ...] = PARTS


def typed_day(name: str, day: str, month: str, year: str, today: date) -> date | WrongDay | None:
    """Read a date of this name, such as due date, which must not have passed; None if nothing is written."""
    written = dict(zip(PARTS, (day.strip(), month.strip(), year.strip()), strict=True))
    missing = tuple(part for part in PARTS if not written[part])
    if len(missing) == len(PARTS):
        return None
    if missing:
        return WrongDay(f"{name.capitalize()} must include a {' and a '.join(missing)}", missing)
    return _passed_or_not(name, _day_of(name, **written), today)


def _day_of(name: str, day: str, month: str, year: str) -> date | WrongDay:
    if not all(part.isdecimal() and len(part) <= 4 for part in (day, month, year)):
        return WrongDay(f"{name.capitalize()} must be in numbers, for example 31 7 2027")
    if len(year) < 4:
        return WrongDay(f"Year of the {name} must have four figures, for example 2027", ("year",))
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return WrongDay(f"{name.capitalize()} must be a real date")


def _passed_or_not(name: str, day: date | WrongDay, today: date) -> date | WrongDay:
    has_passed = isinstance(day, date) and day < today
    return WrongDay(f"{name.capitalize()} must be today or later") if has_passed else day
