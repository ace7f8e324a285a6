"""Finding people by part of their name or address, ignoring accents."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from core.domain.names import folded
from lti.models import Course, Membership, Person, Platform

MOST_FOUND = 50


@dataclass(frozen=True)
class FoundPerson:
    """Someone who was found, and whether they have left the course."""

    person: Person
    has_left: bool


def people_like(session: Session, course_id: int, sought: str) -> list[FoundPerson]:
    """Return the people who are or were in a course and whose name or address has these words, by name."""
    wanted = (
        select(Person, Membership.left_at)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == course_id, is_like(sought))
        .order_by(Person.sort_name, Person.id)
        .limit(MOST_FOUND)
    )
    return [FoundPerson(person, left_at is not None) for person, left_at in session.execute(wanted)]


def everyone_like(session: Session, sought: str) -> list[tuple[Person, str, list[str]]]:
    """Return the people of any LMS whose name or address has these words, each with their LMS and their courses."""
    wanted: Select[Person, str] = (
        select(Person, Platform.name)
        .join(Platform, Platform.id == Person.platform_id)
        .where(is_like(sought))
        .order_by(Person.sort_name, Person.id)
        .limit(MOST_FOUND)
    )
    return [(person, lms, _courses_of(session, person.id)) for person, lms in session.execute(wanted).all()]


def is_like(sought: str) -> ColumnElement[bool]:
    """Return the condition for a person's name or address to have these words in it, whatever the accents."""
    by_name = Person.sort_name.contains(folded(sought), autoescape=True)
    return or_(by_name, func.lower(Person.email).contains(sought.lower(), autoescape=True))


def _courses_of(session: Session, person_id: int) -> list[str]:
    theirs = select(Course.title).join(Membership, Membership.course_id == Course.id)
    return list(session.scalars(theirs.where(Membership.person_id == person_id).order_by(Course.title)))
