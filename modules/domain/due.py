"""The day until which training should be done, as a trainer writes it."""

from datetime import date

from core.domain.typed_day import WrongDay, typed_day


def due_day(day: str, month: str, year: str, today: date) -> date | WrongDay | None:
    """Read a due date, which must not have passed; None where nothing is written."""
    return typed_day("due date", day, month, year, today)
