"""Days as schools in the United Kingdom count them: by their own clock, summer time included."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BRITAIN = ZoneInfo("Europe/London")


def day_of(moment: datetime) -> date:
    """Return the day on which a moment falls."""
    return moment.astimezone(BRITAIN).date()


def last_second_of(day: date) -> datetime:
    """Return the last whole second of a day."""
    return datetime.combine(day + timedelta(days=1), time(), BRITAIN) - timedelta(seconds=1)


def months_after(day: date, months: int) -> date:
    """Return the same day so many calendar months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
