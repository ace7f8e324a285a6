"""The gradebook as people see it, and the results and line items as the tool reads them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from practice.addresses import Addresses
from practice.courses.enrolments import enrolled
from practice.courses.people import PracticePerson
from practice.models import Course, Grade, GradeHold, LineItem
from practice.vocabulary import Json


@dataclass(frozen=True)
class GradebookRow:
    """One graded person beside one line item, with the grade if there is one."""

    person: PracticePerson
    item: LineItem
    grade: Grade | None
    hold: str | None = None  # what blocks scores: set by hand, or locked

    @property
    def percent(self) -> float | None:
        """The grade as a percentage, to two places as Moodle shows it."""
        score = self.grade.score if self.grade else None
        return None if score is None else round(score * 100, 2)


def gradebook(session: Session, course: Course) -> list[GradebookRow]:
    """A row for each graded person and line item of the course, with or without a grade."""
    grades = {(grade.line_item_id, grade.person_id): grade for grade in _grades(session, course.line_items)}
    ids = [item.id for item in course.line_items]
    held = session.scalars(select(GradeHold).where(GradeHold.line_item_id.in_(ids)))
    holds = {(hold.line_item_id, hold.person_id): hold.kind for hold in held}
    return [
        GradebookRow(person, item, grades.get((item.id, person.id)), holds.get((item.id, person.id)))
        for person in enrolled(session)
        if person.is_graded
        for item in course.line_items
    ]


def gradebook_as_json(rows: list[GradebookRow]) -> list[Json]:
    """The rows for programs: score is a share from 0 to 1, writes how often a score was taken."""
    return [
        {
            "person": row.person.id,
            "name": row.person.name,
            "activity": row.item.activity_id,
            "line_item": row.item.id,
            "score": row.grade and row.grade.score,
            "percent": row.percent,
            "comment": row.grade and row.grade.comment,
            "when": row.grade and iso_moment(row.grade.stamped_at),
            "writes": row.grade.writes if row.grade else 0,
        }
        for row in rows
    ]


def line_item(addresses: Addresses, item: LineItem) -> Json:
    """A line item as the tool reads it."""
    described: Json = {
        "id": addresses.lineitem(item),
        "label": item.label,
        "scoreMaximum": item.score_maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    if item.end:
        described["endDateTime"] = item.end.at
    links = {"resourceLinkId": item.activity_id, "ltiLinkId": item.activity_id}
    return described | (links if item.activity_id else {})


def results(session: Session, addresses: Addresses, item: LineItem, person_id: str | None) -> list[Json]:
    """The results of the line item, of one person or of all that have one."""
    grades = _grades(session, [item])
    return [_result(addresses, item, grade) for grade in grades if person_id in (None, grade.person_id)]


def iso_moment(seconds: int) -> str:
    """The moment in ISO 8601, in UTC and whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _grades(session: Session, items: list[LineItem]) -> list[Grade]:
    ids = [item.id for item in items]
    return list(session.scalars(select(Grade).where(Grade.line_item_id.in_(ids)).order_by(Grade.person_id)))


def _result(addresses: Addresses, item: LineItem, grade: Grade) -> Json:
    result: Json = {
        "id": addresses.lineitem(item, f"/results/{grade.person_id}/result"),
        "userId": grade.person_id,
        "scoreOf": addresses.lineitem(item),
        "timestamp": iso_moment(grade.stamped_at),
    }
    if grade.score is not None:
        result |= {"resultScore": grade.score * item.score_maximum, "resultMaximum": item.score_maximum}
    return result | ({"comment": grade.comment} if grade.comment else {})
