"""Taking a grade back when the pass it came from no longer counts for the person."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti.domain.delivery import DeliveryState, GradeKind
from lti.grades.deliveries import Grade, begin_anew
from lti.models import Activity, Delivery, DeliveryTry

TAKEN_BACK = "Taken back: the pass it came from no longer counts for this person."


def owed_to(session: Session, people: Collection[int]) -> list[Delivery]:
    """Return all that is owed of the results of some people in the modules that activities have now."""
    theirs = Delivery.person_id.in_(people), Delivery.module == Activity.module
    found = select(Delivery).join(Activity, Activity.id == Delivery.activity_id).where(*theirs)
    return list(session.scalars(found.order_by(Delivery.id).with_for_update(of=Delivery)))


def take_back_grade(session: Session, delivery: Delivery, left: Grade | None, now: datetime) -> None:
    """Replace a grade with the best that is left for the person.

    If there is none, a grade that was never sent is forgotten. One that the LMS may have becomes zero there, with
    words that say why. Any result of their own is then better, and is sent.
    """
    was_sent = delivery.delivered_at or delivery.state is DeliveryState.SENDING or delivery.first_version > 1
    if not left and not was_sent:
        session.execute(delete(DeliveryTry).where(DeliveryTry.delivery_id == delivery.id))
        session.delete(delivery)
        return
    grade = left or Grade(0, TAKEN_BACK, delivery.started_at, delivery.finished_at)
    _put(delivery, replace(grade, score=float(grade.passed)) if delivery.kind is GradeKind.COMPLETION else grade, now)


def _put(delivery: Delivery, grade: Grade, now: datetime) -> None:
    delivery.score, delivery.comment = grade.score, grade.comment
    delivery.started_at, delivery.finished_at = grade.started_at, grade.finished_at
    begin_anew(delivery, now)
