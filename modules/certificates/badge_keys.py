"""The keys that sign badges: of a kind of their own, since badges are checked for years and launches for seconds."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from lti.keys import new_private_pem, private_key, seal_if_open
from modules.models import BadgeKey

_NEWEST = select(BadgeKey).order_by(BadgeKey.created_at.desc(), BadgeKey.kid).limit(1)


def badge_key(session: Session) -> BadgeKey | None:
    """Return the key that signs, or None where the database was never prepared."""
    return session.scalar(_NEWEST)


def signing_badge_key(session: Session) -> BadgeKey:
    """Return the key that signs; LookupError if the database was never prepared."""
    key = badge_key(session)
    if not key:
        raise LookupError("there is no key for badges: run flask prepare")
    return key


def keep_badge_key(session: Session, settings: Settings, now: datetime) -> BadgeKey:
    """Return the key that signs, and make the first where there is none; WrongSealingKey where it cannot be opened."""
    key = badge_key(session)
    if not key:
        key = BadgeKey(kid=uuid4().hex, private_pem=new_private_pem(settings), created_at=now)
        session.add(key)
        session.flush()
    for kept in session.scalars(select(BadgeKey)):
        seal_if_open(kept, settings)
    private_key(key, settings)
    return key
