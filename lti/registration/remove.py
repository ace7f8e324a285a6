"""Removing an LMS: one without records is deleted, any other is switched off and its records are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.changes import courses_changed
from lti.key_models import AccessToken, PlatformKeys
from lti.models import Course, Deployment, Invite, Login, Person, Platform


@dataclass(frozen=True)
class Records:
    """How many people and courses belong to an LMS, with everything they have done."""

    people: int
    courses: int

    def __bool__(self) -> bool:
        """Say whether there are any."""
        return bool(self.people or self.courses)


def records_of(session: Session, platform: Platform) -> Records:
    """Count the people and courses that belong to an LMS."""
    people = select(func.count()).select_from(Person).where(Person.platform_id == platform.id)
    courses = select(func.count()).select_from(Course).join(Deployment, Deployment.id == Course.deployment_id)
    here = courses.where(Deployment.platform_id == platform.id)
    return Records(session.scalar(people) or 0, session.scalar(here) or 0)


def delete_platform(session: Session, platform: Platform, actor: Actor, now: datetime) -> None:
    """Delete an LMS that has no records; its invitation still counts as used.

    Raises ValueError if someone has come from it in the meantime.
    """
    if records_of(session, platform):
        raise ValueError("records belong to this platform")
    session.execute(update(Invite).where(Invite.platform_id == platform.id).values(platform_id=None))
    for table in (AccessToken, Login, Deployment):
        session.execute(delete(table).where(table.platform_id == platform.id))
    shared = select(Platform.id).where(Platform.jwks_url == platform.jwks_url, Platform.id != platform.id)
    if not session.scalar(shared.limit(1)):
        session.execute(delete(PlatformKeys).where(PlatformKeys.jwks_url == platform.jwks_url))
    record(session, actor, "deleted", Thing("platform", platform.id), now, trust=platform.trust)
    session.delete(platform)


def switch_off(session: Session, platform: Platform, actor: Actor, now: datetime) -> None:
    """Stop letting people in from an LMS, end its visits and send nothing there; all records stay."""
    if not platform.switched_off_at:
        platform.switched_off_at = now
        record(session, actor, "switched off", Thing("platform", platform.id), now, trust=platform.trust)
        courses_changed(session, _own_courses(session, platform), now)
    session.execute(delete(AccessToken).where(AccessToken.platform_id == platform.id))


def _own_courses(session: Session, platform: Platform) -> Sequence[int]:
    placed = select(Course.id).join(Deployment, Deployment.id == Course.deployment_id)
    return session.scalars(placed.where(Deployment.platform_id == platform.id)).all()


def switch_on(session: Session, platform: Platform, actor: Actor, now: datetime) -> bool:
    """Let people in from an LMS again, and send it what has been waiting; False if it was on already."""
    if not platform.switched_off_at:
        return False
    platform.switched_off_at = None
    courses_changed(session, _own_courses(session, platform), now)
    record(session, actor, "switched on", Thing("platform", platform.id), now, trust=platform.trust)
    return True
