"""What trainers do by hand in the gradebook: set a mark, lock it, or reset a whole course (Moodle)."""

from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.orm import Session

from practice.courses.people import PracticePerson
from practice.models import Course, Grade, GradeHold, LineItem


class Hold(StrEnum):
    """What blocks the tool's scores from a grade."""

    OVERRIDDEN = "overridden"
    LOCKED = "locked"


def hold_on(session: Session, item: LineItem, person: PracticePerson) -> Hold | None:
    """What blocks scores from this person's grade, if anything."""
    hold = session.get(GradeHold, (item.id, person.id))
    return Hold(hold.kind) if hold else None


def set_by_hand(session: Session, item: LineItem, person: PracticePerson, percent: float, now: int) -> None:
    """Write a trainer's own mark; after that, Moodle does not accept a score over it."""
    key = {"line_item_id": item.id, "person_id": person.id}
    grade = session.get(Grade, tuple(key.values())) or Grade(**key, stamped_at=0, writes=0)
    grade.score, grade.stamped_at = percent / 100, now
    session.add(grade)
    hold(session, item, person, Hold.OVERRIDDEN)


def hold(session: Session, item: LineItem, person: PracticePerson, kind: Hold | None) -> None:
    """Block scores from this person's grade in that way, or let them through again."""
    session.execute(delete(GradeHold).where(GradeHold.line_item_id == item.id, GradeHold.person_id == person.id))
    if kind:
        session.add(GradeHold(line_item_id=item.id, person_id=person.id, kind=kind))


def reset_course(session: Session, course: Course) -> None:
    """Remove all grades from the course, as schools do each year; no tool is told."""
    items = [item.id for item in course.line_items]
    for table in (Grade, GradeHold):
        session.execute(delete(table).where(table.line_item_id.in_(items)))
