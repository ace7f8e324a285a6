"""Concluding: what a try came to is written down, for its delivery and for the platform as a whole.

A try whose lease has passed to another leaves its trace and decides nothing.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from config import Settings
from core.domain.waits import wait_after
from lti.domain.access_token import MENDED_FOR_ALL
from lti.domain.delivery import DeliveryState, Next, PlatformSignal, Verdict, in_the_end
from lti.domain.health import Health, Trial, Waits, health_after
from lti.grades.lease import Claim
from lti.models import Delivery, DeliveryTry, Platform

SOON = timedelta(seconds=2)


@dataclass(frozen=True)
class Ending:
    """How a try ended: what follows, the HTTP status if there was one, the seconds that the LMS asks us to wait.

    ``held_stamp`` is the time of the grade that the LMS holds in place of ours, where it says so.
    """

    verdict: Verdict
    status: int | None = None
    asked: int | None = None
    held_stamp: datetime | None = None


def conclude(session: Session, settings: Settings, claim: Claim, ending: Ending, now: datetime) -> Verdict:
    """Write down what a try came to, and return what follows."""
    failures = _note_health(session, settings, claim, ending, now)
    delivery = session.get_one(Delivery, claim.delivery_id, with_for_update=True)
    verdict = ending.verdict
    if verdict.next is Next.WAIT:
        count = failures if verdict.signal is PlatformSignal.ALL else claim.tries
        give_up_after = timedelta(days=settings.give_up_days)
        verdict = in_the_end(verdict, count, delivery.since, now, give_up_after)
    said = {"status": ending.status, "words": verdict.words}
    session.execute(_END_TRY, {"try_id": claim.try_id, "ended_at": now} | said)
    if delivery.lease == claim.lease:
        _settle(delivery, settings, claim, ending, verdict, now)
    if verdict.words == ending.verdict.last_words and verdict.signal is PlatformSignal.ALL:
        session.flush()
        _tell_of_all(session, claim.platform_id, verdict)
    return verdict


_END_TRY = (
    update(DeliveryTry)
    .where(DeliveryTry.id == bindparam("try_id"))
    .values(ended_at=bindparam("ended_at"), status=bindparam("status"), words=bindparam("words"))
    .execution_options(synchronize_session=False)
)


def _settle(
    delivery: Delivery, settings: Settings, claim: Claim, ending: Ending, verdict: Verdict, now: datetime
) -> None:
    """Put a delivery into the state that follows from its try."""
    delivery.words = verdict.words
    if delivery.version != claim.version:
        delivery.state, delivery.due_at, delivery.words = DeliveryState.WAITING, now, ""
    elif verdict.next in ENDS:
        delivery.state = ENDS[verdict.next]
        delivery.delivered_at = now if verdict.next is Next.DONE else delivery.delivered_at
        if verdict.next is Next.DONE:
            delivery.compared_at = delivery.compare_at = now
    else:
        delivery.state, delivery.due_at = DeliveryState.WAITING, now + _own_wait(settings, claim, verdict)
        if verdict.signal is PlatformSignal.PERHAPS_ALL:
            # Its grade may be locked: people want to know what the course shows in the meantime.
            delivery.compare_at = now
        if verdict.next is Next.SEND_ANEW:
            delivery.sent_version = 0
            delivery.stamp = max(claim.stamp, ending.held_stamp or claim.stamp)


ENDS = {
    Next.DONE: DeliveryState.DELIVERED,
    Next.SUPERSEDED: DeliveryState.SUPERSEDED,
    Next.NOT_KEPT: DeliveryState.NOT_KEPT,
    Next.TELL_PEOPLE: DeliveryState.NEEDS_ATTENTION,
}


def _own_wait(settings: Settings, claim: Claim, verdict: Verdict) -> timedelta:
    """Return a delivery's own wait; it has none where all of the platform rests, and then goes out with the others."""
    if verdict.signal is PlatformSignal.ALL:
        return timedelta(0)
    if verdict.next is Next.SOON:
        return SOON
    first = timedelta(seconds=settings.first_wait_seconds)
    longest = timedelta(seconds=settings.longest_own_wait_seconds)
    return wait_after(claim.tries, first, longest, random.random())


def _note_health(session: Session, settings: Settings, claim: Claim, ending: Ending, now: datetime) -> int:
    """Note what a try tells of the platform, and return its failures in a row; nothing to note is nothing to read."""
    if ending.verdict.signal is PlatformSignal.UP and claim.is_platform_well:
        return 0
    platform = session.get_one(Platform, claim.platform_id, with_for_update=True)
    before = Health(platform.failures, platform.rests_until, platform.suspect_id, platform.trouble)
    first = timedelta(seconds=settings.first_wait_seconds)
    waits = Waits(first, timedelta(seconds=settings.longest_wait_seconds), random.random())
    after = health_after(before, Trial(claim.delivery_id, ending.verdict, now, claim.is_probe, ending.asked), waits)
    if after != before:
        platform.failures, platform.rests_until = after.failures, after.rests_until
        platform.suspect_id, platform.trouble = after.suspect, after.trouble
        session.flush()
    if before.failures and after.is_good:
        _let_all_go(session, claim.platform_id, now)
    return after.failures


def _let_all_go(session: Session, platform_id: int, now: datetime) -> None:
    """Let everything of a platform that is back go out at once, also what had been given up because of its trouble."""
    theirs = Delivery.platform_id == platform_id
    waiting = theirs, Delivery.state == DeliveryState.WAITING, Delivery.due_at > now
    unseen = {"synchronize_session": False}
    session.execute(update(Delivery).where(*waiting).values(due_at=now), execution_options=unseen)
    mended = theirs, Delivery.state == DeliveryState.NEEDS_ATTENTION, Delivery.words.in_(MENDED_FOR_ALL)
    again = {"state": DeliveryState.WAITING, "due_at": now, "since": now, "tries": 0, "words": ""}
    session.execute(update(Delivery).where(*mended).values(**again), execution_options=unseen)


def _tell_of_all(session: Session, platform_id: int, verdict: Verdict) -> None:
    """Tell people of all grades that wait for the same trouble of a platform, not of one after the other."""
    waiting = Delivery.platform_id == platform_id, Delivery.state == DeliveryState.WAITING
    told = update(Delivery).where(*waiting).values(state=DeliveryState.NEEDS_ATTENTION, words=verdict.words)
    session.execute(told, execution_options={"synchronize_session": False})
