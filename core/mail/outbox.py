"""The outbox: messages are put in with the change that they are about, looked after, and cleared away."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.mail.domain.ending import MailState
from core.mail.domain.message import MailMessage
from core.mail.models import Mail

# What was sent is at its recipient, and none of our business for longer than someone may ask whether it went.
SENT_KEPT = timedelta(days=30)
TROUBLE_KEPT = timedelta(days=90)


def put_in_outbox(session: Session, message: MailMessage, now: datetime) -> Mail:
    """Have a message sent once this transaction is committed."""
    mail = Mail(recipient=message.to, subject=message.subject, text=message.text, html=message.html)
    mail.sender_name, mail.reply_to = message.sender_name, message.reply_to
    mail.created_at = mail.since = mail.due_at = now
    session.add(mail)
    session.flush()
    return mail


def unsent(session: Session) -> Sequence[Mail]:
    """Return the messages that have not been sent, or perhaps not, the oldest first."""
    return session.scalars(select(Mail).where(Mail.state != MailState.SENT).order_by(Mail.id)).all()


def send_again(session: Session, number: int, now: datetime) -> bool:
    """Have a message that failed or is unconfirmed sent again, for as long as a new one; False if there is none."""
    stuck = Mail.id == number, Mail.state.in_((MailState.WAITING, MailState.FAILED, MailState.UNCONFIRMED))
    mail = session.scalar(select(Mail).where(*stuck).with_for_update())
    if mail:
        mail.state, mail.since, mail.due_at, mail.tries, mail.ended_at = MailState.WAITING, now, now, 0, None
        # A try that still waits for its answer decides nothing any more.
        mail.lease += 1
    return mail is not None


def clear_mail(session: Session, now: datetime) -> None:
    """Delete messages that were sent a while ago, and those that never will be."""
    for states, kept in (((MailState.SENT,), SENT_KEPT), ((MailState.FAILED, MailState.UNCONFIRMED), TROUBLE_KEPT)):
        old = Mail.state.in_(states), Mail.ended_at < now - kept
        session.execute(delete(Mail).where(*old).execution_options(synchronize_session=False))
