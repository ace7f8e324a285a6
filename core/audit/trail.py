"""The audit trail: one event is written with the change that it is about, and all can be read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Detail, Thing, problem_of
from core.audit.models import AuditEvent


def record(session: Session, actor: Actor, action: str, thing: Thing, now: datetime, **details: Detail) -> None:
    """Put on record what someone does, in the transaction of the change itself.

    ValueError if the action is not in plain words, or the details could name someone.
    """
    if problem := problem_of(thing, action, details):
        raise ValueError(problem)
    event = AuditEvent(at=now, actor=actor.kind, means=actor.means, person_id=actor.person_id, account=actor.account)
    event.action, event.thing_kind, event.thing_id, event.details = action, thing.kind, thing.id, details
    session.add(event)


def events(
    session: Session, most: int, since: datetime | None = None, action: str | None = None
) -> Sequence[AuditEvent]:
    """Return the events on record, the newest first and at most so many: all, or those since then or of one action."""
    wanted = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(most)
    if since:
        wanted = wanted.where(AuditEvent.at >= since)
    if action:
        wanted = wanted.where(AuditEvent.action == action)
    return session.scalars(wanted).all()


def actions(session: Session) -> Sequence[str]:
    """Return the actions that are on record, in alphabetical order."""
    return session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)).all()
