"""Pending messages: a launch from a browser that sent no cookie waits until we know whose browser it is.

The cookie of a login says that the browser with the message is the one that asked for it. Without the cookie, someone
could send their own message through another person's browser, and that person would answer in their name (login CSRF).
Two things can replace the cookie. One is a proof that the login left in the LMS's storage, where only the same browser
can fetch it. The other is the person's own word, in a window that no site can frame: it shows who the message names
and where they come from, and opens nothing until the person says so.

A message is kept once, under a ticket that works once, until its login expires.
"""

from dataclasses import asdict
from datetime import datetime
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.rows import change_rows
from lti.domain.message import DeepLinkingSettings, LaunchMessage, Purpose
from lti.domain.roles import Role
from lti.errors import OPENED_BEFORE, SWITCHED_OFF, LaunchError
from lti.models import Login, Platform
from lti.visits.visit import hash_of


def hold_message(session: Session, login: Login, message: LaunchMessage, now: datetime) -> str:
    """Hold a message that was checked, and return its ticket; LaunchError where the login is used or holds one."""
    ticket = token_urlsafe(32)
    free = Login.used_at.is_(None), Login.ticket_hash.is_(None), Login.expires_at > now
    held = update(Login).where(Login.state == login.state, *free)
    kept = held.values(ticket_hash=hash_of(ticket), message=_plain(message))
    if not change_rows(session, kept.execution_options(synchronize_session=False)):
        raise LaunchError(OPENED_BEFORE, "state was used or held meanwhile")
    return ticket


def find_held(session: Session, ticket: str, now: datetime) -> tuple[Login, Platform, LaunchMessage]:
    """Return what is held under a ticket; LaunchError where nothing is, or no longer."""
    of_ticket = select(Login, Platform).join(Platform, Platform.id == Login.platform_id)
    found = session.execute(of_ticket.where(Login.ticket_hash == hash_of(ticket))).one_or_none()
    if not found or not found.Login.message or found.Login.expires_at <= now:
        raise LaunchError(OPENED_BEFORE, "ticket is unknown, used or out of time")
    if found.Platform.switched_off_at:
        raise LaunchError(SWITCHED_OFF)
    return found.Login, found.Platform, _message(found.Login.message)


def require_proof(login: Login, proof: str) -> None:
    """Require what this login left in the LMS's storage."""
    if not compare_digest(login.proof_hash or "", hash_of(proof)):
        raise LaunchError(OPENED_BEFORE, "proof is not the login's")


def _plain(message: LaunchMessage) -> dict[str, Any]:
    """Return a message as JSON can hold it."""
    return asdict(message) | {"purpose": message.purpose.value, "role": message.role.value}


def _message(plain: dict[str, Any]) -> LaunchMessage:
    """Return a message from what ``_plain`` made of it."""
    choosing = plain["choosing"]
    return LaunchMessage(
        **plain
        | {
            "purpose": Purpose(plain["purpose"]),
            "role": Role(plain["role"]),
            "previous_links": tuple(plain["previous_links"]),
            "scopes": tuple(plain["scopes"]),
            "choosing": DeepLinkingSettings(**choosing) if choosing else None,
        }
    )
