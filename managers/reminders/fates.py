"""What happened to reminders: copied from their messages, which are cleared away earlier, in words for people."""

import re
from datetime import datetime

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from core.domain.days import day_of, months_after
from core.mail.domain.ending import MailState, refused
from core.mail.models import Mail
from core.rows import change_rows
from core.trusts import Trust
from managers.reminders.models import Fate, Reminder
from managers.reminders.settings import settings_of

AT_ONCE = 200
ENDED = MailState.SENT, MailState.UNCONFIRMED, MailState.FAILED
DECIDED = Fate.SENT, Fate.NOT_NEEDED
STATUS = re.compile(r"\(status (\d{3})\)")
# What mail servers mean by a status (RFC 5321, section 4.2.3) when it is about one message.
STATUS_WORDS = {
    550: "There is no mailbox with this address, or it takes no messages from us.",
    551: "The address has moved to another mail system.",
    552: "The mailbox is full, or the message is too large for it.",
    553: "The mail server does not accept an address of this form.",
    554: "The mail server rejected the message, for example as unwanted.",
}


def are_fates_new(session: Session) -> bool:
    """Say whether something has become of messages that is not on record, so that no one writes only to find out."""
    return session.scalar(_changed().with_only_columns(Reminder.id).limit(1)) is not None


def _changed() -> Select[Reminder, Mail]:
    """Select the reminders whose messages have come further than the record says."""
    further = or_(Mail.words != Reminder.words, (Reminder.fate == Fate.QUEUED) & Mail.state.in_(ENDED))
    wanted = select(Reminder, Mail).join(Mail, Mail.id == Reminder.mail_id)
    return wanted.where(Reminder.fate.not_in(DECIDED), further).order_by(Reminder.id)


def note_fates(session: Session) -> int:
    """Put on record what has become of some messages, and return of how many."""
    rows = session.execute(_changed().limit(AT_ONCE).with_for_update(of=Reminder)).all()
    for reminder, mail in rows:
        reminder.fate, reminder.words, reminder.ended_at = fate_of(mail), mail.words, mail.ended_at
    return len(rows)


def fate_of(mail: Mail) -> Fate:
    """Return what has become of a message so far."""
    if mail.state is MailState.SENT:
        return Fate.SENT
    if mail.state is MailState.UNCONFIRMED:
        return Fate.UNCONFIRMED
    if mail.state is not MailState.FAILED:
        return Fate.QUEUED
    if not (found := STATUS.search(mail.words)):
        return Fate.GIVEN_UP
    return Fate.REFUSED if mail.words == refused("recipient", int(found[1])).words else Fate.BOUNCED


def meaning_of(words: str) -> str:
    """Return what a mail server means by the status in some words, or nothing where we cannot tell."""
    found = STATUS.search(words)
    return STATUS_WORDS.get(int(found[1]), "") if found else ""


def clear_reminders(session: Session, now: datetime) -> int:
    """Delete reminders that are older than their trust keeps them, and return how many."""
    count = 0
    for trust in session.scalars(select(Trust.key)):
        before = months_after(day_of(now), -settings_of(session, trust).keep_months)
        old = Reminder.trust == trust, Reminder.day < before, Reminder.fate != Fate.QUEUED
        numbers = select(Reminder.id).where(*old).limit(AT_ONCE)
        count += change_rows(session, delete(Reminder).where(Reminder.id.in_(numbers)))
    return count
