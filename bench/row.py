"""One line of the table of results."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Row:
    """A kind of work: what it is to reach, what was measured, its queries, Python calls, and last page in bytes."""

    work: str
    reach: str
    measured: str
    queries: str = ""
    calls: str = ""
    size: str = ""


def milliseconds(seconds: float) -> str:
    """Return server CPU as it stands in the table."""
    return f"{seconds * 1000:.2f} ms"


def number_of(counts: Sequence[int]) -> str:
    """Return a number of queries; from least to most, where it was not always the same."""
    least, most = min(counts), max(counts)
    return str(least) if least == most else f"{least} to {most}"


def median_of(counts: Sequence[int]) -> str:
    """Return the median of a number that may differ a little from time to time."""
    return f"{median(counts):,.0f}"
