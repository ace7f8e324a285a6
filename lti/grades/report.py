"""What administrators read about deliveries: numbers and our own ids, never a name."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti.domain.delivery import DeliveryState
from lti.models import Delivery, Platform


def lines_on_platforms(session: Session, now: datetime) -> Iterator[str]:
    """Say for each LMS how many grades are in which state, and whether and why it rests."""
    counted = select(Delivery.platform_id, Delivery.state, func.count()).group_by(Delivery.platform_id, Delivery.state)
    counts = {(platform, state): number for platform, state, number in session.execute(counted)}
    for platform in session.scalars(select(Platform).order_by(Platform.id)):
        yield f"Platform {platform.id}: {platform.name}"
        yield from (
            f"  {state.value:16}{counts[platform.id, state]:>8,}"
            for state in DeliveryState
            if (platform.id, state) in counts
        )
        if platform.switched_off_at:
            yield f"  switched off since {platform.switched_off_at:%d %B %Y}: nothing is sent there"
        elif platform.failures:
            yield f"  {_rest(platform, now)} after {_times(platform.failures)}: {platform.trouble}"


def lines_on_attention(session: Session) -> Iterator[str]:
    """List the grades that need attention, with the words that managers see."""
    stuck = select(Delivery).where(Delivery.state == DeliveryState.NEEDS_ATTENTION)
    for delivery in session.scalars(stuck.order_by(Delivery.platform_id, Delivery.id)):
        yield (
            f"Delivery {delivery.id} ({delivery.kind.value}, platform {delivery.platform_id}, activity "
            f"{delivery.activity_id}, person {delivery.person_id}, {_times(delivery.tries, 'try', 'tries')}): "
            f"{delivery.words}"
        )


def _rest(platform: Platform, now: datetime) -> str:
    if platform.rests_until and platform.rests_until > now:
        return f"rests until {platform.rests_until:%d %B %Y, %H:%M:%S} UTC"
    return "is tried again with the next grade"


def _times(number: int, one: str = "failure", many: str = "failures") -> str:
    return f"{number:,} {one if number == 1 else many}"
