"""The jobs of mail: what is due is sent, and what is over is cleared away."""

from core.mail.outbox import clear_mail
from core.mail.sender import MailSender
from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow

SEND_MAIL = "send_mail"


def register(queue: Queue, database: Database, sender: MailSender) -> None:
    """Let the queue send mail when it is asked to and every minute, in a thread of its own: servers take their time."""

    def clear_away() -> None:
        with database.transaction() as session:
            clear_mail(session, utcnow())

    queue.register(Job(SEND_MAIL, sender.send_due, minute="*", lane=lambda: SEND_MAIL))
    queue.register(Job("clear_mail", clear_away, minute="17"))
