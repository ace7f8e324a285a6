"""Deliveries: grades that we owe an LMS, kept in our database until it has them.

A delivery is written in the transaction of the result that it carries. There is one for each person and placement,
and it holds the best result, so that what is sent is always the best at that time. The queue only wakes the sending.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, joinedload

from lti.domain.delivery import State, stamp_after
from lti.domain.roles import Role
from lti.models import Delivery, DeliveryTry, Membership, Person, Placement


@dataclass(frozen=True)
class Grade:
    """What an LMS is to hold for a person: a share from 0 to 1, words, and the times of the attempt behind it."""

    score: float
    comment: str
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True)
class Claim:
    """A delivery taken up for one try: all that sending needs, read together."""

    delivery_id: int
    try_id: int
    lease: int
    version: int
    tries: int
    platform_id: int
    line_item_url: str
    scopes: tuple[str, ...]
    subject: str
    stamp: datetime
    grade: Grade


def owe_grade(session: Session, placement_id: int, person_id: int, grade: Grade, now: datetime) -> Delivery | None:
    """Owe a person's grade to the placement's LMS; a better one that is owed stays.

    None where the LMS wants no grade there, or the person leads the course: an LMS takes none for those who do.
    """
    placement = session.get_one(Placement, placement_id)
    if not placement.line_item_url or not _learns_in(session, placement.course_id, person_id):
        return None
    same = {"placement_id": placement_id, "person_id": person_id}
    delivery = session.scalar(DELIVERY.with_for_update(), same)
    if delivery and delivery.score >= grade.score:
        return delivery
    if not delivery:
        delivery = Delivery(placement_id=placement_id, person_id=person_id, version=0, lease=0)
        session.add(delivery)
    delivery.version += 1
    delivery.score, delivery.comment = grade.score, grade.comment
    delivery.started_at, delivery.finished_at = grade.started_at, grade.finished_at
    delivery.tries, delivery.words = 0, ""
    if delivery.state is not State.SENDING:
        delivery.state, delivery.due_at = State.WAITING, now
    return delivery


def _learns_in(session: Session, course_id: int, person_id: int) -> bool:
    membership = session.get(Membership, (course_id, person_id))
    is_real = not session.get_one(Person, person_id).is_test
    return is_real and (membership is None or membership.role is Role.STAFF)


def claim_next(
    session: Session, now: datetime, lease: timedelta, resting: Collection[int] = (), due_by: datetime | None = None
) -> Claim | None:
    """Take up the delivery that has been due longest, or whose last try never ended; None where there is none.

    Platforms that rest are passed over, and so is what has become due since ``due_by``.
    """
    open_states = (State.WAITING, State.SENDING)
    due = select(Delivery).where(Delivery.state.in_(open_states), Delivery.due_at <= (due_by or now))
    if resting:
        due = due.where(Delivery.person_id.not_in(select(Person.id).where(Person.platform_id.in_(resting))))
    whole = due.options(joinedload(Delivery.placement, innerjoin=True), joinedload(Delivery.person, innerjoin=True))
    delivery = session.scalar(whole.order_by(Delivery.due_at).limit(1).with_for_update(skip_locked=True, of=Delivery))
    return _claimed(session, delivery, now, lease) if delivery else None


def _claimed(session: Session, delivery: Delivery, now: datetime, lease: timedelta) -> Claim:
    if delivery.sent_version != delivery.version or delivery.stamp is None:
        delivery.stamp = stamp_after(delivery.stamp, now)
        delivery.sent_version = delivery.version
    delivery.state, delivery.due_at = State.SENDING, now + lease
    delivery.lease += 1
    delivery.tries += 1
    attempt = DeliveryTry(delivery_id=delivery.id, version=delivery.version, stamp=delivery.stamp, begun_at=now)
    session.add(attempt)
    session.flush()
    return Claim(
        delivery_id=delivery.id,
        try_id=attempt.id,
        lease=delivery.lease,
        version=delivery.version,
        tries=delivery.tries,
        platform_id=delivery.person.platform_id,
        line_item_url=delivery.placement.line_item_url or "",
        scopes=tuple(delivery.placement.scopes),
        subject=delivery.person.subject,
        stamp=delivery.stamp,
        grade=Grade(delivery.score, delivery.comment, delivery.started_at, delivery.finished_at),
    )


def send_course_again(session: Session, course_id: int, now: datetime) -> None:
    """Put a course's deliveries that needed attention back into the queue, as somebody has seen to them."""
    placed = select(Placement.id).where(Placement.course_id == course_id)
    stuck = Delivery.placement_id.in_(placed) & (Delivery.state == State.NEEDS_ATTENTION)
    session.execute(update(Delivery).where(stuck).values(state=State.WAITING, due_at=now, tries=0))


def delivery_for(session: Session, placement_id: int, person_id: int) -> Delivery | None:
    """Return the delivery of a person's grade to a placement, or None where none is owed."""
    return session.scalar(DELIVERY, {"placement_id": placement_id, "person_id": person_id})


DELIVERY = select(Delivery).where(
    Delivery.placement_id == bindparam("placement_id"), Delivery.person_id == bindparam("person_id")
)
