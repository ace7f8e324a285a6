"""What the trust page is about: all modules of all schools, or those of its modules and schools that someone chose."""

from dataclasses import dataclass, replace
from enum import Enum

from managers.listing.domain.query import NO_SCHOOL


@dataclass(frozen=True, slots=True)
class NamedModule:
    """A module by its key and title."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class NamedSchool:
    """A school by its id and name; without an id, it stands for people who belong to no school yet."""

    id: int | None
    name: str

    @property
    def in_address(self) -> int:
        """Return how addresses name it."""
        return self.id or NO_SCHOOL


class RateSort(Enum):
    """What rates are sorted by: the lowest first, the name, or the largest number overdue or expired first."""

    RATE = "rate"
    NAME = "name"
    OVERDUE = "overdue"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class TrustChoice:
    """What someone chose to see: one module or all, one school or all, and in which order."""

    module: NamedModule | None = None
    school: NamedSchool | None = None
    sort: RateSort = RateSort.RATE

    @property
    def key(self) -> str | None:
        """Return the key of the module, or None for all training together."""
        return self.module.key if self.module else None

    @property
    def query(self) -> dict[str, str | int | None]:
        """Return the query of its address, without what goes without saying."""
        return {
            "module": self.key,
            "school": self.school.in_address if self.school else None,
            "sort": self.sort.value if self.sort is not RateSort.RATE else None,
        }

    def sorted_by(self, sort: RateSort) -> "TrustChoice":
        """Return the same in another order."""
        return replace(self, sort=sort)
