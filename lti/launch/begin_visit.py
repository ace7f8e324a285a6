"""Beginning a visit: a launch that was accepted becomes one, and what it says of people and courses is noted."""

from dataclasses import asdict
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import TypeVar

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from config import Settings
from core.changes import people_changed
from core.rows import change_rows
from db import Base, hold
from lti.domain.course_address import course_address
from lti.domain.message import LaunchMessage
from lti.domain.roles import role_at_launch
from lti.errors import OPENED_BEFORE, LaunchError
from lti.launch.activities import noted_activity
from lti.models import Activity, Course, Deployment, Login, Membership, Person, Platform, Visit
from lti.visits.visit import hash_of

Record = TypeVar("Record", bound=Base)


def begin_visit(
    session: Session,
    login: Login,
    platform: Platform,
    message: LaunchMessage,
    settings: Settings,
    now: datetime,
    in_address: bool = False,
) -> tuple[str, Course]:
    """Use up the login, note what the message tells us, and return the token of a new visit, and its course.

    LaunchError where the login has been used meanwhile: of two copies of one message, one gets in.
    """
    _use_up(session, login, now)
    deployment, course, activity, person, membership = _known(session, platform, message)
    deployment = deployment or _new_deployment(session, platform, message)
    person = person or _new_person(session, platform, message)
    course = course or _new_course(session, deployment, message)
    activity = noted_activity(session, message, course, activity, platform, now)
    who = person.name, person.email, person.number
    _note(session, message, platform, course, person)
    if not message.is_test:
        membership = _held_or_new(session, membership, course, person)
        has_other_role = _note_role(membership, message, platform, now)
        if has_other_role or who != (person.name, person.email, person.number):
            people_changed(session, [person.id], now)
    token = token_urlsafe(32)
    lasts = min(settings.visit_seconds, settings.address_visit_seconds) if in_address else settings.visit_seconds
    expires_at = now + timedelta(seconds=lasts)
    visit = Visit(token_hash=hash_of(token), person_id=person.id, course_id=course.id, expires_at=expires_at)
    visit.purpose, visit.role, visit.in_address = message.purpose, message.role, in_address
    visit.activity_id, visit.return_url = activity.id if activity else None, message.return_url
    visit.about_id = _about(session, platform, message)
    visit.choosing = asdict(message.choosing) if message.choosing else None
    session.add(visit)
    return token, course


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
    select(Deployment, Course, Activity, Person, Membership)
    .select_from(Platform)
    .outerjoin(
        Deployment, (Deployment.platform_id == Platform.id) & (Deployment.deployment_id == bindparam("deployment"))
    )
    .outerjoin(Course, (Course.deployment_id == Deployment.id) & (Course.context == bindparam("context")))
    .outerjoin(Activity, (Activity.course_id == Course.id) & (Activity.resource_link == bindparam("link")))
    .outerjoin(Person, (Person.platform_id == Platform.id) & (Person.subject == bindparam("subject")))
    .outerjoin(Membership, (Membership.course_id == Course.id) & (Membership.person_id == Person.id))
    .where(Platform.id == bindparam("platform"))
)


Known = tuple[Deployment | None, Course | None, Activity | None, Person | None, Membership | None]


def _known(session: Session, platform: Platform, message: LaunchMessage) -> Known:
    asked = {
        "platform": platform.id,
        "deployment": message.deployment_id,
        "context": _context(message),
        "link": message.resource_link,
        "subject": message.subject,
    }
    return tuple(session.execute(_KNOWN, asked).one())  # type: ignore[return-value]  # the joins are outer ones


def _context(message: LaunchMessage) -> str:
    """Return the course's id; a launch from outside any course still needs a place to stand: the activity itself."""
    return message.context or f"activity:{message.resource_link or ''}"[:255]


def _about(session: Session, platform: Platform, message: LaunchMessage) -> int | None:
    """Return whose answers a review is about; None if it is not a review, or we do not know the person."""
    if not message.about:
        return None
    same = Person.platform_id == platform.id, Person.subject == message.about
    return session.scalar(select(Person.id).where(*same))


def _new_deployment(session: Session, platform: Platform, message: LaunchMessage) -> Deployment:
    return _added(session, Deployment(platform_id=platform.id, deployment_id=message.deployment_id))


def _new_person(session: Session, platform: Platform, message: LaunchMessage) -> Person:
    new = Person(platform_id=platform.id, subject=message.subject, name=message.name, email=message.email)
    return _added(session, new)


def _new_course(session: Session, deployment: Deployment, message: LaunchMessage) -> Course:
    return _added(session, Course(deployment_id=deployment.id, context=_context(message), title=""))


def _held_or_new(session: Session, membership: Membership | None, course: Course, person: Person) -> Membership:
    """Return someone's membership of a course; what a roster says of them, read meanwhile, has to be known first."""
    if membership:
        hold(session, membership)
        return membership
    membership = Membership(course_id=course.id, person_id=person.id)
    session.add(membership)
    return membership


def _note_role(membership: Membership, message: LaunchMessage, platform: Platform, now: datetime) -> bool:
    """Note in which role someone has come in, and say whether that is new, or they had left."""
    before = membership.role, membership.left_at
    membership.seen_as, membership.seen_at, membership.left_at = message.role, now, None
    membership.role = role_at_launch(message.family or platform.family, message.role, membership.listed_as)
    membership.was_listed = False
    return before != (membership.role, None)


def _note(session: Session, message: LaunchMessage, platform: Platform, course: Course, person: Person) -> None:
    """Bring what we know up to date; what a launch leaves out does not make us forget what people go by."""
    _set(person, name=message.name or person.name, email=message.email or person.email, is_test=message.is_test)
    _set(person, number=message.number or person.number)
    _set(course, title=message.course_title or course.title, roster_url=message.roster_url or course.roster_url)
    _set(course, line_items_url=message.line_items_url or course.line_items_url)
    _set(course, url=course_address(platform.issuer, message.return_url, platform.framed_by) or course.url)
    if message.family and message.family != platform.family:
        session.execute(update(Platform).where(Platform.id == platform.id).values(family=message.family))


def _set(row: Base, **values: object) -> None:
    """Set what differs: a row that is set to what it holds is looked at again at every flush."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _added(session: Session, row: Record) -> Record:
    session.add(row)
    session.flush()
    return row
