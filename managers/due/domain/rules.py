"""Rules for due dates: who a rule is for, when it says training is due, and which of several rules counts.

The most specific rule counts. A rule that names the module is more specific than any that does not, then one that
names the school, then one that names the job group: a trust decides about a module first, and a school about its staff
before anyone decides about a job. Of two rules for the same people, the one added later counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from core.domain.names import folded


class DueKind(Enum):
    """What a rule counts from: a date, the day someone starts work, the day they join, or the academic year."""

    DATE = "date"
    START = "start"
    JOINING = "joining"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who and what a rule is for, or where someone belongs: a module, a school and a job group; None means any."""

    module: str | None = None
    school: int | None = None
    group: str | None = None

    def includes(self, other: "Audience") -> bool:
        """Say whether someone who belongs there, with that module, is among those whom this names."""
        same_group = self.group is None or folded(self.group) == folded(other.group or "")
        return self.module in {None, other.module} and self.school in {None, other.school} and same_group

    @property
    def specificity(self) -> tuple[bool, bool, bool]:
        """Return how specific it is, to compare: the module counts most, then the school, then the job group."""
        return self.module is not None, self.school is not None, self.group is not None


@dataclass(frozen=True, slots=True)
class Terms:
    """When training is due.

    ``day`` is the date, or the first of a date in each academic year. ``days`` are those after the start or after
    joining; with a date, those that people have who start after it.
    """

    kind: DueKind
    days: int
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force; ``number`` grows with each that is added."""

    number: int
    audience: Audience
    terms: Terms


def rule_for(rules: Iterable[Rule], someone: Audience) -> Rule | None:
    """Return the rule that counts for someone and a module: the most specific, and the latest of those; or None."""
    theirs = [rule for rule in rules if rule.audience.includes(someone)]
    return max(theirs, key=lambda rule: (rule.audience.specificity, rule.number), default=None)
