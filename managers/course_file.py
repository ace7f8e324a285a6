"""The list of a course's people as a file: what it says about itself, and its rows, in the order of the list."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lti.domain.delivery import DeliveryState
from managers.course_list import Narrowed
from managers.exports.domain.export import CellKind, Cells, Column, Export
from managers.listing.domain.query import ListQuery, ListStatus
from managers.listing.domain.words import DUE_WORDS, WORDS
from managers.people import PersonRow, chosen_people, person_rows
from modules.domain.content import TrainingModule
from modules.passes.course_progress import ProgressQuery

PEOPLE_AT_ONCE = 500
COLUMNS = (
    Column("Name"),
    Column("E-mail address"),
    Column("LMS id"),
    Column("Status"),
    Column("Valid until", CellKind.DATE),
    Column("Policy confirmed"),
    Column("Certificate valid until", CellKind.DATE),
    Column("Best score", CellKind.SHARE),
    Column("Finished at", CellKind.TIME),
    Column("Grade in the LMS"),
)
GRADES = {
    DeliveryState.WAITING: "Waiting",
    DeliveryState.SENDING: "Sending",
    DeliveryState.DELIVERED: "Sent",
    DeliveryState.NEEDS_ATTENTION: "Needs attention",
}


def course_export(
    module: TrainingModule, narrowed: Narrowed, schools: Mapping[int, str], course: str, asked_by: str, now: datetime
) -> Export:
    """Return what the file of a course's list says about itself."""
    filters = tuple(_filters(narrowed.asked, schools))
    return Export(f"Who has finished: {module.title}", course, COLUMNS, filters, asked_by, now)


def _filters(asked: ListQuery, schools: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    if asked.school is not None:
        yield "School", schools[asked.school]
    if asked.standing:
        yield "Status", WORDS[asked.standing]
    if asked.due:
        yield "Due date", DUE_WORDS[asked.due]
    if asked.needs_attention:
        yield "Grade", "Needs attention"
    if asked.q:
        yield "Name or e-mail address", asked.q


def course_rows(session: Session, question: ProgressQuery, narrowed: Narrowed) -> Iterator[Cells]:
    """Give the rows of a course's list in its order; what they say is read for some hundred people at once."""
    people, keys = chosen_people(question, narrowed.only, narrowed)
    ids = session.scalars(people.order_by(*(column.desc() if down else column for column, down in keys))).all()
    for first in range(0, len(ids), PEOPLE_AT_ONCE):
        yield from (_cells(row) for row in person_rows(session, ids[first : first + PEOPLE_AT_ONCE], question))


def _cells(row: PersonRow) -> Cells:
    confirmed = None if row.confirmed is None else "Yes" if row.confirmed.given else "No"
    certificate, shown = row.certificate, row.shown
    grade = GRADES.get(row.grade.delivery.state) if row.grade else None
    return (
        *(row.name, row.email, row.subject, WORDS[ListStatus(row.standing.value)], row.renewal.valid_until, confirmed),
        certificate.valid_until if certificate else None,
        *((shown.score, shown.finished_at) if shown else (None, None)),
        grade,
    )
