"""Columns that are found or move: what becomes of the grades of an activity whose column is another than before."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from lti.domain.delivery import (
    ARRIVED,
    IN_PART,
    MAY_NOT_LOOK,
    NOT_CALLED,
    DeliveryState,
    GradeKind,
    Outcome,
    verdict_on,
)
from lti.domain.scopes import RESULTS
from lti.learners import learners_in
from lti.models import Activity, Delivery

# An LMS that names another column at every launch is not sent all grades each time.
APART = timedelta(hours=1)
TROUBLES = frozenset({verdict_on(Outcome(404)).words, MAY_NOT_LOOK.words, IN_PART.words, NOT_CALLED.words})


def resume_without_column(session: Session, activity_id: int, now: datetime) -> None:
    """Send the grades of an activity that had no column, or one that was gone, now that it has one."""
    session.execute(_RESUME, {"activity": activity_id, "now": now})


def look_again(session: Session, activity_id: int, now: datetime) -> None:
    """Let one grade of an activity without a column look whether it has one now; if so, the others follow."""
    session.execute(_LOOK_AGAIN, {"activity": activity_id, "now": now})


def is_elsewhere(before: str | None, url: str) -> bool:
    """Say whether an address is that of another column, and not the same with another query."""
    return before is not None and urlsplit(before)._replace(query="") != urlsplit(url)._replace(query="")


def fill_new_column(session: Session, activity: Activity, now: datetime) -> None:
    """Have the grades that arrived in the column of before sent to the new one, where it does not hold them already.

    Where the LMS does not let us see what it holds, they are sent in any case.
    """
    here = Delivery.activity_id == activity.id, Delivery.kind == GradeKind.SCORE, Delivery.state.in_(ARRIVED)
    arrived = update(Delivery).where(*here, Delivery.module == (activity.module or ""))
    if RESULTS in activity.scopes:
        session.execute(arrived.values(held=None, compared_at=None), execution_options=UNSEEN)
        activity.compare_at = now
    elif activity.compared_at is None or now - activity.compared_at >= APART:
        anew: dict[str, object] = {"state": DeliveryState.WAITING, "due_at": now, "since": now, "tries": 0, "words": ""}
        anew |= {"version": Delivery.version + 1, "held": None, "compare_at": None}
        session.execute(arrived.where(_learns_in(activity.course_id)).values(**anew), execution_options=UNSEEN)
        activity.compared_at = now


def _learns_in(course_id: int) -> ColumnElement[bool]:
    return Delivery.person_id.in_(learners_in(course_id))


UNSEEN = {"synchronize_session": False}
_HERE = Delivery.activity_id == bindparam("activity"), Delivery.kind == GradeKind.SCORE
_ANEW = {"state": DeliveryState.WAITING, "due_at": bindparam("now"), "since": bindparam("now"), "tries": 0, "words": ""}
_NOT_KEPT = Delivery.state == DeliveryState.NOT_KEPT
_IN_TROUBLE = (Delivery.state == DeliveryState.NEEDS_ATTENTION) & Delivery.words.in_(TROUBLES)
_RESUME = update(Delivery).where(*_HERE, or_(_NOT_KEPT, _IN_TROUBLE)).values(**_ANEW).execution_options(**UNSEEN)
_FIRST = select(func.min(Delivery.id)).where(*_HERE, _NOT_KEPT).scalar_subquery()
_LOOK_AGAIN = update(Delivery).where(Delivery.id == _FIRST).values(**_ANEW).execution_options(**UNSEEN)
