"""Long lists are applied in the background: a row says which, and a job that ended half-way begins it again."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.domain.event import in_visit
from core.queue.jobs import Job
from core.queue.queue import Queue
from db import Database, utcnow
from managers.staff.stale import StaffJobs
from managers.staff_list.apply import NoLongerFits, NothingToApply, apply
from managers.staff_list.lists import clear_away, prepare, sheet_of
from managers.staff_list.models import ListState, StaffList

APPLY_LISTS = "apply_staff_lists"
LONG = 2_000
NO_LONGER_FITS = (
    "Something has changed about these people since you looked, so nothing in this list was applied. "
    "Check the changes below again."
)


class StaffListJobs:
    """Applies long lists in the background; one serves a whole process."""

    def __init__(self, queue: Queue, database: Database, staff: StaffJobs) -> None:
        """Register the jobs with this queue."""
        self._queue, self._database, self._staff = queue, database, staff
        queue.register(Job(APPLY_LISTS, self._apply, minute="*", at_start=True))
        queue.register(Job("clear_staff_lists", self._clear, minute="23"))

    def apply(self) -> None:
        """Ask for the lists to be applied that wait for it."""
        self._queue.put(APPLY_LISTS)

    def follow(self) -> None:
        """Ask for training to follow what a list has changed."""
        self._staff.bring_up_to_date()

    def _apply(self) -> None:
        if apply_waiting(self._database):
            self.follow()

    def _clear(self) -> None:
        with self._database.transaction() as session:
            clear_away(session, utcnow())


def apply_waiting(database: Database) -> int:
    """Apply the lists that wait for it, in the order in which they were wanted; return how many there were."""
    with database.reading() as session:
        waiting = select(StaffList.id).where(StaffList.state == ListState.APPLYING)
        numbers = session.scalars(waiting.order_by(StaffList.wanted_at, StaffList.id)).all()
    for number in numbers:
        apply_in_background(database, number, utcnow())
    return len(numbers)


def apply_in_background(database: Database, number: int, now: datetime) -> None:
    """Apply a list as it was agreed to, or say on its page why it could not be."""
    with database.reading() as session:
        listed = session.get_one(StaffList, number)
        sheet = sheet_of(listed)
        before = prepare(session, listed, sheet) if sheet else None

    def work(session: Session) -> None:
        kept = session.get_one(StaffList, number)
        actor = in_visit(kept.wanted_by_id or 0, kept.visit or "")
        apply(session, kept, kept.wanted or "", actor, now, before)

    try:
        with suppress(NothingToApply):
            database.write(work)
    except NoLongerFits:
        with database.transaction() as session:
            kept = session.get_one(StaffList, number)
            if kept.state is ListState.APPLYING:
                kept.state, kept.trouble = ListState.READ, NO_LONGER_FITS
