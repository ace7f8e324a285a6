"""Checks of an LMS's gradebook: which of our grades to compare with it, and what to record.

The rows of grades and activities say what to look at, so an interrupted check is repeated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, func, or_, select, union, update
from sqlalchemy.orm import Session

from lti.domain.delivery import ARRIVED, DeliveryState, GradeKind, is_lost
from lti.domain.scopes import RESULTS
from lti.grades.deliveries import begin_anew
from lti.grades.results import Results
from lti.learners import LEARNS_NOW
from lti.models import Activity, Delivery, Membership, Person, Platform

APART = timedelta(hours=1)
# When to repeat a check that was interrupted, or that the LMS did not answer.
AGAIN_AFTER = timedelta(minutes=10)
# Up to this many people are asked for one by one; for more, all of an activity's results are read.
FEW = 3


@dataclass(frozen=True)
class GradebookCheck:
    """A column whose results we should read: for a few people, or for everyone if ``subjects`` is None."""

    activity_id: int
    kind: GradeKind
    url: str
    scopes: tuple[str, ...]
    module: str
    subjects: frozenset[str] | None
    began: datetime


def is_stale(delivery: Delivery, now: datetime) -> bool:
    """Say whether a grade that has arrived should be compared with the LMS's, because it has not been recently."""
    is_due = delivery.compared_at is None or now - delivery.compared_at >= APART
    return delivery.state in ARRIVED and delivery.compare_at is None and is_due


def ask_for_person(session: Session, activity_id: int, person_id: int, now: datetime) -> None:
    """Have a person's grades in an activity compared."""
    theirs = Delivery.activity_id == activity_id, Delivery.person_id == person_id
    due = Delivery.state.in_(ARRIVED), Delivery.compare_at.is_(None)
    session.execute(update(Delivery).where(*theirs, *due).values(compare_at=now), execution_options=UNSEEN)


def stale_activity(course_id: int, module: str, now: datetime) -> ScalarSelect[int | None]:
    """Return, as part of another query, an activity of a course's module whose grades should be compared."""
    return select(func.min(Activity.id)).where(*_stale(course_id, module, now)).scalar_subquery()


def ask_for_module(session: Session, course_id: int, module: str, now: datetime) -> None:
    """Have all grades of a course's module compared, unless they were compared recently."""
    session.execute(update(Activity).where(*_stale(course_id, module, now)).values(compare_at=now))


def ask_for_activity(session: Session, activity_id: int, now: datetime) -> None:
    """Have all grades of an activity's module in its course compared, unless they were compared recently."""
    activity = session.get(Activity, activity_id)
    if activity and activity.module:
        ask_for_module(session, activity.course_id, activity.module, now)


UNSEEN = {"synchronize_session": False}


def _stale(course_id: int, module: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    compared = or_(Activity.compared_at.is_(None), Activity.compared_at <= now - APART)
    arrived = select(Delivery.id).where(Delivery.activity_id == Activity.id, Delivery.state.in_(ARRIVED)).exists()
    here = Activity.course_id == course_id, Activity.module == module
    return *here, Activity.compare_at.is_(None), compared, arrived


def platforms_due(session: Session, now: datetime) -> list[int]:
    """Return the platforms where something is due to be looked at now; a resting one is left alone."""
    of_grades = select(Delivery.platform_id).where(Delivery.compare_at <= now)
    of_activities = select(Delivery.platform_id).join(Activity, Activity.id == Delivery.activity_id)
    due = union(of_grades, of_activities.where(Activity.compare_at <= now)).subquery()
    up = or_(Platform.rests_until.is_(None), Platform.rests_until <= now)
    return list(session.scalars(select(Platform.id).where(Platform.id.in_(select(due.c[0])), up).order_by(Platform.id)))


def activities_due(session: Session, platform_id: int, now: datetime, most: int) -> list[int]:
    """Return the activities of a platform where something is due to be looked at now."""
    theirs = select(Delivery.activity_id).where(Delivery.platform_id == platform_id)
    of_activities = theirs.join(Activity, Activity.id == Delivery.activity_id).where(Activity.compare_at <= now)
    due = union(theirs.where(Delivery.compare_at <= now), of_activities).subquery()
    return list(session.scalars(select(due.c[0]).order_by(due.c[0]).limit(most)))


def take_on(session: Session, activity_id: int, now: datetime) -> list[GradebookCheck]:
    """Return what to look at in an activity, and claim it for a few minutes."""
    activity, again = session.get_one(Activity, activity_id), now + AGAIN_AFTER
    is_whole = activity.compare_at is not None and activity.compare_at <= now
    due = Delivery.activity_id == activity_id, Delivery.compare_at <= now
    whose = select(Delivery.kind, Person.subject).join(Person, Person.id == Delivery.person_id)
    asked = session.execute(whose.where(*due)).all()
    session.execute(update(Delivery).where(*due).values(compare_at=again), execution_options=UNSEEN)
    activity.compare_at = again if is_whole else activity.compare_at
    checks = [_check(activity, kind, {who for each, who in asked if each is kind}, is_whole, now) for kind in GradeKind]
    return [check for check in checks if check]


def _check(
    activity: Activity, kind: GradeKind, subjects: set[str], is_whole: bool, now: datetime
) -> GradebookCheck | None:
    url = activity.line_item_url if kind is GradeKind.SCORE else activity.completion_url
    if not url or RESULTS not in activity.scopes or not (subjects or is_whole):
        return None
    whose = None if is_whole or len(subjects) > FEW else frozenset(subjects)
    return GradebookCheck(activity.id, kind, url, tuple(activity.scopes), activity.module or "", whose, now)


def concerned(session: Session, check: GradebookCheck, results: Results) -> list[int]:
    """Return the grades about which a check tells us something new, by their ids."""
    whose = select(Delivery.id, Person.subject, Delivery.held, Delivery.compared_at, Delivery.compare_at)
    here = (
        Delivery.activity_id == check.activity_id,
        Delivery.kind == check.kind,
        Delivery.state != DeliveryState.SENDING,
    )
    rows = session.execute(whose.join(Person, Person.id == Delivery.person_id).where(*here).order_by(Delivery.id))
    return [
        row.id
        for row in rows
        if check.subjects is None or row.subject in check.subjects
        if row.compare_at or not row.compared_at or row.held != results.of(row.subject).share
    ]


def shown_before(session: Session, check: GradebookCheck) -> list[int]:
    """Return the grades that a column showed once, by their ids: some LMSs never show us any."""
    here = Delivery.activity_id == check.activity_id, Delivery.kind == check.kind, Delivery.held.is_not(None)
    return list(session.scalars(select(Delivery.id).where(*here).order_by(Delivery.id)))


def note(
    session: Session, ids: Sequence[int], check: GradebookCheck, results: Results, counting: set[int], now: datetime
) -> int:
    """Record what the LMS has for these grades, send again what it has lost, and return how many that was.

    A grade that was sent while we looked is left as it is: the check may have missed it. One of other training, which
    the activity opened before, is not sent again.
    """
    lost = 0
    for delivery, subject in session.execute(_NOTED, {"ids": ids}).all():
        if (delivery.delivered_at or delivery.since) > check.began or delivery.state is DeliveryState.SENDING:
            continue
        held = results.of(subject)
        is_gone = is_lost(delivery.state, delivery.held, delivery.compared_at is not None, held)
        # What cannot be read tells nothing against what was seen before.
        delivery.held = delivery.held if held.unread else held.share
        delivery.compared_at, delivery.compare_at = now, None
        if is_gone and delivery.person_id in counting and delivery.module == check.module:
            begin_anew(delivery, now)
            lost += 1
    return lost


def learners_of(session: Session, ids: Sequence[int]) -> set[int]:
    """Return whose grades these are, among current learners in the course: an LMS does not accept any for others."""
    return set(session.scalars(_LEARNERS.where(*LEARNS_NOW, Delivery.id.in_(ids))))


def end(session: Session, activity_id: int, checks: Iterable[GradebookCheck], lost: int, now: datetime) -> None:
    """Record a check of an activity; if a few people have lost their grades, look at everyone's, as after a reset."""
    session.execute(_END_OF_GRADES, {"activity": activity_id, "now": now})
    activity = session.get_one(Activity, activity_id)
    if any(check.subjects is None for check in checks):
        activity.compared_at, activity.compare_at = now, None
    elif lost and (activity.compared_at is None or now - activity.compared_at >= APART):
        activity.compare_at = now


def give_up(session: Session, activity_id: int, now: datetime) -> None:
    """Record that we cannot find out what an LMS has, so that it is not asked again for a while."""
    session.execute(_END_OF_GRADES, {"activity": activity_id, "now": now})
    session.execute(
        update(Activity).where(Activity.id == activity_id).values(compared_at=now, compare_at=None),
        execution_options=UNSEEN,
    )


_NOTED: Select[Delivery, str] = (
    select(Delivery, Person.subject)
    .join(Person, Person.id == Delivery.person_id)
    .where(Delivery.id.in_(bindparam("ids", expanding=True)))
    .order_by(Delivery.id)
    .with_for_update(of=Delivery)
)
_LEARNERS = (
    select(Delivery.person_id)
    .join(Activity, Activity.id == Delivery.activity_id)
    .join(Membership, (Membership.course_id == Activity.course_id) & (Membership.person_id == Delivery.person_id))
)
# The grades that a check claimed but learned nothing new about.
_END_OF_GRADES = (
    update(Delivery)
    .where(Delivery.activity_id == bindparam("activity"), Delivery.compare_at > bindparam("now"))
    .values(compare_at=None, compared_at=bindparam("now"))
    .execution_options(synchronize_session=False)
)
