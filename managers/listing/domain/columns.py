"""The columns of lists of people: which there are, and which a list shows unless someone chooses others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from managers.listing.domain.query import Sort


@dataclass(frozen=True, slots=True)
class PeopleColumn:
    """A column as an address names it, with its heading, and by what its heading sorts, if it does."""

    key: str
    heading: str
    sort: Sort | None = None
    is_usual: bool = True
    is_numeric: bool = False


OF_COURSE = (
    PeopleColumn("status", "Status", Sort.STATUS),
    PeopleColumn("confirmed", "Policy confirmed"),
    PeopleColumn("certified", "Certified"),
    PeopleColumn("score", "Best score", is_numeric=True),
    PeopleColumn("finished", "Finished on"),
    PeopleColumn("grade", "Grade in the LMS"),
    PeopleColumn("due", "Due by", Sort.DUE, is_usual=False),
    PeopleColumn("school", "School", Sort.SCHOOL, is_usual=False),
    PeopleColumn("email", "E-mail address", is_usual=False),
)
OF_STAFF = (
    PeopleColumn("school", "School", Sort.SCHOOL),
    PeopleColumn("status", "Status", Sort.STATUS),
    PeopleColumn("due", "Due by", Sort.DUE),
    PeopleColumn("until", "Valid until", Sort.UNTIL),
    PeopleColumn("confirmed", "Policy confirmed", is_usual=False),
    PeopleColumn("grade", "Grade in the LMS", is_usual=False),
    PeopleColumn("group", "Job group", is_usual=False),
    PeopleColumn("manager", "Line manager", is_usual=False),
    PeopleColumn("email", "E-mail address", is_usual=False),
    PeopleColumn("number", "Staff number", is_usual=False),
)


def shown(of: Sequence[PeopleColumn], chosen: Iterable[str]) -> tuple[PeopleColumn, ...]:
    """Return the columns that someone chose, in their usual order; the usual ones where none of them is one."""
    wanted = set(chosen)
    return tuple(each for each in of if each.key in wanted) or tuple(each for each in of if each.is_usual)
