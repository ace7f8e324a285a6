"""The gradebook as people see it, and the results and line items as the tool reads them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.practice.addresses import Addresses
from lti.practice.courses import PEOPLE, PracticeActivity, PracticeCourse, PracticePerson
from lti.practice.models import Grade

GRADE_MAXIMUM = 100  # Moodle's default for an activity


@dataclass(frozen=True)
class GradebookRow:
    """One graded person beside one activity, with the grade if there is one."""

    person: PracticePerson
    activity: PracticeActivity
    grade: Grade | None

    @property
    def percent(self) -> float | None:
        """The grade as a percentage, to two places as Moodle shows it."""
        has_score = self.grade is not None and self.grade.score is not None
        return round(self.grade.score * 100, 2) if has_score else None


def gradebook(session: Session, course: PracticeCourse) -> list[GradebookRow]:
    """A row for each graded person and activity of the course, graded or not."""
    grades = {(grade.line_item_id, grade.person_id): grade for grade in _grades(session, course)}
    return [
        GradebookRow(person, activity, grades.get((activity.line_item_id, person.id)))
        for person in PEOPLE
        if person.is_graded
        for activity in course.activities
    ]


def gradebook_as_json(rows: list[GradebookRow]) -> list[dict]:
    """The rows for programs: score is a share from 0 to 1, writes how often a score was taken."""
    return [
        {
            "person": row.person.id,
            "name": row.person.name,
            "activity": row.activity.id,
            "line_item": row.activity.line_item_id,
            "score": row.grade and row.grade.score,
            "percent": row.percent,
            "comment": row.grade and row.grade.comment,
            "when": row.grade and iso_moment(row.grade.stamped_at),
            "writes": row.grade.writes if row.grade else 0,
        }
        for row in rows
    ]


def line_item(addresses: Addresses, course: PracticeCourse, activity: PracticeActivity) -> dict:
    """The activity's line item as the tool reads it."""
    return {
        "id": addresses.lineitem(course, activity),
        "label": activity.title,
        "scoreMaximum": GRADE_MAXIMUM,
        "resourceId": "",
        "tag": "",
        "resourceLinkId": activity.id,
        "ltiLinkId": activity.id,
    }


def results(
    session: Session, addresses: Addresses, course: PracticeCourse, activity: PracticeActivity, person_id: str | None
) -> list[dict]:
    """The results of the activity, of one person or of all that have one."""
    grades = [grade for grade in _grades(session, course) if grade.line_item_id == activity.line_item_id]
    return [_result(addresses, course, activity, grade) for grade in grades if person_id in (None, grade.person_id)]


def iso_moment(seconds: int) -> str:
    """The moment in ISO 8601, in UTC and whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _grades(session: Session, course: PracticeCourse) -> list[Grade]:
    items = [activity.line_item_id for activity in course.activities]
    return list(session.scalars(select(Grade).where(Grade.line_item_id.in_(items)).order_by(Grade.person_id)))


def _result(addresses: Addresses, course: PracticeCourse, activity: PracticeActivity, grade: Grade) -> dict:
    result = {
        "id": addresses.lineitem(course, activity, f"/results/{grade.person_id}/result"),
        "userId": grade.person_id,
        "scoreOf": addresses.lineitem(course, activity),
        "timestamp": iso_moment(grade.stamped_at),
    }
    if grade.score is not None:
        result |= {"resultScore": grade.score * GRADE_MAXIMUM, "resultMaximum": GRADE_MAXIMUM}
    return result | ({"comment": grade.comment} if grade.comment else {})
