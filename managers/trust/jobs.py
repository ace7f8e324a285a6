"""The job of the trust page: tallies are counted several times an hour, and months that were missed are made up for."""

from datetime import datetime
from functools import partial

from sqlalchemy import select

from core.domain.days import day_of
from core.queue.jobs import Job
from core.queue.queue import Queue
from core.trusts import Trust
from db import Database, utcnow
from managers.staff.stale import is_under_way
from managers.trust.counting import count_tallies
from managers.trust.kept import keep_past, keep_today, whole_trust
from managers.trust.rebuild import missing_months, past_tallies

COUNT_TALLIES = "count_tallies"


def register(queue: Queue, database: Database) -> None:
    """Let the queue count every ten minutes: the last time on a day is what is kept of it."""
    queue.register(Job(COUNT_TALLIES, lambda: count_all(database, utcnow()), minute="*/10", at_start=True))


def count_all(database: Database, now: datetime) -> None:
    """Count and keep the tallies of every trust whose staff are up to date."""
    with database.reading() as session:
        trusts = session.scalars(select(Trust.key).order_by(Trust.key)).all()
    for trust in trusts:
        _count(database, trust, now)


def _count(database: Database, trust: str, now: datetime) -> None:
    """Count before writing begins, so that no one has to wait for it."""
    with database.reading() as session:
        if is_under_way(session, trust):
            return
        tallies = count_tallies(session, whole_trust(trust), day_of(now))
        past = {day: past_tallies(session, trust, day) for day in missing_months(session, trust, day_of(now))}
    if tallies:
        database.write(partial(keep_today, trust=trust, tallies=tallies, now=now))
    for day, found in past.items():
        database.write(partial(keep_past, trust=trust, day=day, tallies=found, now=now))
