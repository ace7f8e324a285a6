"""Which certificates were in force on a day, and who held them: counted, and listed by name in pieces."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from core.schools import School
from lti.models import Membership, Person
from managers.evidence.domain.on_day import Evidence, Record, end_of, evidence_on
from managers.exports.pieces import Key, beyond, in_pieces
from managers.models import StaffEntry, StaffMember
from modules.domain.certificate import CertificateState, Term, state_of
from modules.models import Certificate
from modules.passes.entries import earlier_entries


@dataclass(frozen=True, slots=True)
class Holders:
    """Whose certificates count: those of a trust, perhaps only of people in some schools, or of those in a course."""

    trust: str
    school_ids: frozenset[int] | None = None
    course_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What evidence is asked for: of which day, of whom, and of which module, if not of all."""

    on: date
    holders: Holders
    module: str | None = None


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate that was in force on the day, and what its holder is called and where they work now.

    ``evidence`` is what it proves of the day, and ``state`` what it is worth now.
    """

    record: Record
    evidence: Evidence
    state: CertificateState
    number: int
    code: str
    holder_name: str | None
    name: str | None
    email: str | None
    staff_number: str | None
    school: str | None
    module_title: str
    module_version: int
    policy_title: str
    policy_version: str
    passed_at: datetime


class Totals(NamedTuple):
    """How many certificates were in force, how many people held them, how many of them were revoked since."""

    certificates: int
    people: int
    revoked_since: int


# The rest of ``Certified`` and all of ``Record``, in their order.
COLUMNS = (
    Certificate.number,
    Certificate.code,
    Certificate.holder_name,
    Person.name,
    Person.email,
    StaffMember.number,
    School.name,
    Certificate.module_title,
    Certificate.module_version,
    Certificate.policy_title,
    Certificate.policy_version,
    Certificate.passed_at,
)
OF_RECORD = (
    Certificate.issued_at,
    Certificate.valid_from,
    Certificate.valid_until,
    Certificate.superseded_at,
    Certificate.revoked_at,
)
# By name; what a person holds follows in the order of its issue.
BY_NAME: tuple[Key, ...] = (Person.sort_name, Person.id)
PEOPLE_IN_A_PIECE = 400


def totals(session: Session, asked: Asked) -> Totals:
    """Count the certificates that were in force, and the people who held them: several entries of one are one."""
    holder = func.coalesce(StaffEntry.staff_id, -Certificate.person_id)
    counted = select(func.count(), func.count(holder.distinct()), func.count(Certificate.revoked_at))
    counted = with_staff(counted.select_from(Certificate), Certificate.person_id)
    counted = counted.where(*_counts(asked), *within(asked, Certificate.person_id))
    certificates, people, revoked = session.execute(counted).one()
    return Totals(certificates, people, revoked)


def page_of(
    session: Session, asked: Asked, after: int | None, size: int, now: datetime
) -> tuple[list[Certified], int | None]:
    """Return what the next people held, by name, after the person with this id; and the last person, if more follow."""
    wanted = _holders(asked).order_by(*BY_NAME).limit(size + 1)
    if after and (last := session.execute(select(*BY_NAME).where(Person.id == after)).one_or_none()):
        wanted = wanted.where(*beyond(BY_NAME, last))
    people = session.scalars(wanted).all()
    more = people[size - 1] if len(people) > size else None
    return list(_certified(session, asked, people[:size], now)), more


def all_certified(session: Session, asked: Asked, now: datetime) -> Iterator[Certified]:
    """Give all certificates that were in force, by the name of their holder."""
    for piece in in_pieces(session, _holders(asked), BY_NAME, PEOPLE_IN_A_PIECE):
        yield from _certified(session, asked, [row[0] for row in piece], now)


def first_issued(session: Session, trust: str, module: str | None) -> date | None:
    """Return the day of the first certificate on record: before it, there is no evidence."""
    wanted = select(func.min(Certificate.valid_from)).where(Certificate.trust == trust)
    return session.scalar(wanted.where(Certificate.module == module) if module else wanted)


def in_force_on(day: date) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a certificate was in force on a day; see ``domain/on_day.py``."""
    end = end_of(day)
    return (
        Certificate.valid_from <= day,
        or_(Certificate.valid_until.is_(None), Certificate.valid_until >= day),
        or_(Certificate.superseded_at.is_(None), Certificate.superseded_at >= end),
        or_(Certificate.revoked_at.is_(None), Certificate.revoked_at >= end),
    )


def _holders(asked: Asked) -> Select[int]:
    """Return the question whose certificates were in force.

    People are looked for in their order, and certificates for each of them: a page then costs the same wherever it is.
    """
    held = select(Certificate.number).where(Certificate.person_id == Person.id, *_counts(asked))
    wanted = select(Person.id).where(held.exists(), *within(asked, Person.id))
    return with_staff(wanted, Person.id) if asked.holders.school_ids is not None else wanted


def _certified(session: Session, asked: Asked, people: Sequence[int], now: datetime) -> Iterator[Certified]:
    """Give what these people held."""
    wanted = select(*COLUMNS, *OF_RECORD).join(Person, Person.id == Certificate.person_id)
    wanted = with_staff(wanted, Person.id).outerjoin(School, School.id == StaffMember.school_id)
    wanted = wanted.where(Certificate.person_id.in_(people), *_counts(asked)).order_by(*BY_NAME, Certificate.number)
    return (_certificate(row, asked.on, now) for row in session.execute(wanted))


def _counts(asked: Asked) -> Iterator[ColumnElement[bool]]:
    """Give the conditions for the certificates that are asked for."""
    yield Certificate.trust == asked.holders.trust
    if asked.module:
        yield Certificate.module == asked.module
    yield from in_force_on(asked.on)


def within(asked: Asked, person: Key) -> Iterator[ColumnElement[bool]]:
    """Give the conditions for the holders: someone who left the course before the day was over was not in it."""
    course_id, school_ids = asked.holders.course_id, asked.holders.school_ids
    if course_id is not None:
        here = select(Membership.person_id).where(Membership.course_id == course_id)
        here = here.where(or_(Membership.left_at.is_(None), Membership.left_at >= end_of(asked.on)))
        yield or_(person.in_(here), person.in_(earlier_entries(course_id)))
    if school_ids is not None:
        yield StaffMember.school_id.in_(school_ids)


Columns = TypeVarTuple("Columns")


def with_staff(wanted: Select[*Columns], person: Key) -> Select[*Columns]:
    """Let a question about people know the staff member that each of them is."""
    wanted = wanted.outerjoin(StaffEntry, StaffEntry.person_id == person)
    return wanted.outerjoin(StaffMember, StaffMember.id == StaffEntry.staff_id)


def _certificate(row: Row[*tuple[Any, ...]], day: date, now: datetime) -> Certified:
    about: Sequence[Any] = row[: len(COLUMNS)]
    record = Record(*row[len(COLUMNS) :])
    evidence = evidence_on(record, day)
    assert evidence, "no other certificates are asked for"
    term = Term(row.module_version, record.valid_until, record.superseded_at, record.revoked_at)
    return Certified(record, evidence, state_of(term, now), *about)
