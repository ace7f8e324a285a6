"""The jobs of upkeep: what has had its time is cleared away, and what a wrong clock left is put right."""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from config import Settings
from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from lti.grades.upkeep import tidy_deliveries
from lti.keys import keep_keys
from lti.models import Login, Visit
from lti.visits.address_codes import forget_codes
from lti.wrong_clock import put_times_right

KEPT_AFTER_END = timedelta(days=1)
PUT_RIGHT = "put_right"


def register(queue: Queue, database: Database, settings: Settings) -> None:
    """Let the queue do the upkeep, in small transactions so that no one's answer waits for all of it."""

    def put_right() -> None:
        with database.transaction() as session:
            session.execute(delete(Login).where(Login.expires_at < utcnow()))
            put_times_right(session, settings, utcnow())

    def clear() -> None:
        with database.transaction() as session:
            clear_away(session, utcnow())
            forget_codes(session, utcnow())
        with database.transaction() as session:
            keep_keys(session, settings, utcnow())
        with database.transaction() as session:
            tidy_deliveries(session, settings, utcnow())

    queue.register(Job(PUT_RIGHT, put_right, minute="*/10"))
    queue.register(Job("clear_away", clear, minute="7"))


def clear_away(session: Session, now: datetime) -> None:
    """Delete logins and visits that ended more than a day ago, and messages about people that were held in vain."""
    in_vain = Login.expires_at < now, Login.message.is_not(None)
    session.execute(update(Login).where(*in_vain).values(message=None))
    for table in (Login, Visit):
        session.execute(delete(table).where(table.expires_at < now - KEPT_AFTER_END))
