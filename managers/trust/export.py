"""The numbers of the trust page as a list to download: a row for each module in each school."""

from collections.abc import Iterator
from datetime import datetime

from core.filters import on_day
from managers.exports.domain.export import CellKind, Cells, Column, Export
from managers.trust.matrix import ALL_TRAINING
from managers.trust.page import Rate, TrustPage

COLUMNS = (
    Column("School"),
    Column("Module"),
    Column("Have to take it", CellKind.NUMBER),
    Column("Passed and valid", CellKind.NUMBER),
    Column("Rate", CellKind.SHARE),
    Column("Overdue", CellKind.NUMBER),
    Column("Expired", CellKind.NUMBER),
    Column("Rate at the end of last month", CellKind.SHARE),
)
NOTES = (
    "“Passed and valid” counts people whose pass is valid on the day. The rate is their share of those who have to.",
    f"“{ALL_TRAINING}” counts each person once, and as passed if they have passed everything they have to take.",
    "Someone who is overdue may also have an expired pass.",
)


def rates_export(page: TrustPage, about: str, asked_by: str, now: datetime) -> Export:
    """Return the description of the list; ``about`` is the name of the trust."""
    choice = page.choice
    module = (("Module", choice.module.title),) if choice.module else ()
    school = (("School", choice.school.name),) if choice.school else ()
    last = page.rates.last
    before = f"Last month’s numbers are those of {on_day(last.day)}." if last else "There is no record of last month."
    return Export("Training by school", about, COLUMNS, school + module, asked_by, now, (*NOTES, before))


def rates_rows(page: TrustPage) -> Iterator[Cells]:
    """Give a row for each module that people of a school have to take, and one for all their training."""
    matrix, choice = page.matrix, page.choice
    schools = [choice.school] if choice.school else matrix.schools
    modules = [choice.module] if choice.module else [*matrix.modules, None]
    for school in schools:
        for module in modules:
            if (rate := page.rates.of(module, school)).tally.people:
                yield _cells(rate)


def _cells(rate: Rate) -> Cells:
    tally = rate.tally
    return (
        rate.school.name if rate.school else None,
        rate.module.title if rate.module else ALL_TRAINING,
        tally.people,
        tally.passed,
        tally.rate,
        tally.overdue,
        tally.expired,
        rate.before.rate if rate.before else None,
    )
