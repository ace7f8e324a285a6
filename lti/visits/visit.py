"""Visits: the token in the browser's hands says who is here, in which course and role."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, bindparam, cast, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.trusts import Trust
from lti.domain.message import Purpose
from lti.domain.roles import LEADING, Role, role_now
from lti.models import Activity, Course, Membership, Person, Platform, Visit
from lti.visits.addresses import HANDLE_LENGTH


@dataclass(frozen=True, slots=True)
class CurrentVisit:
    """A visit with everything a page needs to know: who is here, in which role, why, and from which activity.

    ``activity_id`` and ``module`` are None if the visit did not come from an activity. ``has_switched``: a leader of
    the course has taken a learner's role, to see what learners see. ``trust_profile`` is JSON, whose meaning is for
    ``policies`` to say; ``trust_digest`` changes with it and with all else by which the trust presents itself.
    ``confirms_addresses`` is what was decided about the LMS, and None where its kind decides.
    """

    person_id: int
    person_name: str | None
    person_email: str | None
    is_test: bool
    purpose: Purpose
    role: Role
    platform_id: int
    trust: str
    trust_name: str
    trust_profile: str | None
    trust_digest: str
    lms_family: str | None
    confirms_addresses: bool | None
    course_id: int
    course_title: str
    activity_id: int | None
    module: str | None
    about_id: int | None
    choosing: dict[str, Any] | None
    return_url: str | None
    chosen_here: bool | None
    has_switched: bool = False


# Columns and no rows of tables: every page asks for this, and so it costs a third.
_KNOWN: dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]] = {
    "person_id": Visit.person_id,
    "person_name": Person.name,
    "person_email": Person.email,
    "is_test": Person.is_test,
    "purpose": Visit.purpose,
    "role": Visit.role,
    "platform_id": Platform.id,
    "trust": Platform.trust,
    "trust_name": Trust.name,
    "trust_profile": cast(Trust.profile, Text),
    "trust_digest": Trust.digest,
    "lms_family": Platform.family,
    "confirms_addresses": Platform.confirms_addresses,
    "course_id": Visit.course_id,
    "course_title": Course.title,
    "activity_id": Visit.activity_id,
    "module": Activity.module,
    "about_id": Visit.about_id,
    "choosing": Visit.choosing,
    "return_url": Visit.return_url,
    "chosen_here": Activity.chosen_here,
}
_CURRENT: Select[Any] = (
    select(
        *(column.label(name) for name, column in _KNOWN.items()),
        Membership.role.label("in_course"),
        (Membership.was_listed & Membership.left_at.is_not(None)).label("was_taken_off"),
    )
    .join(Person, Person.id == Visit.person_id)
    .join(Platform, Platform.id == Person.platform_id)
    .join(Trust, Trust.key == Platform.trust)
    .join(Course, Course.id == Visit.course_id)
    .outerjoin(Activity, Activity.id == Visit.activity_id)
    .outerjoin(Membership, (Membership.course_id == Visit.course_id) & (Membership.person_id == Visit.person_id))
    .where(Visit.token_hash == bindparam("token_hash"), Visit.expires_at > bindparam("now"))
    .where(Platform.switched_off_at.is_(None))
    .where(Visit.in_address == bindparam("in_address"))
)


def find_visit(session: Session, token: str, now: datetime, in_address: bool = False) -> CurrentVisit | None:
    """Return the visit with this token and all that belongs to it, or None where there is none or it has ended.

    ``in_address`` says how the token reached us: a visit that has a cookie is never opened by its address.
    """
    asked = {"token_hash": hash_of(token), "now": now, "in_address": in_address}
    known = session.execute(_CURRENT, asked).mappings().one_or_none()
    return _current(**known) if known else None


def _current(in_course: Role | None, was_taken_off: bool | None, **known: Any) -> CurrentVisit:
    """Return a visit in which someone may do what their current role in the course allows, however they came in."""
    visit = CurrentVisit(**known)
    role = role_now(visit.role, in_course, bool(was_taken_off))
    has_switched = visit.role is Role.STAFF and in_course in LEADING
    same = role is visit.role and not has_switched
    return visit if same else replace(visit, role=role, has_switched=has_switched)


def way_back_of(session: Session, token: str, in_address: bool = False) -> str | None:
    """Return the course's address for a visit, even if it has ended; None for one inside a dialog."""
    named = Visit.token_hash == hash_of(token), Visit.in_address == in_address, Visit.purpose != Purpose.CHOOSING
    return session.scalar(select(Visit.return_url).where(*named))


def handle_of(token: str) -> str:
    """Return what stands in the addresses of a visit that has a cookie: enough to tell visits apart, no key to one."""
    return hash_of(token)[:HANDLE_LENGTH]


def hash_of(token: str) -> str:
    """Return what is kept of a token: who reads the table cannot take over a visit."""
    return sha256(token.encode()).hexdigest()
