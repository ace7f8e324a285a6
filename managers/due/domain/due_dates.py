"""When someone's training is due: the first date of their rule that their pass does not cover.

A pass covers a date if it is valid on that day, and a date that was missed if it came later. A rule for each academic
year asks for the training by its day in every year: the first such day after the pass ends is the next one. Under the
other rules a pass has to be renewed by its last day.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from managers.due.domain.absences import Absence, Window, moved
from managers.due.domain.rules import DueKind, Terms

FIRST_MONTH = 9


@dataclass(frozen=True, slots=True)
class Training:
    """What decides when a module is due for someone.

    They started work on ``starts_on``, if we know, and have been asked to take it since ``since``. Their pass, if they
    have one, ends on ``valid_until``, or never, and can be renewed in its last ``renew_days``.
    """

    starts_on: date | None
    since: date
    has_passed: bool = False
    valid_until: date | None = None
    renew_days: int = 0

    @property
    def is_for_good(self) -> bool:
        """Say whether they have a pass that does not expire."""
        return self.has_passed and self.valid_until is None

    def covers(self, day: date) -> bool:
        """Say whether their pass is valid on a day, or came after it."""
        return self.has_passed and (self.valid_until is None or self.valid_until >= day)


def due_date(terms: Terms, training: Training, absences: Iterable[Absence], today: date) -> date | None:
    """Return when training is due under these terms; None if no date is to be kept."""
    if training.is_for_good:
        return None
    return moved(_window(terms, training), absences, today)


def is_overdue(due: date, today: date) -> bool:
    """Say whether something that was due on a day is overdue: from the day after it."""
    return today > due


def _window(terms: Terms, training: Training) -> Window:
    first = _first(terms, training)
    until = training.valid_until
    if until is None or not training.covers(first.due):
        return first
    if terms.kind is DueKind.YEAR and terms.day:
        due = _next_after(terms.day, max(first.due, until))
        return Window(max(academic_year(due), first.opens), due)
    return Window(until - timedelta(days=training.renew_days), until)


def _first(terms: Terms, training: Training) -> Window:
    """Return the first date that someone has to keep under these terms."""
    since, days = training.since, timedelta(days=terms.days)
    if terms.day is None:
        begins = since if terms.kind is DueKind.JOINING else training.starts_on or since
        return Window(begins, begins + days)
    came = max(since, training.starts_on or since)
    day = terms.day
    if terms.kind is DueKind.YEAR:
        day = in_year(day, max(academic_year(day), academic_year(came)))
    return Window(came, came + days) if came > day else Window(max(academic_year(day), came), day)


def _next_after(first: date, after: date) -> date:
    """Return the first day of a yearly series that is later than a day."""
    this = academic_year(after)
    due = in_year(first, this)
    return due if due > after else in_year(first, this.replace(year=this.year + 1))


def common_date(terms: Collection[Terms | None], today: date) -> date | None:
    """Return the next date that people under these terms have in common, today at the earliest; None without one.

    Dates that depend on when someone started or joined are no one else's, and some people may have no rule at all.
    """
    found = {_next_date(each, today) if each else None for each in terms}
    return found.pop() if len(found) == 1 else None


def _next_date(terms: Terms, today: date) -> date | None:
    if terms.day is None or terms.day >= today:
        return terms.day
    return _next_after(terms.day, today - timedelta(days=1)) if terms.kind is DueKind.YEAR else None


def academic_year(day: date) -> date:
    """Return the first day of the academic year in which a day falls: 1 September."""
    return date(day.year if day.month >= FIRST_MONTH else day.year - 1, FIRST_MONTH, 1)


def in_year(day: date, year: date) -> date:
    """Return the same day and month in the academic year that begins then; 28 February where there is no 29th."""
    number = year.year if day.month >= FIRST_MONTH else year.year + 1
    return date(number, day.month, min(day.day, monthrange(number, day.month)[1]))
