"""Taking a grade back, where what it came from no longer counts for the person."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti.deliveries import Grade, begin_anew
from lti.domain.delivery import Kind, State
from lti.models import Delivery, DeliveryTry, Placement

TAKEN_BACK = "Taken back: the pass that it came from no longer counts for this person."


def take_back_grades(
    session: Session, placements: Sequence[int], person_id: int, own: Grade | None, now: datetime
) -> None:
    """Put a person's own best result in place of the grades that are owed to these activities.

    Where they have none, a grade that was never sent is forgotten; one that the LMS may hold becomes zero there, with
    words that say why. Any result of theirs is then better, and is sent.
    """
    module = select(Placement.module).where(Placement.id == Delivery.placement_id).scalar_subquery()
    theirs = Delivery.person_id == person_id, Delivery.placement_id.in_(placements), Delivery.module == module
    for delivery in session.scalars(select(Delivery).where(*theirs).order_by(Delivery.id).with_for_update()).all():
        was_sent = delivery.delivered_at or delivery.state is State.SENDING or delivery.first_version > 1
        if not own and not was_sent:
            session.execute(delete(DeliveryTry).where(DeliveryTry.delivery_id == delivery.id))
            session.delete(delivery)
            continue
        grade = own or Grade(0, TAKEN_BACK, delivery.started_at, delivery.finished_at)
        _put(delivery, replace(grade, score=float(grade.passed)) if delivery.kind is Kind.COMPLETION else grade, now)


def _put(delivery: Delivery, grade: Grade, now: datetime) -> None:
    delivery.score, delivery.comment = grade.score, grade.comment
    delivery.started_at, delivery.finished_at = grade.started_at, grade.finished_at
    begin_anew(delivery, now)
