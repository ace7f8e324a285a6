"""The log of service calls: what the tool asked and was told, for people to read and tests to count."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from practice.models import ServiceCall


def log_call(session: Session, method: str, path: str, caller: str, status: int, words: str, now: int) -> None:
    """Note one call in short words, never with its token."""
    call = ServiceCall(at=now, method=method, path=path, caller=caller, status=status, words=words[:300])
    session.add(call)


def all_calls(session: Session) -> list[ServiceCall]:
    """Every call in the order of arrival."""
    return list(session.scalars(select(ServiceCall).order_by(ServiceCall.id)))


def latest_calls(session: Session, limit: int = 200) -> list[ServiceCall]:
    """The last calls, newest first."""
    return list(session.scalars(select(ServiceCall).order_by(ServiceCall.id.desc()).limit(limit)))
