"""The columns of a list of staff, found by their headings in any order."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from core.domain.names import folded


class ListColumn(Enum):
    """What a column of a list is about; the value is its heading in the template."""

    EMAIL = "E-mail"
    NUMBER = "Staff number"
    SCHOOL = "School"
    MANAGER = "Line manager"
    JOB_GROUP = "Job group"
    STARTS_ON = "Start date"


_OTHER_NAMES = {
    ListColumn.EMAIL: "email address|mail|work email|work email address|staff email|user email|upn",
    ListColumn.NUMBER: "number|staff no|staff id|employee number|employee no|employee id|payroll number|payroll no|"
    "personnel number|id number|idnumber|person number",
    ListColumn.SCHOOL: "academy|site|workplace|establishment|school name|base",
    ListColumn.MANAGER: "manager|line manager email|line manager email address|line manager number|manager email|"
    "reports to|supervisor|line manager staff number",
    ListColumn.JOB_GROUP: "job|role|job title|job role|post|position|staff group|group|category",
    ListColumn.STARTS_ON: "start|started|starts on|date started|employment start|employment start date|"
    "start of employment|date of joining|joined|commenced",
}
_BY_HEADING = {
    folded(heading).replace("-", ""): column
    for column, names in _OTHER_NAMES.items()
    for heading in (column.value, *names.split("|"))
}


class WrongList(ValueError):
    """A file that cannot be read as a list of staff; the words say what to do."""


@dataclass(frozen=True)
class ListColumns:
    """Where each column is, the headings of those that mean nothing to us, and how many there are in all."""

    places: dict[ListColumn, int]
    unused: tuple[str, ...]
    width: int


def column_of(heading: str) -> ListColumn | None:
    """Return what a heading names, or None if that is nothing we know."""
    plain = folded(heading).replace("-", "").replace("_", " ").replace(".", "").strip(" :*")
    return _BY_HEADING.get(" ".join(plain.split()))


def columns_in(headings: Sequence[str]) -> ListColumns:
    """Return where the columns are; WrongList where no one could be found by them, or two say the same."""
    places: dict[ListColumn, int] = {}
    unused = []
    for place, heading in enumerate(headings):
        column = column_of(heading)
        if column is None:
            unused += [heading.strip()] if heading.strip() else []
        elif column in places:
            raise WrongList(
                f"Two columns, “{headings[places[column]].strip()}” and “{heading.strip()}”, both give the "
                f"{_said(column)}. Delete or rename one of them, and upload the list again."
            )
        else:
            places[column] = place
    if not places.keys() & {ListColumn.EMAIL, ListColumn.NUMBER}:
        raise WrongList(_no_one_named(headings))
    return ListColumns(places, tuple(unused), len(headings))


def _said(column: ListColumn) -> str:
    return column.value[0].lower() + column.value[1:]


def _no_one_named(headings: Sequence[str]) -> str:
    found = ", ".join(f"“{heading.strip()}”" for heading in headings[:12] if heading.strip())
    return (
        "No column is called E-mail or Staff number. The first line has to name the columns. "
        + (f"It says {found}. " if found else "")
        + "Rename the columns as in the template, and upload the list again."
    )
