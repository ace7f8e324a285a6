"""Terms of a school year, by the day on which something happened."""

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import total_ordering


class Season(Enum):
    """One of the three terms of a school year, in their order."""

    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


# Schools set their own days, and Easter moves: whole months are the same for everyone.
FIRST_MONTHS = {Season.AUTUMN: 9, Season.SPRING: 1, Season.SUMMER: 4}
KEY = re.compile(r"(?P<year>\d{4})-(?P<next>\d{2})-(?P<season>autumn|spring|summer)")


@total_ordering
@dataclass(frozen=True, slots=True)
class SchoolTerm:
    """A term of the school year that begins in September of ``year``."""

    year: int
    season: Season

    @property
    def key(self) -> str:
        """Return how addresses and rows name it, such as 2026-27-autumn."""
        return f"{self.year:04}-{(self.year + 1) % 100:02}-{self.season.value}"

    @property
    def says(self) -> str:
        """Return how pages name it, such as: Autumn term 2026/27."""
        return f"{self.season.value.capitalize()} term {self.year}/{(self.year + 1) % 100:02}"

    def __lt__(self, other: "SchoolTerm") -> bool:
        """Say whether it comes before another."""
        return self._place < other._place

    @property
    def _place(self) -> tuple[int, int]:
        return self.year, list(Season).index(self.season)


def term_of(day: date) -> SchoolTerm:
    """Return the term in which a day falls: from September, from January, or from April to the end of August."""
    if day.month >= FIRST_MONTHS[Season.AUTUMN]:
        return SchoolTerm(day.year, Season.AUTUMN)
    return SchoolTerm(day.year - 1, Season.SUMMER if day.month >= FIRST_MONTHS[Season.SUMMER] else Season.SPRING)


def term_named(key: str) -> SchoolTerm | None:
    """Return the term that a key names, or None if it names none."""
    found = KEY.fullmatch(key)
    if not found:
        return None
    term = SchoolTerm(int(found["year"]), Season(found["season"]))
    return term if term.key == key else None
