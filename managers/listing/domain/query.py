"""What a list of staff is asked for: every part of it is in its address, so that it can be bookmarked and sent on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

LONGEST_SOUGHT = 100
# No school has this number: it stands for people who belong to none yet.
NO_SCHOOL = 0


class ListStatus(Enum):
    """How far someone is, for a list: the first five and ``EXPIRED`` name the same as a course's standings.

    Everyone has exactly one of ``PARTS``. ``UNCONFIRMED`` has passed but still has to confirm the policy, and
    ``EXPIRING`` has a pass that ends soon.
    """

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    NOT_PASSED = "not-passed"
    PASSED = "passed"
    UNCONFIRMED = "policy-not-confirmed"
    EXPIRING = "expiring"
    EXPIRED = "expired"


PARTS = ListStatus.NOT_STARTED, ListStatus.IN_PROGRESS, ListStatus.NOT_PASSED, ListStatus.EXPIRED, ListStatus.PASSED


class Due(Enum):
    """How a due date lies to today."""

    OVERDUE = "overdue"
    SOON = "soon"


class Sort(Enum):
    """What a list is sorted by, before names."""

    NAME = "name"
    SCHOOL = "school"
    STATUS = "status"
    DUE = "due"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class Order:
    """A sort and its direction; an address puts a minus before what comes from the end."""

    by: Sort = Sort.NAME
    descending: bool = False

    @classmethod
    def named(cls, word: str) -> "Order":
        """Return the order of this name; by name where there is none."""
        found = next((sort for sort in Sort if sort.value == word.removeprefix("-")), None)
        return cls(found, word.startswith("-")) if found else cls()

    @property
    def word(self) -> str:
        """Return the order as an address has it."""
        return f"-{self.by.value}" if self.descending else self.by.value

    def after(self, sort: Sort) -> "Order":
        """Return the order to which the heading of a column leads: the other direction if it is sorted by it."""
        return Order(sort, self.by is sort and not self.descending)


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What someone asked to see: which people, in which order, and with which columns."""

    scope: str = ""
    module: str | None = None
    standing: ListStatus | None = None
    due: Due | None = None
    needs_attention: bool = False
    school: int | None = None
    group: str | None = None
    manager: int | None = None
    q: str = ""
    order: Order = Order()
    columns: tuple[str, ...] = ()
    page: int = 1

    def but(self, **changes: Any) -> "ListQuery":
        """Return the same with changes, from the first page."""
        return replace(self, page=1, **changes) if "page" not in changes else replace(self, **changes)

    @property
    def is_narrowed(self) -> bool:
        """Say whether anyone of the scope may be left out."""
        return any(self._filters().values())

    def _filters(self) -> dict[str, Any]:
        return {
            "standing": self.standing.value if self.standing else None,
            "due": self.due.value if self.due else None,
            "grade": "attention" if self.needs_attention else None,
            "school": None if self.school is None else str(self.school),
            "group": self.group,
            "manager": self.manager,
            "q": self.q or None,
        }

    @property
    def query(self) -> dict[str, Any]:
        """Return the query of its address, without what goes without saying."""
        parts = {"scope": self.scope or None, "module": self.module, **self._filters()}
        order = self.order.word if self.order != Order() else None
        parts |= {"sort": order, "column": list(self.columns), "page": self.page if self.page > 1 else None}
        return {name: value for name, value in parts.items() if value}

    def hidden(self, *asked_for: str) -> Iterator[tuple[str, Any]]:
        """Give what a form has to send beside the fields with these names."""
        for name, value in self.query.items():
            if name not in {*asked_for, "page"}:
                yield from ((name, each) for each in (value if isinstance(value, list) else [value]))
