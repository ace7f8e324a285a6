"""Reminders go along when two staff members turn out to be one person."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from managers.reminders.models import Reminder


def move_reminders(session: Session, staff_id: int, to_id: int) -> None:
    """Let the reminders of a staff member who has become one with another be theirs.

    One from a day on which both were reminded keeps its address alone: no one is on record twice for a day.
    """
    theirs = select(Reminder.day).where(Reminder.staff_id == to_id)
    same_day = update(Reminder).where(Reminder.staff_id == staff_id, Reminder.day.in_(theirs))
    session.execute(same_day.values(staff_id=None).execution_options(synchronize_session=False))
    rest = update(Reminder).where(Reminder.staff_id == staff_id).values(staff_id=to_id)
    session.execute(rest.execution_options(synchronize_session=False))
