"""Visits: a launch that was accepted becomes one, and its token in the browser's cookie says who is here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import TypeVar

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from config import Settings
from db import Base
from lti.domain.message import Message
from lti.domain.roles import Role
from lti.errors import OPENED_BEFORE, LaunchError
from lti.models import Course, Deployment, Login, Membership, Person, Placement, Platform, Visit

Row = TypeVar("Row", bound=Base)


def begin_visit(
    session: Session, login: Login, platform: Platform, message: Message, settings: Settings, now: datetime
) -> tuple[str, Course]:
    """Use up the login, note what the message tells us, and return the token of a new visit, and its course.

    LaunchError where the login has been used meanwhile: of two copies of one message, one gets in.
    """
    _use_up(session, login, now)
    deployment, course, placement, person, membership = _known(session, platform, message)
    deployment = deployment or _new_deployment(session, platform, message)
    person = person or _new_person(session, platform, message)
    course = course or _new_course(session, deployment, message)
    placement = placement or _new_placement(session, course, message)
    membership = membership or _new_membership(session, course, person)
    _note(message, course, placement, person)
    membership.role, membership.seen_at, membership.left_at = message.role, now, None
    token = token_urlsafe(32)
    session.add(
        Visit(
            token_hash=hash_of(token),
            person_id=person.id,
            placement_id=placement.id,
            role=message.role,
            return_url=message.return_url,
            expires_at=now + timedelta(seconds=settings.visit_seconds),
        )
    )
    return token, course


@dataclass(frozen=True, slots=True)
class CurrentVisit:
    """A visit with all that a page needs to know of it: who is here, in which role, from which activity."""

    person_id: int
    person_name: str | None
    person_email: str | None
    role: Role
    trust: str
    lms_name: str
    course_id: int
    course_title: str
    placement_id: int
    module: str | None
    return_url: str | None


# Columns and no rows of tables: every page asks for this, and so it costs a third.
_CURRENT = (
    select(
        Visit.person_id,
        Person.name,
        Person.email,
        Visit.role,
        Platform.trust,
        Platform.name,
        Placement.course_id,
        Course.title,
        Visit.placement_id,
        Placement.module,
        Visit.return_url,
    )
    .join(Person, Person.id == Visit.person_id)
    .join(Platform, Platform.id == Person.platform_id)
    .join(Placement, Placement.id == Visit.placement_id)
    .join(Course, Course.id == Placement.course_id)
    .where(Visit.token_hash == bindparam("token_hash"), Visit.expires_at > bindparam("now"))
)


def find_visit(session: Session, token: str, now: datetime) -> CurrentVisit | None:
    """Return the visit with this token and all that belongs to it, or None where there is none or it has ended."""
    row = session.execute(_CURRENT, {"token_hash": hash_of(token), "now": now}).one_or_none()
    return CurrentVisit(*row) if row else None


def hash_of(token: str) -> str:
    """Return what is kept of a token: who reads the table cannot take over a visit."""
    return sha256(token.encode()).hexdigest()


# Statements that every launch or page needs are put together once: making one anew costs as much as running it.
_USE_UP = (
    update(Login)
    .where(Login.state == bindparam("login_state"), Login.used_at.is_(None), Login.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)


def _use_up(session: Session, login: Login, now: datetime) -> None:
    if not session.execute(_USE_UP, {"login_state": login.state, "now": now}).rowcount:
        raise LaunchError(OPENED_BEFORE, "state was used meanwhile")


# All that may be known of a launch's surroundings, in one question: each part is there or None.
_KNOWN = (
    select(Deployment, Course, Placement, Person, Membership)
    .select_from(Platform)
    .outerjoin(
        Deployment, (Deployment.platform_id == Platform.id) & (Deployment.deployment_id == bindparam("deployment"))
    )
    .outerjoin(Course, (Course.deployment_id == Deployment.id) & (Course.context == bindparam("context")))
    .outerjoin(Placement, (Placement.course_id == Course.id) & (Placement.resource_link == bindparam("link")))
    .outerjoin(Person, (Person.platform_id == Platform.id) & (Person.subject == bindparam("subject")))
    .outerjoin(Membership, (Membership.course_id == Course.id) & (Membership.person_id == Person.id))
    .where(Platform.id == bindparam("platform"))
)

Known = tuple[Deployment | None, Course | None, Placement | None, Person | None, Membership | None]


def _known(session: Session, platform: Platform, message: Message) -> Known:
    asked = {
        "platform": platform.id,
        "deployment": message.deployment_id,
        "context": _context(message),
        "link": message.resource_link,
        "subject": message.subject,
    }
    return tuple(session.execute(_KNOWN, asked).one())  # type: ignore[return-value]


def _context(message: Message) -> str:
    """Return the course's id; a launch from outside any course still needs a place to stand: the activity itself."""
    return message.context or f"activity:{message.resource_link}"[:255]


def _new_deployment(session: Session, platform: Platform, message: Message) -> Deployment:
    return _added(session, Deployment(platform_id=platform.id, deployment_id=message.deployment_id))


def _new_person(session: Session, platform: Platform, message: Message) -> Person:
    new = Person(platform_id=platform.id, subject=message.subject, name=message.name, email=message.email)
    return _added(session, new)


def _new_course(session: Session, deployment: Deployment, message: Message) -> Course:
    return _added(session, Course(deployment_id=deployment.id, context=_context(message), title=""))


def _new_placement(session: Session, course: Course, message: Message) -> Placement:
    return _added(session, Placement(course_id=course.id, resource_link=message.resource_link, title=""))


def _new_membership(session: Session, course: Course, person: Person) -> Membership:
    membership = Membership(course_id=course.id, person_id=person.id)
    session.add(membership)
    return membership


def _note(message: Message, course: Course, placement: Placement, person: Person) -> None:
    """Bring what we know up to date; what a launch leaves out does not make us forget what people go by."""
    _set(person, name=message.name or person.name, email=message.email or person.email)
    _set(course, title=message.course_title or course.title, roster_url=message.roster_url or course.roster_url)
    _set(placement, title=message.title, module=message.module)
    _set(placement, line_item_url=message.line_item_url, scopes=list(message.scopes))


def _set(row: Base, **values: object) -> None:
    """Set what differs: a row that is set to what it holds is looked at again at every flush."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
