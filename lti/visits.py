"""Visits: a launch that was accepted becomes one, and its token in the browser's cookie says who is here."""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from config import Settings
from db import Base
from lti.domain.message import Message
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
    person = _person(session, platform, message)
    course = _course(session, _deployment(session, platform, message), message)
    placement = _placement(session, course, message)
    _remember_membership(session, course, person, message, now)
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


def find_visit(session: Session, token: str, now: datetime) -> Visit | None:
    """Return the visit with this token and all that belongs to it, or None where there is none or it has ended."""
    whole = select(Visit).options(
        joinedload(Visit.person, innerjoin=True).joinedload(Person.platform, innerjoin=True),
        joinedload(Visit.placement, innerjoin=True).joinedload(Placement.course, innerjoin=True),
    )
    return session.scalar(whole.where(Visit.token_hash == hash_of(token), Visit.expires_at > now))


def hash_of(token: str) -> str:
    """Return what is kept of a token: who reads the table cannot take over a visit."""
    return sha256(token.encode()).hexdigest()


def _use_up(session: Session, login: Login, now: datetime) -> None:
    unused = (Login.state == login.state) & Login.used_at.is_(None) & (Login.expires_at > now)
    if not session.execute(update(Login).where(unused).values(used_at=now)).rowcount:
        raise LaunchError(OPENED_BEFORE, "state was used meanwhile")


def _deployment(session: Session, platform: Platform, message: Message) -> Deployment:
    same = (Deployment.platform_id == platform.id) & (Deployment.deployment_id == message.deployment_id)
    found = session.scalar(select(Deployment).where(same))
    return found or _added(session, Deployment(platform_id=platform.id, deployment_id=message.deployment_id))


def _person(session: Session, platform: Platform, message: Message) -> Person:
    same = (Person.platform_id == platform.id) & (Person.subject == message.subject)
    person = session.scalar(select(Person).where(same))
    if not person:
        person = _added(session, Person(platform_id=platform.id, subject=message.subject))
    # A launch that shares less than an earlier one does not make us forget a name that managers know people by.
    person.name = message.name or person.name
    person.email = message.email or person.email
    return person


def _course(session: Session, deployment: Deployment, message: Message) -> Course:
    # A launch from outside any course still needs a place to stand: the activity itself.
    context = message.context or f"activity:{message.resource_link}"[:255]
    same = (Course.deployment_id == deployment.id) & (Course.context == context)
    course = session.scalar(select(Course).where(same))
    if not course:
        course = _added(session, Course(deployment_id=deployment.id, context=context, title=""))
    course.title = message.course_title or course.title
    course.roster_url = message.roster_url or course.roster_url
    return course


def _placement(session: Session, course: Course, message: Message) -> Placement:
    same = (Placement.course_id == course.id) & (Placement.resource_link == message.resource_link)
    placement = session.scalar(select(Placement).where(same))
    if not placement:
        placement = _added(session, Placement(course_id=course.id, resource_link=message.resource_link, title=""))
    placement.title = message.title
    placement.module = message.module
    placement.line_item_url = message.line_item_url
    if placement.scopes != list(message.scopes):
        placement.scopes = list(message.scopes)
    return placement


def _remember_membership(session: Session, course: Course, person: Person, message: Message, now: datetime) -> None:
    membership = session.get(Membership, (course.id, person.id))
    if not membership:
        membership = Membership(course_id=course.id, person_id=person.id)
        session.add(membership)
    membership.role = message.role
    membership.seen_at, membership.left_at = now, None


def _added(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
