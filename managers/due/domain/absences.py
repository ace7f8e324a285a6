"""Absences: what happens to a due date during an exception, and afterwards.

The clock stands still during an absence. A date moves by as many days of absence as there are from the day on which
the training could be done until the date, so that someone who comes back has the days left that they had before. A
date that was missed before an absence moves to its last day once the absence has begun: nothing is overdue during it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which someone is away, the first and the last included; without a last day, until further notice."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Window:
    """The first day on which training can be done, and the day on which it is due."""

    opens: date
    due: date


def moved(window: Window, absences: Iterable[Absence], today: date) -> date | None:
    """Return when training is due after absences; None while we cannot tell when someone comes back."""
    due: date | None = window.due
    for absence in merged(absences):
        if due and not _is_over_before(absence, window.opens):
            due = _moved_by(absence, window.opens, due, today)
    return due


def _is_over_before(absence: Absence, opens: date) -> bool:
    return absence.last is not None and absence.last < opens


def _moved_by(absence: Absence, opens: date, due: date, today: date) -> date | None:
    begins = max(absence.first, opens)
    if begins <= due:
        return due + (absence.last - begins + DAY) if absence.last else None
    # A missed date moves when the absence begins, and not as soon as it is planned.
    return absence.last if absence.first <= today else due


def merged(absences: Iterable[Absence]) -> list[Absence]:
    """Return the same days as absences that neither overlap nor touch, in order."""
    found: list[Absence] = []
    for absence in sorted(absences, key=lambda absence: absence.first):
        if absence.last and absence.last < absence.first:
            continue
        before = found[-1] if found else None
        if before and (before.last is None or absence.first <= before.last + DAY):
            found[-1] = Absence(before.first, _later(before.last, absence.last))
        else:
            found.append(absence)
    return found


def _later(one: date | None, other: date | None) -> date | None:
    return max(one, other) if one and other else None
