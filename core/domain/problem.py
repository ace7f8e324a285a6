"""Problems: what is wrong with a policy, a scenario or a module, and where in its data."""

from collections.abc import Sequence
from dataclasses import dataclass

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in plain words, and the steps into the data that lead to it.

    A step is a field's name, a key, or a position from 0: ``("scenes", 2, "choices", 0, "acts", 1)``.
    """

    place: Place
    says: str

    def __str__(self) -> str:
        """Return the plain words alone."""
        return self.says


def repeated(values: Sequence[str]) -> list[int]:
    """Return the positions where a value stands for the second time, one for each value that is repeated."""
    return [position for position, value in enumerate(values) if values[:position].count(value) == 1]
