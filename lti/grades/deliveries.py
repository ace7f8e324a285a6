"""Deliveries: grades that we owe an LMS, kept in our database until it has them.

A delivery is written in the transaction of the result that it carries. There is one for each person, activity and
column, and it holds the best result of one module, so that what is sent is always the best at that time. Where the
activity is given another module, the first result of that takes its place, with a later time, even if it is lower.
``lease.py`` takes deliveries up, ``send.py`` sends them, and ``settle.py`` writes down what came of that.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from lti.domain.delivery import ARRIVED, OTHER_TRAINING, DeliveryState, GradeKind
from lti.domain.roles import Role
from lti.learners import learners_in
from lti.models import Activity, Course, Delivery, Deployment, Membership, Person, Platform


@dataclass(frozen=True)
class Grade:
    """What an LMS is to hold for a person: a share from 0 to 1, words, and the times of the attempt behind it.

    ``passed`` fills the second column of an activity that has one.
    """

    score: float
    comment: str
    started_at: datetime
    finished_at: datetime
    passed: bool = False


def owe_grade(
    session: Session, activity_id: int, person_id: int, grade: Grade, now: datetime, afresh: bool = False
) -> Delivery | None:
    """Owe a person's grade to the activity's LMS, and the mark that they passed; if a better one is owed, it stays.

    With ``afresh``, one as good as before is sent again with a new time: someone has earned it again, or the course was
    reset. Returns None if the person leads the course: an LMS does not accept grades for them. A grade is owed even if
    we do not know its column: sending finds the column, or says that there isn't one.
    """
    activity = session.get_one(Activity, activity_id)
    if not _learns_in(session, activity.course_id, person_id):
        return None
    if activity.marks_completion and (grade.passed or _completed_other(session, activity, person_id)):
        mark = replace(grade, score=float(grade.passed))
        _owe(session, activity, person_id, GradeKind.COMPLETION, mark, now, afresh)
    return _owe(session, activity, person_id, GradeKind.SCORE, grade, now, afresh)


def _completed_other(session: Session, activity: Activity, person_id: int) -> bool:
    """Say whether the mark of completion is that of a module which the activity opened before."""
    same = {"activity_id": activity.id, "person_id": person_id, "kind": GradeKind.COMPLETION}
    mark = session.scalar(DELIVERY, same)
    return mark is not None and mark.module != activity.module


def _owe(
    session: Session, activity: Activity, person_id: int, kind: GradeKind, grade: Grade, now: datetime, afresh: bool
) -> Delivery:
    same = {"activity_id": activity.id, "person_id": person_id, "kind": kind}
    delivery = session.scalar(DELIVERY.with_for_update(), same)
    if not delivery:
        platform_id = session.get_one(Person, person_id).platform_id
        delivery = Delivery(**same, platform_id=platform_id, version=0, lease=0, state=DeliveryState.WAITING)
    if delivery.module != (activity.module or ""):
        _begin_module(delivery, activity.module or "")
    is_better = grade.score > delivery.score
    if is_better or (afresh and grade.score == delivery.score):
        delivery.score, delivery.comment = grade.score, grade.comment
        delivery.started_at, delivery.finished_at = grade.started_at, grade.finished_at
        delivery.carried = False
    if is_better or afresh:
        begin_anew(delivery, now)
        session.add(delivery)
    elif delivery.state in ARRIVED and not delivery.compare_at:
        delivery.compare_at = now
    return delivery


def _begin_module(delivery: Delivery, module: str) -> None:
    """Let a delivery carry grades of this module from now on; any result of it is better than one of another."""
    delivery.module, delivery.score, delivery.delivered_at = module, -1.0, None
    delivery.first_version = delivery.version + 1


def begin_anew(delivery: Delivery, now: datetime) -> None:
    """Let a delivery be sent as something new; what is being sent at this moment is concluded first."""
    delivery.version += 1
    delivery.held = delivery.compare_at = None
    delivery.tries, delivery.words, delivery.since = 0, "", now
    if delivery.state is not DeliveryState.SENDING:
        delivery.state, delivery.due_at = DeliveryState.WAITING, now


def change_module(session: Session, activity_id: int, module: str | None, now: datetime) -> None:
    """Keep back the grades of other modules than the one that an activity opens now, and send those of that one."""
    session.execute(_KEEP_BACK, {"activity": activity_id, "opened": module or ""})
    session.execute(_SEND_AFTER_ALL, {"activity": activity_id, "opened": module or "", "now": now})


_KEEP_BACK = (
    update(Delivery)
    .where(Delivery.activity_id == bindparam("activity"), Delivery.module != bindparam("opened"))
    .where(Delivery.state.in_((DeliveryState.WAITING, DeliveryState.NEEDS_ATTENTION, DeliveryState.NOT_KEPT)))
    .values(state=DeliveryState.SUPERSEDED, words=OTHER_TRAINING.words)
    .execution_options(synchronize_session=False)
)
_SEND_AFTER_ALL = (
    update(Delivery)
    .where(Delivery.activity_id == bindparam("activity"), Delivery.module == bindparam("opened"))
    .where(Delivery.state == DeliveryState.SUPERSEDED, Delivery.words == OTHER_TRAINING.words)
    .values(state=DeliveryState.WAITING, due_at=bindparam("now"), since=bindparam("now"), tries=0, words="")
    .execution_options(synchronize_session=False)
)


def _learns_in(session: Session, course_id: int, person_id: int) -> bool:
    membership = session.get(Membership, (course_id, person_id))
    is_real = not session.get_one(Person, person_id).is_test
    return is_real and (membership is None or membership.role is Role.STAFF)


def send_again(
    session: Session, course_id: int, module: str | None, now: datetime, person_id: int | None = None
) -> int:
    """Send again the grades of a course's module that needed attention, after someone has seen to them; count them.

    With a person, theirs are sent whatever state they are in. The LMS is tried at once, though it may be resting.
    """
    # Platforms are always changed before deliveries, so that no two transactions wait for each other.
    session.execute(_END_REST, {"course": course_id})
    placed = select(Activity.id).where(Activity.course_id == course_id, Activity.module == module)
    wanted = select(Delivery).where(Delivery.activity_id.in_(placed), Delivery.module == module)
    wanted = wanted.where(Delivery.person_id == person_id) if person_id else wanted.where(*_needs_it(course_id))
    found = session.scalars(wanted.order_by(Delivery.id).with_for_update()).all()
    for delivery in found:
        begin_anew(delivery, now)
    # Someone who has just given an activity a column need not wait until it is looked for again.
    session.execute(update(Activity).where(Activity.id.in_(placed)).values(no_column_at=None))
    return len(found)


def _needs_it(course_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for a grade that needs attention: it is for a learner in the course, as pages count them."""
    return Delivery.state == DeliveryState.NEEDS_ATTENTION, Delivery.person_id.in_(learners_in(course_id))


# That a platform failed is not forgotten, so that one try goes before all others.
_OF_COURSE = select(Deployment.platform_id).join(Course, Course.deployment_id == Deployment.id)
_END_REST = (
    update(Platform)
    .where(Platform.id == _OF_COURSE.where(Course.id == bindparam("course")).scalar_subquery())
    .where(Platform.rests_until.is_not(None))
    .values(rests_until=None)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class Owed:
    """What an activity takes of a person's results, and what is owed of it so far.

    ``of_other``: the LMS has a grade of other training, which the activity opened before.
    """

    takes_grade: bool
    takes_completion: bool
    grade: Delivery | None
    completion: Delivery | None
    of_other: bool

    def lacks(self, score: float, passed: bool) -> bool:
        """Say whether a result, passed or not, has yet to be owed to a column that takes it."""
        lacks_grade = self.takes_grade and (not self.grade or self.grade.score < score)
        return lacks_grade or (passed and self.takes_completion and not self.completion)


def owed_at(session: Session, activity_id: int, person_id: int) -> Owed:
    """Return what is owed of a person's results to an activity, and what it takes: one question for a page."""
    rows = session.execute(_OWED, {"activity_id": activity_id, "person_id": person_id}).all()
    url, no_column_at, marks, module, _ = rows[0]
    found = [delivery for *_, delivery in rows if delivery]
    by_kind = {delivery.kind: delivery for delivery in found if delivery.module == module}
    of_other = any(delivery.module != module and delivery.delivered_at for delivery in found)
    takes_grade, owed = bool(url) or not no_column_at, (by_kind.get(GradeKind.SCORE), by_kind.get(GradeKind.COMPLETION))
    return Owed(takes_grade, bool(marks), *owed, of_other)


def delivery_for(session: Session, activity_id: int, person_id: int, module: str) -> Delivery | None:
    """Return the delivery of a person's grade of a module to an activity, or None where none is owed."""
    asked = {"activity_id": activity_id, "person_id": person_id, "kind": GradeKind.SCORE}
    found = session.scalar(DELIVERY, asked)
    return found if found and found.module == module else None


DELIVERY = select(Delivery).where(
    Delivery.activity_id == bindparam("activity_id"),
    Delivery.person_id == bindparam("person_id"),
    Delivery.kind == bindparam("kind"),
)
_OWED = (
    select(Activity.line_item_url, Activity.no_column_at, Activity.marks_completion, Activity.module, Delivery)
    .outerjoin(Delivery, (Delivery.activity_id == Activity.id) & (Delivery.person_id == bindparam("person_id")))
    .where(Activity.id == bindparam("activity_id"))
)
