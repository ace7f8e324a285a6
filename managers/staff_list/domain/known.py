"""What is known of a trust's staff before a list is applied: whom it can be about, and what it would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class StaffFacts:
    """What a list can say of someone. A negative number stands for a school or a person that the list adds."""

    email: str | None = None
    number: str | None = None
    school: int | None = None
    is_school_given: bool = False
    manager: int | None = None
    job_group: str | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A staff member as known: their name, and whether an LMS knows them, or all their courses have lost them."""

    id: int
    name: str | None
    facts: StaffFacts
    is_in_lms: bool
    has_left: bool

    @property
    def who(self) -> str:
        """Name the person."""
        return self.name or self.facts.email or self.facts.number or f"staff member {self.id}"


class KnownStaff:
    """The staff and the schools of a trust, found by what a list may call them."""

    def __init__(self, members: Iterable[KnownMember], schools: dict[str, tuple[int, str]]) -> None:
        """Keep the staff, and of each school its number and name by its folded name."""
        self.members = {member.id: member for member in members}
        self.schools = schools
        self.by_email = {each.facts.email: each.id for each in self.members.values() if each.facts.email}
        self.by_number = {each.facts.number: each.id for each in self.members.values() if each.facts.number}
        self.school_names = dict(schools.values())

    def is_same(self, other: "KnownStaff") -> bool:
        """Say whether the same is known there."""
        return self.members == other.members and self.schools == other.schools
