"""The lease: a message is claimed for one try, marked as it is handed over, and settled, each in its own transaction.

What was claimed and never handed over is due again when its lease has run out. What was handed over and never settled
may have arrived, so it is not sent again by itself (see ``smtp.py``).
"""

import random
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from core.domain.waits import wait_after
from core.mail.domain.ending import OF_SERVER, UNCONFIRMED, MailEnding, MailNext, MailState, in_the_end
from core.mail.domain.message import MailMessage
from core.mail.models import Mail
from core.rows import change_rows

# Longer than the slowest try: a mail server has ten minutes to take a message.
LEASE = timedelta(minutes=20)
FIRST_WAIT = timedelta(minutes=1)
# To ask a server whether it is back costs little; what it will not take from one sender for now takes hours.
LONGEST_WAIT_FOR_SERVER = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=4)
# Further ahead than any wait or lease: recorded by a clock that was wrong.
TOO_FAR = 2 * LONGEST_WAIT


@dataclass(frozen=True)
class MailClaim:
    """A message taken up for one try."""

    mail_id: int
    lease: int
    message_id: str
    message: MailMessage
    created_at: datetime


class LeaseLost(Exception):
    """The lease of this try has passed to another: whatever it was about to do, that other does."""


def is_anything_due(session: Session, now: datetime) -> bool:
    """Say whether there is anything to claim or to leave to people, so that no one writes only to find out."""
    open_states = MailState.WAITING, MailState.SENDING, MailState.HANDED_OVER
    return session.scalar(select(Mail.id).where(Mail.state.in_(open_states), _is_due(now)).limit(1)) is not None


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(Mail.due_at <= now, Mail.due_at > now + TOO_FAR)


def claim_next(session: Session, host: str, now: datetime) -> MailClaim | None:
    """Take up the message that has been due longest; None if there is none. Its id is made of our ``host``."""
    _leave_unconfirmed(session, now)
    due = Mail.state.in_((MailState.WAITING, MailState.SENDING)), _is_due(now)
    longest_due = select(Mail).where(*due).order_by(Mail.due_at, Mail.id).limit(1)
    mail = session.scalar(longest_due.with_for_update(skip_locked=True))
    if not mail:
        return None
    mail.state, mail.due_at = MailState.SENDING, now + LEASE
    mail.lease, mail.tries = mail.lease + 1, mail.tries + 1
    mail.message_id = message_id = mail.message_id or f"<{secrets.token_hex(16)}@{host}>"
    words = mail.subject, mail.text, mail.html
    message = MailMessage(mail.recipient, *words, mail.sender_name, mail.reply_to)
    return MailClaim(mail.id, mail.lease, message_id, message, mail.created_at)


def _leave_unconfirmed(session: Session, now: datetime) -> None:
    """Leave to people what was handed over by a process that has ended since."""
    left = update(Mail).where(Mail.state == MailState.HANDED_OVER, _is_due(now))
    session.execute(left.values(state=MailState.UNCONFIRMED, words=UNCONFIRMED, ended_at=now))


def mark_handed_over(session: Session, claim: MailClaim, now: datetime) -> None:
    """Note that the next thing we do lets the mail server take the message; LeaseLost if another try does."""
    ours = Mail.id == claim.mail_id, Mail.lease == claim.lease, Mail.state == MailState.SENDING
    mark = update(Mail).where(*ours).values(state=MailState.HANDED_OVER, due_at=now + LEASE)
    if not change_rows(session, mark):
        raise LeaseLost


def settle(session: Session, claim: MailClaim, ending: MailEnding, now: datetime) -> MailEnding:
    """Write down what a try came to, and return it; a try whose lease has passed to another decides nothing."""
    mail = session.scalar(select(Mail).where(Mail.id == claim.mail_id).with_for_update())
    if not mail or mail.lease != claim.lease:
        return ending
    ending = in_the_end(ending, mail.tries, now - mail.since)
    mail.words = ending.words
    if ending.next is MailNext.WAIT:
        longest = LONGEST_WAIT_FOR_SERVER if ending.is_of_server else LONGEST_WAIT
        mail.state, mail.due_at = MailState.WAITING, now + wait_after(mail.tries, FIRST_WAIT, longest, random.random())
    else:
        mail.state, mail.ended_at = (MailState.SENT if ending.next is MailNext.DONE else MailState.FAILED), now
    if ending.next is MailNext.DONE:
        mail.text = mail.html = ""
        session.flush()
        _let_all_go(session, now)
    return ending


def _let_all_go(session: Session, now: datetime) -> None:
    """Send at once what has been waiting for a server that is back."""
    waiting = Mail.state == MailState.WAITING, Mail.due_at > now, Mail.words.in_([each.words for each in OF_SERVER])
    session.execute(update(Mail).where(*waiting).values(due_at=now))
