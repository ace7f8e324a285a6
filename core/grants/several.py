"""Giving one role to several addresses at once, and withdrawing it: what a list of a trust's own decides."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.grants.domain.grant import GrantRole
from core.grants.grants import in_force
from core.grants.models import Grant


def give_to_all(
    session: Session, trust: str, role: GrantRole, emails: Collection[str], actor: Actor, now: datetime
) -> list[str]:
    """Give a role to those of these folded addresses that lack it, until it is withdrawn, and return them."""
    held = {grant.email for grant in _in_force(session, trust, role, now)}
    given = [Grant(trust=trust, role=role, email=email, given_at=now) for email in sorted(set(emails) - held)]
    session.add_all(given)
    session.flush()
    for grant in given:
        record(session, actor, "given", Thing("grant", grant.id), now, trust=trust, role=role.value, schools=[])
    return [grant.email for grant in given]


def withdraw_from_all(
    session: Session, trust: str, role: GrantRole, emails: Collection[str], actor: Actor, now: datetime
) -> list[str]:
    """Withdraw a role from these folded addresses, and return those that held it."""
    held = [grant for grant in _in_force(session, trust, role, now) if grant.email in emails]
    for grant in held:
        grant.withdrawn_at = now
        record(session, actor, "withdrawn", Thing("grant", grant.id), now, trust=trust, role=role.value)
    return sorted({grant.email for grant in held})


def _in_force(session: Session, trust: str, role: GrantRole, now: datetime) -> Sequence[Grant]:
    return session.scalars(select(Grant).where(Grant.trust == trust, Grant.role == role, *in_force(now))).all()
