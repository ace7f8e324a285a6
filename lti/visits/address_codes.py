"""Confirming an address that the LMS does not: a code is mailed to it, and entered in the visit."""

import hmac
import secrets
from datetime import datetime

from jinja2 import Environment
from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.mail.domain.message import folded_address
from core.mail.letters import letter
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
    as_typed,
    code_from,
    hash_of_code,
)
from lti.models import Person
from lti.visits.models import AddressCode, ConfirmedAddress
from lti.visits.visit import CurrentVisit


class TooManyCodes(Exception):
    """Someone has asked for all the codes of a day, or a mailbox has got them."""


def send_code(session: Session, visit: CurrentVisit, templates: Environment, secret: str, now: datetime) -> None:
    """Mail a new code to the address of the visit's person; only the latest one can be entered. TooManyCodes."""
    address = _address_of(visit)
    _take_turns(session, visit.person_id)
    session.execute(delete(AddressCode).where(AddressCode.sent_at < now - DAY))
    if _sent(session, AddressCode.person_id == visit.person_id) >= MOST_FOR_PERSON:
        raise TooManyCodes
    if _sent(session, AddressCode.address == address) >= MOST_TO_ADDRESS:
        raise TooManyCodes
    code = code_from(secrets.randbelow(10**DIGITS))
    kept = hash_of_code(code, visit.person_id, address, secret)
    session.add(AddressCode(person_id=visit.person_id, address=address, code_hash=kept, sent_at=now))
    minutes = int(GOOD_FOR.total_seconds()) // 60
    words = {"code": code, "minutes": minutes, "trust": visit.trust_name}
    put_in_outbox(session, letter(templates, "address_code", address, "Your code for Fit to Post", **words), now)


def _sent(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(AddressCode).where(condition)) or 0


def take_code(
    session: Session, visit: CurrentVisit, given: str, secret: str, actor: Actor, now: datetime
) -> CodeAnswer:
    """Confirm the address of the visit's person if this is the code that was mailed to it; a wrong one is counted."""
    address = _address_of(visit)
    _take_turns(session, visit.person_id)
    sent = _open_code(session, visit.person_id, address, now)
    if not sent:
        return CodeAnswer.NEEDS_NEW
    if not hmac.compare_digest(sent.code_hash, hash_of_code(as_typed(given), visit.person_id, address, secret)):
        sent.tries += 1
        return CodeAnswer.WRONG if sent.tries < MOST_TRIES else CodeAnswer.NEEDS_NEW
    sent.used_at = now
    session.merge(ConfirmedAddress(person_id=visit.person_id, address=address, confirmed_at=now))
    record(session, actor, "address confirmed", Thing("person", visit.person_id), now)
    return CodeAnswer.CONFIRMED


def _take_turns(session: Session, person_id: int) -> None:
    """Let one request of a person wait for the other, so that codes and tries are counted one by one."""
    hold(session, session.get_one(Person, person_id))


def has_open_code(session: Session, visit: CurrentVisit, now: datetime) -> bool:
    """Say whether a code was mailed to the visit's person that can still be entered."""
    return _open_code(session, visit.person_id, _address_of(visit), now) is not None


def _open_code(session: Session, person_id: int, address: str, now: datetime) -> AddressCode | None:
    """Return the latest code of a person for an address, if it is neither old nor used, nor tried too often."""
    theirs = AddressCode.person_id == person_id, AddressCode.address == address
    latest = session.scalar(select(AddressCode).where(*theirs).order_by(AddressCode.id.desc()).limit(1))
    is_open = latest and not latest.used_at and latest.tries < MOST_TRIES and latest.sent_at > now - GOOD_FOR
    return latest if is_open else None


def _address_of(visit: CurrentVisit) -> str:
    """Return the address of someone who has one to confirm."""
    address = folded_address(visit.person_email)
    if not address:
        raise ValueError("there is no address to confirm")
    return address
