"""Claiming: which delivery is taken up next, under a lease that ends by itself, if at all.

What was taken up and never concluded is due again when its lease has run out. No platform gets more than a few calls at
once, and one that is down gets one at a time, now and then; the others are served meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, ScalarSelect, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from config import Settings
from core.rows import change_rows
from lti.domain.delivery import DeliveryState, GradeKind, stamp_after
from lti.grades.deliveries import Grade
from lti.models import Delivery, DeliveryTry, Platform


@dataclass(frozen=True)
class Claim:
    """A delivery taken up for one try: all that sending needs, read together.

    ``is_probe``: the platform has failed, and this try looks whether it is back. ``is_platform_well``: nothing is
    known against the platform, so that there is nothing to clear when it answers. ``may_be_completion``: the activity
    has a second column that we do not know yet, and it may be this one. ``is_current``: the activity still opens the
    module that it is the grade of. ``replaces``: it takes the place of a grade of other training.
    """

    delivery_id: int
    try_id: int
    lease: int
    version: int
    tries: int
    kind: GradeKind
    platform_id: int
    activity_id: int
    url: str | None
    scopes: tuple[str, ...]
    subject: str
    stamp: datetime
    grade: Grade
    is_probe: bool
    is_platform_well: bool
    may_be_completion: bool
    is_current: bool
    replaces: bool


def claim_next(session: Session, settings: Settings, now: datetime, due_by: datetime | None = None) -> Claim | None:
    """Take up the delivery that has been due longest, or whose last try never ended; None where there is none.

    What has become due since ``due_by`` is passed over, and so are platforms that rest, or have enough calls under way.
    """
    asked = {"now": now, "due_by": due_by or now, "calls": settings.platform_calls}
    lease_ends = now + timedelta(seconds=settings.lease_seconds)
    for platform in session.execute(_READY, asked):
        # Platforms are always changed before deliveries, so that no two transactions wait for each other.
        if platform.failures and not _is_ours_to_probe(session, platform.id, now, lease_ends):
            continue
        if delivery := _first_due(session, platform, asked):
            return _claimed(session, delivery, platform, now, lease_ends)
        if platform.failures:
            session.execute(update(Platform).where(Platform.id == platform.id).values(rests_until=now))
    return None


def _due(state: DeliveryState) -> ScalarSelect[datetime]:
    """Select when a platform's first delivery in that state is due: a look at one end of an index."""
    first = select(func.min(Delivery.due_at)).where(Delivery.platform_id == Platform.id, Delivery.state == state)
    return first.scalar_subquery()


_UNDER_WAY = (
    select(func.count())
    .select_from(Delivery)
    .where(
        Delivery.platform_id == Platform.id, Delivery.state == DeliveryState.SENDING, Delivery.due_at > bindparam("now")
    )
    .scalar_subquery()
)
_READY = (
    select(
        Platform.id,
        Platform.failures,
        Platform.suspect_id,
        Platform.rests_until,
        _due(DeliveryState.WAITING).label("waiting"),
        _due(DeliveryState.SENDING).label("sending"),
    )
    .where(Platform.switched_off_at.is_(None))
    .where(or_(Platform.rests_until.is_(None), Platform.rests_until <= bindparam("now")))
    .where(or_(_due(DeliveryState.WAITING) <= bindparam("due_by"), _due(DeliveryState.SENDING) <= bindparam("due_by")))
    .where(case((Platform.failures > 0, 1), else_=bindparam("calls")) > _UNDER_WAY)
    .order_by(func.coalesce(_due(DeliveryState.WAITING), _due(DeliveryState.SENDING)))
)
_DUE = (
    select(Delivery)
    .where(
        Delivery.platform_id == bindparam("platform"),
        Delivery.state == bindparam("state"),
        Delivery.due_at <= bindparam("due_by"),
    )
    .options(joinedload(Delivery.activity, innerjoin=True), joinedload(Delivery.person, innerjoin=True))
    .limit(1)
    .with_for_update(skip_locked=True, of=Delivery)
)
_LONGEST_DUE = _DUE.order_by(Delivery.due_at)
# The best to look with whether a platform is back: if it failed over some grades alone, others tell.
_LEAST_TRIED = _DUE.order_by(Delivery.tries, Delivery.due_at)
# Of two who find a platform ready to be tried again, one gets to do it; until that has ended, the platform rests.
_PROBE = (
    update(Platform)
    .where(Platform.id == bindparam("platform"), Platform.failures > 0)
    .where(or_(Platform.rests_until.is_(None), Platform.rests_until <= bindparam("now")))
    .values(rests_until=bindparam("until"))
    .execution_options(synchronize_session=False)
)

# A platform that is ready, as it is selected above.
Ready = Row[int, int, int | None, datetime | None, datetime, datetime]


def _is_ours_to_probe(session: Session, platform_id: int, now: datetime, lease_ends: datetime) -> bool:
    return bool(change_rows(session, _PROBE, {"platform": platform_id, "now": now, "until": lease_ends}))


def _first_due(session: Session, platform: Ready, asked: dict[str, Any]) -> Delivery | None:
    """Return a platform's delivery whose lease has run out, or the one that has waited longest."""
    for state, due in ((DeliveryState.SENDING, platform.sending), (DeliveryState.WAITING, platform.waiting)):
        if due and due <= asked["due_by"]:
            which = {"platform": platform.id, "state": state, "due_by": asked["due_by"]}
            if found := session.scalar(_LEAST_TRIED if platform.failures else _LONGEST_DUE, which):
                return found
    return None


def _claimed(session: Session, delivery: Delivery, platform: Ready, now: datetime, lease_ends: datetime) -> Claim:
    if delivery.sent_version != delivery.version or delivery.stamp is None:
        delivery.stamp = stamp_after(delivery.stamp, now)
        delivery.sent_version = delivery.version
    delivery.state, delivery.due_at = DeliveryState.SENDING, lease_ends
    delivery.lease += 1
    delivery.tries += 1
    attempt = DeliveryTry(delivery_id=delivery.id, version=delivery.version, stamp=delivery.stamp, begun_at=now)
    session.add(attempt)
    session.flush()
    activity = delivery.activity
    return Claim(
        delivery_id=delivery.id,
        try_id=attempt.id,
        lease=delivery.lease,
        version=delivery.version,
        tries=delivery.tries,
        kind=delivery.kind,
        platform_id=delivery.platform_id,
        activity_id=delivery.activity_id,
        url=activity.completion_url if delivery.kind is GradeKind.COMPLETION else activity.line_item_url,
        scopes=tuple(activity.scopes),
        subject=delivery.person.subject,
        stamp=delivery.stamp,
        grade=Grade(delivery.score, delivery.comment, delivery.started_at, delivery.finished_at),
        is_probe=platform.failures > 0,
        is_platform_well=not platform.failures and platform.suspect_id is None,
        may_be_completion=activity.marks_completion and activity.completion_url is None,
        is_current=delivery.module == (activity.module or ""),
        replaces=delivery.first_version > 1 and delivery.delivered_at is None,
    )


def next_due_in(session: Session, now: datetime) -> timedelta | None:
    """Return how long until the next delivery is due whose platform does not rest then, or None where none is open."""
    moments = [
        max(min(due for due in (waiting, sending) if due), rests_until or now)
        for waiting, sending, rests_until in session.execute(_OPEN)
        if waiting or sending
    ]
    return max(min(moments) - now, timedelta(0)) if moments else None


_OPEN = select(_due(DeliveryState.WAITING), _due(DeliveryState.SENDING), Platform.rests_until).where(
    Platform.switched_off_at.is_(None)
)
