"""Tidying: what is done for the deliveries once an hour.

People are told of grades that have waited for too long, an LMS that had refused us for good is looked at again, and
tries that are too old to matter are cleared away.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from config import Settings
from lti.domain.access_token import MENDED_FOR_ALL
from lti.domain.delivery import ARRIVED, REFUSALS, DeliveryState, gave_up
from lti.models import Delivery, DeliveryTry, Platform


def tidy_deliveries(session: Session, settings: Settings, now: datetime) -> None:
    """Do all that is to be done for the deliveries once an hour."""
    failing = session.scalars(select(Platform).where(Platform.failures >= REFUSALS).order_by(Platform.id)).all()
    for platform in failing:
        _give_up_old(session, platform, now - timedelta(days=settings.give_up_days))
        if not platform.rests_until or platform.rests_until <= now:
            _look_again(session, platform, now)
    _clear_tries(session, now - timedelta(days=settings.tries_kept_days))


def _give_up_old(session: Session, platform: Platform, long_ago: datetime) -> None:
    """Tell people of grades that an LMS has kept waiting for days; each had its turn, or the LMS failed over others."""
    waiting = Delivery.platform_id == platform.id, Delivery.state == DeliveryState.WAITING, Delivery.since <= long_ago
    told = {"state": DeliveryState.NEEDS_ATTENTION, "words": gave_up(platform.trouble or "")}
    session.execute(update(Delivery).where(*waiting).values(**told))


def _look_again(session: Session, platform: Platform, now: datetime) -> None:
    """Try one grade of an LMS again where all wait for people: what was wrong there may have been mended since."""
    theirs = select(Delivery).where(Delivery.platform_id == platform.id)
    if session.scalar(theirs.where(Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING))).limit(1)):
        return
    stuck = theirs.where(Delivery.state == DeliveryState.NEEDS_ATTENTION, Delivery.words.in_(MENDED_FOR_ALL))
    if delivery := session.scalar(stuck.order_by(Delivery.due_at, Delivery.id).limit(1).with_for_update()):
        delivery.state, delivery.due_at = DeliveryState.WAITING, now


def _clear_tries(session: Session, before: datetime) -> None:
    """Delete the old tries of grades that have arrived, but never the last, which says how."""
    later = aliased(DeliveryTry)
    last = select(func.max(later.id)).where(later.delivery_id == DeliveryTry.delivery_id).scalar_subquery()
    arrived = select(Delivery.id).where(Delivery.state.in_(ARRIVED))
    old = DeliveryTry.begun_at < before, DeliveryTry.delivery_id.in_(arrived), DeliveryTry.id < last
    session.execute(delete(DeliveryTry).where(*old).execution_options(synchronize_session=False))
