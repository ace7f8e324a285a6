"""When training is due: pages show it, and LMSs are told. The application provides what knows it.

Due dates are decided further up the line of packages, so that this only says what can be asked.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class DueDates:
    """Answers when training is due.

    ``of_person`` takes a person's id and a module. ``of_course`` takes a trust, a course's id, some modules and today,
    and returns only dates to come that all who learn in the course have in common: an LMS shows one date to everyone.
    """

    of_person: Callable[[Session, int, str], date | None]
    of_course: Callable[[Session, str, int, Collection[str], date], Mapping[str, date]]


NO_DUE_DATES = DueDates(lambda _session, _person, _module: None, lambda _session, *_about: {})
