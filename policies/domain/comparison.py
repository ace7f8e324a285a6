"""Policies side by side: what each makes of every act, family by family."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policies.domain.act import Act
from policies.domain.policy import Policy, Position


@dataclass(frozen=True, slots=True)
class Row:
    """An act, and the position of each policy on it, in the order of the policies."""

    act: Act
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The acts that begin with the same word, such as ``contact``."""

    name: str
    rows: tuple[Row, ...]


def compare_acts(acts: Iterable[Act], policies: Sequence[Policy], only: str | None = None) -> tuple[Family, ...]:
    """Return each family of acts, or only the one named, with what every policy makes of its acts."""
    rows = [Row(act, tuple(policy.position_on(act.key) for policy in policies)) for act in acts]
    names = dict.fromkeys(family_of(row.act) for row in rows)
    return tuple(
        Family(name, tuple(row for row in rows if family_of(row.act) == name)) for name in names if only in (None, name)
    )


def family_of(act: Act) -> str:
    """Return the family of an act: the first word of its key."""
    return act.key.partition(".")[0]


def families_of(acts: Iterable[Act]) -> tuple[str, ...]:
    """Return the names of all families, in the order of the vocabulary."""
    return tuple(dict.fromkeys(family_of(act) for act in acts))
