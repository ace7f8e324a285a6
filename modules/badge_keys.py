"""The keys that sign badges: of a kind of their own, since badges are checked for years and launches for seconds."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti.keys import new_private_pem
from modules.models import BadgeKey

_NEWEST = select(BadgeKey).order_by(BadgeKey.created_at.desc(), BadgeKey.kid).limit(1)


def badge_key(session: Session) -> BadgeKey | None:
    """Return the key that signs, or None where the database was never prepared."""
    return session.scalar(_NEWEST)


def ensure_badge_key(session: Session, now: datetime) -> BadgeKey:
    """Return the key that signs, and make the first where there is none."""
    key = badge_key(session)
    if not key:
        key = BadgeKey(kid=uuid4().hex, private_pem=new_private_pem(), created_at=now)
        session.add(key)
        session.flush()
    return key
