"""Invitations: leave to connect one LMS for a trust, once, within some days. Only a hash of each is kept."""

from datetime import datetime, timedelta
from secrets import token_urlsafe

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.rows import change_rows
from lti.models import Invite, Platform
from lti.registration.errors import INVITE_BUSY, INVITE_EXPIRED, INVITE_USED, NO_INVITE, RegistrationError
from lti.visits.visit import hash_of

# Longer than any LMS takes to answer; what ends the process meanwhile does not spoil the invite for good.
LONGEST_REGISTRATION = timedelta(minutes=5)


def make_invite(
    session: Session, trust: str, days: int, now: datetime, takes_new_deployments: bool | None = None
) -> tuple[str, Invite]:
    """Make an invite for a trust, and return its token with it; nothing that is kept leads back to the token."""
    token = token_urlsafe(32)
    invite = Invite(token_hash=hash_of(token), trust=trust, created_at=now, expires_at=now + timedelta(days=days))
    invite.takes_new_deployments = takes_new_deployments
    session.add(invite)
    return token, invite


def find_invite(session: Session, token: str, now: datetime) -> Invite:
    """Return the invite with this token; RegistrationError where there is none, or it is not good any more."""
    found = session.get(Invite, hash_of(token)) if token else None
    if not found:
        raise RegistrationError(NO_INVITE)
    if found.used_at:
        name = session.scalar(select(Platform.name).where(Platform.id == found.platform_id))
        raise RegistrationError(INVITE_USED, f"It connected {name} on {found.used_at:%d %B %Y}." if name else "")
    if found.expires_at <= now:
        raise RegistrationError(INVITE_EXPIRED)
    return found


def hold_invite(session: Session, token: str, now: datetime) -> Invite:
    """Keep an invite for one registration that begins now; RegistrationError as above, or where one is under way."""
    invite = find_invite(session, token, now)
    free = Invite.token_hash == invite.token_hash, or_(Invite.busy_until.is_(None), Invite.busy_until <= now)
    if not change_rows(session, update(Invite).where(*free).values(busy_until=now + LONGEST_REGISTRATION)):
        raise RegistrationError(INVITE_BUSY)
    return invite


def let_go(session: Session, invite: Invite) -> None:
    """Let an invite be used for another try."""
    session.execute(update(Invite).where(Invite.token_hash == invite.token_hash).values(busy_until=None))


def use_up(session: Session, invite: Invite, platform: Platform, now: datetime) -> None:
    """Note what came of an invite; RegistrationError where something else came of it meanwhile."""
    unused = Invite.token_hash == invite.token_hash, Invite.used_at.is_(None)
    if not change_rows(session, update(Invite).where(*unused).values(used_at=now, platform_id=platform.id)):
        raise RegistrationError(INVITE_USED)
