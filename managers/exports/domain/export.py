"""A list to download: its columns, and what it says about itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from core.domain.days import day_of
from core.domain.names import folded

NOT_IN_FILE_NAMES = re.compile(r"[^a-z0-9]+")
LONGEST_FILE_NAME = 100

Cell = str | date | datetime | int | float | None
Cells = Sequence[Cell]


class CellKind(Enum):
    """What is in a column: a share is from 0 to 1, and a time is aware of its zone."""

    TEXT = "text"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and what is in it."""

    heading: str
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True, slots=True)
class Export:
    """A list: what it is called, whose it is, its columns, what it was filtered by, and who asked for it when.

    ``about`` says which people or things it is about, such as the name of a trust or of a course. ``filters`` are names
    with what was chosen, such as ("School", "Oak Tree Primary"). ``notes`` say how to read it.
    """

    title: str
    about: str
    columns: tuple[Column, ...]
    filters: tuple[tuple[str, str], ...]
    asked_by: str
    asked_at: datetime
    notes: tuple[str, ...] = ()

    @property
    def file_name(self) -> str:
        """Return the name of its file, without the ending: plain letters that every system takes."""
        words = NOT_IN_FILE_NAMES.sub("-", folded(self.title))[:LONGEST_FILE_NAME].strip("-")
        return f"{words or 'list'}-{day_of(self.asked_at)}"
