"""Times left by a wrong clock: any that are further ahead than they can be are corrected, so that nothing gets stuck.

If a server's clock runs ahead for a while, it records leases, rests and expiries that would otherwise last until then.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from config import Settings
from lti.domain.access_token import LONGEST_LIFE
from lti.key_models import AccessToken, SigningKey
from lti.models import Activity, Course, Delivery, Invite, Login, Platform, Visit
from lti.registration.invites import LONGEST_REGISTRATION

# The clocks of several servers differ slightly.
SLACK = timedelta(minutes=1)
LONGEST_REST = timedelta(days=1)
LONGEST_INVITE = timedelta(days=365)

Time = tuple[InstrumentedAttribute[Any], timedelta, datetime | None]


def put_times_right(session: Session, settings: Settings, now: datetime) -> None:
    """Treat each time that is too far ahead as one that has passed; end visits and logins that last too long."""
    for column, furthest, instead in _times(settings, now):
        too_far = column > now + furthest + SLACK
        changed = update(column.class_).where(too_far).values({column: instead})
        session.execute(changed.execution_options(synchronize_session=False))
    for table, seconds in ((Login, settings.login_seconds), (Visit, settings.visit_seconds)):
        session.execute(delete(table).where(table.expires_at > now + timedelta(seconds=seconds) + SLACK))
    _put_keys_right(session, settings, now)


def _times(settings: Settings, now: datetime) -> Iterator[Time]:
    """Give each time that makes something wait, how far ahead it can properly be, and what to put in its place."""
    own_waits = settings.longest_wait_seconds, settings.longest_own_wait_seconds, settings.lease_seconds
    longest_wait = max(LONGEST_REST, *(timedelta(seconds=2 * seconds) for seconds in own_waits))
    asking, at_once = timedelta(seconds=10 * settings.http_seconds), timedelta(0)
    yield Platform.rests_until, longest_wait, now
    yield Delivery.due_at, longest_wait, now
    yield Delivery.since, at_once, now
    yield Delivery.compare_at, LONGEST_REST, now
    yield Delivery.compared_at, at_once, None
    yield Activity.compare_at, LONGEST_REST, now
    yield Activity.compared_at, at_once, None
    yield Activity.completion_asked_until, LONGEST_REST, None
    yield Course.roster_asked_at, at_once, None
    yield AccessToken.expires_at, timedelta(seconds=LONGEST_LIFE), None
    yield AccessToken.asked_until, asking, None
    yield AccessToken.failed_at, at_once, None
    yield Invite.busy_until, LONGEST_REGISTRATION, None
    yield Invite.expires_at, LONGEST_INVITE, now + timedelta(days=settings.invite_days)


def _put_keys_right(session: Session, settings: Settings, now: datetime) -> None:
    """Let one of our keys sign from when a key made now would; straight away if no other signs yet."""
    lead = timedelta(seconds=settings.key_lead_seconds)
    published = SigningKey.withdrawn_at.is_(None)
    signs = session.scalar(select(SigningKey.kid).where(published, SigningKey.signs_from <= now).limit(1))
    for key in session.scalars(select(SigningKey).where(published, SigningKey.signs_from > now + lead + SLACK)):
        key.signs_from = now + lead if signs else now
        key.created_at = min(key.created_at, now)
