"""Who had passed on a day without being certified: for example, because they had not confirmed the policy.

Passes do not change, like certificates: a new one is another row. One that a join brought to another entry of the same
person is left out, since the entry that earned it has it too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core.schools import School
from lti.models import Person, Platform
from managers.evidence.certified import Asked, in_force_on, with_staff, within
from managers.evidence.domain.on_day import end_of
from managers.exports.pieces import Key, in_pieces
from managers.models import StaffMember
from modules.models import Certificate, Pass

COLUMNS = (
    Person.id,
    Pass.module,
    Person.name,
    Person.email,
    StaffMember.number,
    School.name,
    Pass.passed_at,
    Pass.valid_until,
)
# By name; of several passes of one module, the last comes last.
ORDER: tuple[Key, ...] = (Person.sort_name, Person.id, Pass.module, Pass.attempt_id)


@dataclass(frozen=True, slots=True)
class PassedOnly:
    """Someone who had a valid pass of a module on the day, and no certificate for it."""

    person_id: int
    module: str
    name: str | None
    email: str | None
    staff_number: str | None
    school: str | None
    passed_at: datetime
    valid_until: date | None


def all_passed_only(session: Session, asked: Asked) -> Iterator[PassedOnly]:
    """Give all who had passed without being certified, by name, each module once."""
    wanted = select(*COLUMNS).join(Pass, Pass.person_id == Person.id).join(Platform, Platform.id == Person.platform_id)
    wanted = with_staff(wanted, Person.id).outerjoin(School, School.id == StaffMember.school_id)
    wanted = wanted.where(*_had_passed(asked), *within(asked, Person.id), ~_was_certified_or_revoked(asked))
    found = (PassedOnly(*row[: len(COLUMNS)]) for piece in in_pieces(session, wanted, ORDER) for row in piece)
    for _, passes in groupby(found, key=lambda each: (each.person_id, each.module)):
        *_, last = passes
        yield last


def _had_passed(asked: Asked) -> Iterator[ColumnElement[bool]]:
    yield Platform.trust == asked.holders.trust
    yield Person.is_test.is_(False)
    yield Pass.join_id.is_(None)
    yield Pass.passed_at < end_of(asked.on)
    yield or_(Pass.valid_until.is_(None), Pass.valid_until >= asked.on)
    if asked.module:
        yield Pass.module == asked.module


def _was_certified_or_revoked(asked: Asked) -> ColumnElement[bool]:
    """Return whether there was a certificate in force, or the one of this pass had been revoked."""
    revoked = and_(Certificate.attempt_id == Pass.attempt_id, Certificate.revoked_at < end_of(asked.on))
    theirs = Certificate.person_id == Person.id, Certificate.module == Pass.module
    found = select(Certificate.number).where(*theirs, Certificate.trust == asked.holders.trust)
    return found.where(or_(revoked, and_(*in_force_on(asked.on)))).exists()
