"""Deep linking: the LMS lets a trainer choose content here, and is told what they chose (Deep Linking 2.0).

The library would send ``data`` where none came, and writes its form without escaping, so that it only signs for us.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from pylti1p3.deep_link import DeepLink
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from config import Settings
from lti.adapter import SigningRegistration
from lti.domain.content_items import Item, claim_of, response_of
from lti.domain.message import CORE, DeepLinkingSettings
from lti.keys import private_key, signing_key
from lti.models import Course, Deployment, Platform
from lti.visits.visit import CurrentVisit

# The browser carries the answer over at once. Some seconds back, as platforms refuse what lies ahead of their clock.
GOOD_FOR = timedelta(minutes=5)
BACK = timedelta(seconds=5)


def choosing_of(visit: CurrentVisit) -> DeepLinkingSettings:
    """Return how the LMS lets a trainer choose in this visit; ValueError in a visit that is for something else."""
    if not visit.choosing:
        raise ValueError("this visit is not for choosing content")
    return DeepLinkingSettings(**visit.choosing)


def respond(
    session: Session,
    visit: CurrentVisit,
    items: Sequence[Item],
    settings: Settings,
    now: datetime,
    trouble: str | None = None,
) -> tuple[str, str]:
    """Return where the browser is to take our answer, and the signed answer: these activities, which may be none.

    ``trouble`` tells the trainer in the LMS why there are none. Each answer bears a nonce of its own, so that one more
    does no harm.
    """
    choosing = choosing_of(visit)
    launch_url = f"{settings.public_url}/lti/launch"
    described = [claim_of(item, launch_url, choosing.takes_columns) for item in items]
    claims = _envelope(session, visit, now) | response_of(choosing, described, trouble)
    key = signing_key(session, now)
    signing = SigningRegistration(key.kid, private_key(key, settings))
    link = DeepLink(signing, claims[CORE + "deployment_id"], {})
    return choosing.return_url, link.encode_jwt(claims)  # type: ignore[no-untyped-call]  # the library gives no types


_ADDRESSED = (
    select(Platform.issuer, Platform.client_id, Deployment.deployment_id)
    .join(Deployment, Deployment.platform_id == Platform.id)
    .join(Course, Course.deployment_id == Deployment.id)
    .where(Course.id == bindparam("course"))
)


def _envelope(session: Session, visit: CurrentVisit, now: datetime) -> dict[str, Any]:
    """Return the claims about sender, audience and time (Security Framework 1.0, 5.2.2); one audience needs no azp."""
    issuer, client_id, deployment_id = session.execute(_ADDRESSED, {"course": visit.course_id}).one()
    written = int((now - BACK).timestamp())
    return {
        "iss": client_id,
        "aud": issuer,
        "iat": written,
        "exp": written + int(GOOD_FOR.total_seconds()),
        "nonce": token_urlsafe(24),
        CORE + "deployment_id": deployment_id,
    }
