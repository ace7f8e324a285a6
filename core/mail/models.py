"""The outbox: the table of messages to send."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.mail.domain.ending import MailState
from db import Base


class Mail(Base):
    """A message to one person, and how far it has got.

    ``message_id`` is given at the first try and stays, so that a mail system can tell a repetition. ``due_at`` is when
    it is tried next, or when the lease of the try that is under way ends; we give up some days after ``since``.
    ``words`` say what the last try came to. Once a message is sent, its own words are no longer kept. It
    comes from MAIL_FROM, but under ``sender_name`` if there is one, and answers go to ``reply_to``.
    """

    __tablename__ = "mails"
    __table_args__ = (Index(None, "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str | None] = mapped_column(String(300), unique=True)
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    sender_name: Mapped[str | None] = mapped_column(String(100))
    reply_to: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    created_at: Mapped[datetime]
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    lease: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(500), default="")
    ended_at: Mapped[datetime | None]
