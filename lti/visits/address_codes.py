"""Confirming an address where the LMS does not: a code is mailed to it, and the person enters it."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from jinja2 import Environment
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.changes import people_changed
from core.mail.domain.message import folded_address
from core.mail.letters import letter
from core.mail.models import Mail
from core.mail.outbox import put_in_outbox
from db import hold
from lti.domain.address_code import (
    DAY,
    DIGITS,
    GOOD_FOR,
    MOST_FOR_PERSON,
    MOST_TO_ADDRESS,
    MOST_TRIES,
    CodeAnswer,
    CodeFate,
    as_typed,
    code_from,
    fate_of,
    hash_of_code,
)
from lti.models import Person
from lti.visits.models import AddressCode, ConfirmedAddress
from lti.visits.visit import CurrentVisit


class TooManyCodes(Exception):
    """A person or an address has had as many codes as it can in a day."""


@dataclass(frozen=True, slots=True)
class AddressToConfirm:
    """An address, in its folded form, that a person has to confirm."""

    person_id: int
    address: str


def address_to_confirm(visit: CurrentVisit) -> AddressToConfirm:
    """Return the address of someone who has one to confirm."""
    address = folded_address(visit.person_email)
    if not address:
        raise ValueError("there is no address to confirm")
    return AddressToConfirm(visit.person_id, address)


def send_code(
    session: Session, whose: AddressToConfirm, trust: str, templates: Environment, secret: str, now: datetime
) -> None:
    """Mail a new code, which takes the place of earlier ones; TooManyCodes. ``trust`` is a name for the message."""
    _take_turns(session, whose)
    forget_codes(session, now)
    if _sent(session, AddressCode.person_id == whose.person_id) >= MOST_FOR_PERSON:
        raise TooManyCodes
    if _sent(session, AddressCode.address == whose.address) >= MOST_TO_ADDRESS:
        raise TooManyCodes
    code = code_from(secrets.randbelow(10**DIGITS))
    kept = hash_of_code(code, whose.person_id, whose.address, secret)
    session.add(AddressCode(person_id=whose.person_id, address=whose.address, code_hash=kept, sent_at=now))
    words = {"code": code, "minutes": int(GOOD_FOR.total_seconds()) // 60, "trust": trust}
    put_in_outbox(session, letter(templates, "address_code", whose.address, "Your code for Fit to Post", **words), now)


def forget_codes(session: Session, now: datetime) -> None:
    """Delete the codes that are no longer counted."""
    session.execute(delete(AddressCode).where(AddressCode.sent_at < now - DAY))


def _sent(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(AddressCode).where(condition)) or 0


def take_code(
    session: Session, whose: AddressToConfirm, given: str, secret: str, actor: Actor, now: datetime
) -> CodeAnswer:
    """Confirm an address if this is the code that was mailed to it; a wrong one is counted."""
    _take_turns(session, whose)
    sent = _open_code(session, whose, now)
    if not sent:
        return CodeAnswer.NEEDS_NEW
    wanted = hash_of_code(as_typed(given), whose.person_id, whose.address, secret)
    if not hmac.compare_digest(sent.code_hash, wanted):
        sent.tries += 1
        return CodeAnswer.WRONG if sent.tries < MOST_TRIES else CodeAnswer.NEEDS_NEW
    sent.used_at = now
    session.merge(ConfirmedAddress(person_id=whose.person_id, address=whose.address, confirmed_at=now))
    record(session, actor, "address confirmed", Thing("person", whose.person_id), now)
    people_changed(session, [whose.person_id], now)
    return CodeAnswer.CONFIRMED


def _take_turns(session: Session, whose: AddressToConfirm) -> None:
    """Make a person's requests wait for each other, so that codes and tries are counted one by one."""
    hold(session, session.get_one(Person, whose.person_id))


def fate_of_code(session: Session, whose: AddressToConfirm, now: datetime) -> CodeFate | None:
    """Return how far the code has got that can be entered now; None if there is none."""
    code = _open_code(session, whose, now)
    if not code:
        return None
    # A message and its code are written in one moment.
    wanted = select(Mail.state, Mail.tries).where(Mail.recipient == code.address, Mail.created_at == code.sent_at)
    mail = session.execute(wanted.limit(1)).one_or_none()
    return fate_of(mail.state, mail.tries) if mail else CodeFate.SENT


def _open_code(session: Session, whose: AddressToConfirm, now: datetime) -> AddressCode | None:
    """Return the latest code for an address, if it is neither old nor used, nor tried too often."""
    theirs = AddressCode.person_id == whose.person_id, AddressCode.address == whose.address
    latest = session.scalar(select(AddressCode).where(*theirs).order_by(AddressCode.id.desc()).limit(1))
    is_open = latest and not latest.used_at and latest.tries < MOST_TRIES and latest.sent_at > now - GOOD_FOR
    return latest if is_open else None
