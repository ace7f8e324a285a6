"""Quiet times: when a trust's people get no reminders, by the clock of the United Kingdom, summer time included."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.domain.days import BRITAIN

DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days without reminders, the first and the last included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class QuietTimes:
    """Weekends, a trust's holidays, and each day before ``from_hour`` and from ``to_hour`` on."""

    holidays: tuple[Holiday, ...] = ()
    from_hour: int = 8
    to_hour: int = 17

    def covers_day(self, day: date) -> bool:
        """Say whether no one gets a reminder on a day."""
        return day.weekday() >= SATURDAY or any(each.first <= day <= each.last for each in self.holidays)

    def covers(self, moment: datetime) -> bool:
        """Say whether no one gets a reminder at a moment."""
        local = moment.astimezone(BRITAIN)
        return self.covers_day(local.date()) or not self.from_hour <= local.hour < self.to_hour

    def end_after(self, moment: datetime) -> datetime:
        """Return the first moment from this one on at which reminders may be sent."""
        if not self.covers(moment):
            return moment
        local = moment.astimezone(BRITAIN)
        day = local.date() if local.hour < self.from_hour else local.date() + DAY
        while self.covers_day(day):
            day += DAY
        return datetime.combine(day, time(self.from_hour), BRITAIN)
