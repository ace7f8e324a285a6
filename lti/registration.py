"""Registering a platform: what we must know of an LMS before it can launch us."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from lti.models import Deployment, Platform
from lti.net import check_address
from lti.practice.registration import practice_registrations


@dataclass(frozen=True)
class Facts:
    """What an administrator tells us of a platform."""

    trust: str
    name: str
    issuer: str
    client_id: str
    auth_login_url: str
    token_url: str
    jwks_url: str
    token_audience: str | None = None
    deployment_ids: tuple[str, ...] = ()
    takes_new_deployments: bool = False


def register(session: Session, facts: Facts, settings: Settings, now: datetime) -> Platform:
    """Register a platform, or bring what we know of it up to date; ForeignAddress where we may not call it."""
    same = (Platform.issuer == facts.issuer) & (Platform.client_id == facts.client_id)
    platform = session.scalar(select(Platform).where(same))
    if not platform:
        platform = Platform(issuer=facts.issuer, client_id=facts.client_id, created_at=now)
        session.add(platform)
    platform.trust, platform.name = facts.trust, facts.name
    platform.auth_login_url = check_address(facts.auth_login_url, settings)
    platform.token_url = check_address(facts.token_url, settings)
    platform.jwks_url = check_address(facts.jwks_url, settings)
    platform.token_audience = facts.token_audience
    platform.takes_new_deployments = facts.takes_new_deployments
    session.flush()
    _add_deployments(session, platform, facts.deployment_ids)
    return platform


def register_practice_courses(session: Session, url: str, settings: Settings, now: datetime) -> None:
    """Register the courses of the practice LMS at that address, each of which is a platform of its own to us."""
    for course in practice_registrations(url):
        register(session, Facts(**asdict(course)), settings, now)


def _add_deployments(session: Session, platform: Platform, wanted: tuple[str, ...]) -> None:
    known = select(Deployment.deployment_id).where(Deployment.platform_id == platform.id)
    for deployment_id in set(wanted) - set(session.scalars(known)):
        session.add(Deployment(platform_id=platform.id, deployment_id=deployment_id))
