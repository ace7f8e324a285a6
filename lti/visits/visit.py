"""Visits: a launch that was accepted becomes one, and its token in the browser's hands says who is here."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, TypeVar

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from config import Settings
from core.rows import change_rows
from db import Base
from lti.domain.message import Message, Purpose
from lti.domain.roles import LEADING, Role, role_at_launch, role_now
from lti.errors import OPENED_BEFORE, LaunchError
from lti.launch.activities import noted_placement
from lti.models import Course, Deployment, Login, Membership, Person, Placement, Platform, Visit
from lti.visits.addresses import HANDLE_LENGTH

Row = TypeVar("Row", bound=Base)


def begin_visit(
    session: Session,
    login: Login,
    platform: Platform,
    message: Message,
    settings: Settings,
    now: datetime,
    in_address: bool = False,
) -> tuple[str, Course]:
    """Use up the login, note what the message tells us, and return the token of a new visit, and its course.

    LaunchError where the login has been used meanwhile: of two copies of one message, one gets in.
    """
    _use_up(session, login, now)
    deployment, course, placement, person, membership = _known(session, platform, message)
    deployment = deployment or _new_deployment(session, platform, message)
    person = person or _new_person(session, platform, message)
    course = course or _new_course(session, deployment, message)
    placement = noted_placement(session, message, course, placement, platform, now)
    _note(session, message, platform, course, person)
    if not message.is_test:
        membership = membership or _new_membership(session, course, person)
        membership.seen_as, membership.seen_at, membership.left_at = message.role, now, None
        family = message.family or platform.family
        membership.role = role_at_launch(family, message.role, membership.listed_as)
        membership.was_listed = False
    token = token_urlsafe(32)
    lasts = min(settings.visit_seconds, settings.address_visit_seconds) if in_address else settings.visit_seconds
    expires_at = now + timedelta(seconds=lasts)
    visit = Visit(token_hash=hash_of(token), person_id=person.id, course_id=course.id, expires_at=expires_at)
    visit.purpose, visit.role, visit.in_address = message.purpose, message.role, in_address
    visit.placement_id, visit.return_url = placement.id if placement else None, message.return_url
    visit.about_id = _about(session, platform, message)
    visit.choosing = asdict(message.choosing) if message.choosing else None
    session.add(visit)
    return token, course


@dataclass(frozen=True, slots=True)
class CurrentVisit:
    """A visit with everything a page needs to know: who is here, in which role, why, and from which activity.

    ``placement_id`` and ``module`` are None if the visit did not come from an activity. ``has_switched``: a leader of
    the course has taken a learner's role, to see what learners see.
    """

    person_id: int
    person_name: str | None
    person_email: str | None
    is_test: bool
    purpose: Purpose
    role: Role
    platform_id: int
    trust: str
    lms_name: str
    lms_family: str | None
    course_id: int
    course_title: str
    placement_id: int | None
    module: str | None
    about_id: int | None
    choosing: dict[str, Any] | None
    return_url: str | None
    chosen_here: bool | None
    has_switched: bool = False


# Columns and no rows of tables: every page asks for this, and so it costs a third.
_CURRENT = (
    select(
        Visit.person_id,
        Person.name,
        Person.email,
        Person.is_test,
        Visit.purpose,
        Visit.role,
        Platform.id,
        Platform.trust,
        Platform.name,
        Platform.family,
        Visit.course_id,
        Course.title,
        Visit.placement_id,
        Placement.module,
        Visit.about_id,
        Visit.choosing,
        Visit.return_url,
        Placement.chosen_here,
        Membership.role,
        Membership.was_listed & Membership.left_at.is_not(None),
    )
    .join(Person, Person.id == Visit.person_id)
    .join(Platform, Platform.id == Person.platform_id)
    .join(Course, Course.id == Visit.course_id)
    .outerjoin(Placement, Placement.id == Visit.placement_id)
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
    row = session.execute(_CURRENT, asked).one_or_none()
    return _current(*row) if row else None


def _current(*known: Any) -> CurrentVisit:
    """Return a visit in which someone may do what their current role in the course allows, however they came in."""
    *columns, in_course, was_taken_off = known
    visit = CurrentVisit(*columns)
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


# Statements that every launch or page needs are put together once: making one anew costs as much as running it.
_USE_UP = (
    update(Login)
    .where(Login.state == bindparam("login_state"), Login.used_at.is_(None), Login.expires_at > bindparam("now"))
    .values(used_at=bindparam("now"), message=None)
    .execution_options(synchronize_session=False)
)


def _use_up(session: Session, login: Login, now: datetime) -> None:
    if not change_rows(session, _USE_UP, {"login_state": login.state, "now": now}):
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
    return tuple(session.execute(_KNOWN, asked).one())  # type: ignore[return-value]  # the joins are outer ones


def _context(message: Message) -> str:
    """Return the course's id; a launch from outside any course still needs a place to stand: the activity itself."""
    return message.context or f"activity:{message.resource_link or ''}"[:255]


def _about(session: Session, platform: Platform, message: Message) -> int | None:
    """Return whose answers a review is about; None where it is none, or about nobody whom we know."""
    if not message.about:
        return None
    same = Person.platform_id == platform.id, Person.subject == message.about
    return session.scalar(select(Person.id).where(*same))


def _new_deployment(session: Session, platform: Platform, message: Message) -> Deployment:
    return _added(session, Deployment(platform_id=platform.id, deployment_id=message.deployment_id))


def _new_person(session: Session, platform: Platform, message: Message) -> Person:
    new = Person(platform_id=platform.id, subject=message.subject, name=message.name, email=message.email)
    return _added(session, new)


def _new_course(session: Session, deployment: Deployment, message: Message) -> Course:
    return _added(session, Course(deployment_id=deployment.id, context=_context(message), title=""))


def _new_membership(session: Session, course: Course, person: Person) -> Membership:
    membership = Membership(course_id=course.id, person_id=person.id)
    session.add(membership)
    return membership


def _note(session: Session, message: Message, platform: Platform, course: Course, person: Person) -> None:
    """Bring what we know up to date; what a launch leaves out does not make us forget what people go by."""
    _set(person, name=message.name or person.name, email=message.email or person.email, is_test=message.is_test)
    _set(course, title=message.course_title or course.title, roster_url=message.roster_url or course.roster_url)
    _set(course, line_items_url=message.line_items_url or course.line_items_url)
    if message.family and message.family != platform.family:
        session.execute(update(Platform).where(Platform.id == platform.id).values(family=message.family))


def _set(row: Base, **values: object) -> None:
    """Set what differs: a row that is set to what it holds is looked at again at every flush."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
