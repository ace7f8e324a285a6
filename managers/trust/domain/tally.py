"""Tallies: how many people have to take training, and how many have passed, are overdue or have expired."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

# A school that is so many points behind all schools together is worth a look before the others.
LAGS_BY = 10


class Sign(Enum):
    """What a mark next to a rate says: everyone has passed, or it is well below that of all schools together."""

    EVERYONE = "everyone"
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class StaffTally:
    """How many people have to take something, and how many of them are where with it.

    ``passed`` have a pass that is valid on the day, and ``expired`` one that has ended. For ``overdue``, the day by
    which it was due has passed, whether or not they had a pass before.
    """

    people: int = 0
    passed: int = 0
    overdue: int = 0
    expired: int = 0

    def __add__(self, other: "StaffTally") -> "StaffTally":
        """Return the tally of these people and others together."""
        return StaffTally(
            self.people + other.people,
            self.passed + other.passed,
            self.overdue + other.overdue,
            self.expired + other.expired,
        )

    @property
    def rate(self) -> float | None:
        """Return which share of them has passed, from 0 to 1; None if no one has to."""
        return self.passed / self.people if self.people else None

    @property
    def per_cent(self) -> int | None:
        """Return the same in whole per cent, never rounded up: 100 means everyone."""
        return self.passed * 100 // self.people if self.people else None

    def sign_among(self, everyone: "StaffTally") -> Sign | None:
        """Return the mark that the rate gets next to that of all schools together."""
        if self.people and self.passed == self.people:
            return Sign.EVERYONE
        points = points_since(self, everyone)
        return Sign.BEHIND if points is not None and points <= -LAGS_BY else None


def total(tallies: Iterable[StaffTally]) -> StaffTally:
    """Return the tally of all these people, each of whom is in one of them."""
    return sum(tallies, StaffTally())


def points_since(now: StaffTally, before: StaffTally | None) -> int | None:
    """Return by how many percentage points a rate has changed, as both are shown; None if one of them is not known."""
    if before is None or now.per_cent is None or before.per_cent is None:
        return None
    return now.per_cent - before.per_cent
