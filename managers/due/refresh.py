"""Working due dates out anew in the background, piece by piece: after a rule has changed, and each night."""

import time
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.days import day_of
from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from managers.due.dates import note_due_dates
from managers.due.models import DueException, DueRefresh, DueRule
from managers.models import StaffMember

WORK_OUT = "work_out_due_dates"
EVERY_NIGHT = "begin_a_day_of_due_dates"
AT_ONCE = 100
# Others who wait to write look again every tenth of a second.
PAUSE_SECONDS = 0.11


def ask_for_refresh(session: Session, trust: str, now: datetime) -> None:
    """Have all due dates of a trust worked out anew, from the beginning if that is under way."""
    found = session.get(DueRefresh, trust, with_for_update=True) or DueRefresh(trust=trust)
    found.asked_at, found.done_to = now, 0
    session.add(found)


def is_under_way(session: Session, trust: str) -> bool:
    """Say whether due dates of a trust are still being worked out anew."""
    return session.get(DueRefresh, trust) is not None


def refresh_piece(session: Session, now: datetime) -> bool:
    """Work out the due dates of the next staff members; False where there are none left to do."""
    wanted = select(DueRefresh).order_by(DueRefresh.asked_at, DueRefresh.trust).limit(1)
    refresh = session.scalar(wanted.with_for_update())
    if not refresh:
        return False
    theirs = StaffMember.trust == refresh.trust, StaffMember.id > refresh.done_to
    staff_ids = session.scalars(select(StaffMember.id).where(*theirs).order_by(StaffMember.id).limit(AT_ONCE)).all()
    if staff_ids:
        note_due_dates(session, staff_ids, day_of(now))
        refresh.done_to = staff_ids[-1]
    else:
        session.delete(refresh)
    return True


def begin_day(session: Session, now: datetime) -> None:
    """Have the due dates of trusts with rules or exceptions worked out anew, as a day may begin or end an absence."""
    with_rules = set(session.scalars(select(DueRule.trust).where(DueRule.ended_at.is_(None)).distinct()))
    excepted = select(StaffMember.trust).join(DueException, DueException.staff_id == StaffMember.id).distinct()
    for trust in sorted(with_rules | set(session.scalars(excepted))):
        ask_for_refresh(session, trust, now)


class DueJobs:
    """Works due dates out anew in the background; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database) -> None:
        """Register the jobs with this queue."""
        self._queue, self._database = queue, database
        # In a thread of its own, since a large trust takes about a minute.
        queue.register(Job(WORK_OUT, self.work_out_now, minute="*", lane=lambda: WORK_OUT, at_start=True))
        # At five past midnight in winter, and past one in summer: on the new day by British clocks all year.
        queue.register(Job(EVERY_NIGHT, self._begin_day, minute="5", hour="0"))

    def work_out(self) -> None:
        """Ask for due dates to be worked out anew where rules have changed."""
        self._queue.put(WORK_OUT)

    def work_out_now(self) -> None:
        """Work out all that is asked for."""
        while self._is_any_asked_for() and self._piece():
            time.sleep(PAUSE_SECONDS)

    def _piece(self) -> bool:
        return self._database.write(lambda session: refresh_piece(session, utcnow()))

    def _is_any_asked_for(self) -> bool:
        """Look first, so that no one writes only to find out."""
        with self._database.reading() as session:
            return session.scalar(select(DueRefresh.trust).limit(1)) is not None

    def _begin_day(self) -> None:
        self._database.write(lambda session: begin_day(session, utcnow()))
        self.work_out()
