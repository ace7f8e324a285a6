"""Registering a platform: what we must know of an LMS before it can launch us."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from core.audit.domain.event import Actor, Detail, Thing, by_holder
from core.audit.trail import record
from core.domain.tolerant import origin_of
from core.http import check_address
from lti.domain.configuration import Configuration
from lti.domain.platform_facts import Facts, problem_with, problems_of
from lti.domain.registration_answer import Granted
from lti.models import Deployment, Invite, Platform
from lti.registration.errors import ODD_ANSWER, OTHER_TRUST, RegistrationError
from lti.registration.invites import use_up

FAMILY_NAMES = {"moodle": "Moodle", "canvas": "Canvas"}


class WrongFacts(ValueError):
    """What we were told about an LMS cannot be used; the message says why, in words for an administrator."""


def register(session: Session, facts: Facts, settings: Settings, now: datetime) -> Platform:
    """Register a platform, or update what we know about it; one that was switched off is switched on again.

    Raises WrongFacts if it could not be used, and ForeignAddress if we may not call it.
    """
    if problems := problems_of(facts):
        raise WrongFacts(". ".join(problems))
    platform = known_platform(session, facts.issuer, facts.client_id)
    if not platform:
        platform = Platform(issuer=facts.issuer, client_id=facts.client_id, created_at=now)
        session.add(platform)
    platform.trust, platform.name, platform.switched_off_at = facts.trust, facts.name, None
    platform.auth_login_url = check_address(facts.auth_login_url, settings)
    platform.token_url = check_address(facts.token_url, settings)
    platform.jwks_url = check_address(facts.jwks_url, settings)
    platform.token_audience = facts.token_audience
    if facts.takes_new_deployments is not None:
        platform.takes_new_deployments = facts.takes_new_deployments
    platform.family = facts.family or platform.family
    platform.framed_by = facts.framed_by or platform.framed_by
    if facts.scopes is not None:
        platform.scopes = list(facts.scopes)
    session.flush()
    add_deployments(session, platform, facts.deployment_ids)
    return platform


def known_platform(session: Session, issuer: str, client_id: str) -> Platform | None:
    """Return the platform with this issuer and client id."""
    return session.scalar(select(Platform).where(Platform.issuer == issuer, Platform.client_id == client_id))


def trouble_with(platform: Platform) -> str:
    """Return in words what stops a saved platform from being used; empty if nothing does."""
    facts = {name: getattr(platform, name) for name in Facts.__dataclass_fields__ if name != "deployment_ids"}
    return ". ".join(problems_of(Facts(**facts)))


def keep_registration(
    session: Session,
    invite: Invite,
    configuration: Configuration,
    granted: Granted,
    settings: Settings,
    now: datetime,
) -> Platform:
    """Keep what an LMS granted to an invite, and use the invite up; RegistrationError where it is not for this trust.

    An LMS that knows us already gives the same client id again, and then what we know of it is brought up to date.
    """
    known = known_platform(session, configuration.issuer, granted.client_id)
    if known and known.trust != invite.trust:
        raise RegistrationError(OTHER_TRUST)
    facts = Facts(
        trust=invite.trust,
        name=known.name if known else name_for(configuration),
        issuer=configuration.issuer,
        client_id=granted.client_id,
        auth_login_url=configuration.login_url,
        token_url=configuration.token_url,
        jwks_url=configuration.keys_url,
        token_audience=configuration.audience,
        deployment_ids=(granted.deployment_id,) if granted.deployment_id else (),
        takes_new_deployments=_takes_new_deployments(invite, known, granted),
        family=configuration.family,
        scopes=granted.scopes,
        framed_by=origin_of(configuration.registration_url),
    )
    try:
        platform = register(session, facts, settings, now)
    except WrongFacts as error:
        raise RegistrationError(ODD_ANSWER, f"{error}.") from error
    use_up(session, invite, platform, now)
    holder = by_holder(f"the invitation {invite.token_hash[:8]}")
    record_connection(session, holder, platform, now, was_known=known is not None)
    return platform


def record_connection(session: Session, actor: Actor, platform: Platform, now: datetime, **details: Detail) -> None:
    """Put on record that an LMS was connected, or connected anew."""
    record(session, actor, "connected", Thing("platform", platform.id), now, trust=platform.trust, **details)


def _takes_new_deployments(invite: Invite, known: Platform | None, granted: Granted) -> bool:
    """Return what the invite says; else what holds already; else yes where an LMS deploys us only afterwards.

    Canvas names no deployment at a registration: an administrator puts us to use later, in one account or in several.
    """
    if invite.takes_new_deployments is not None:
        return invite.takes_new_deployments
    return known.takes_new_deployments if known else granted.deployment_id is None


def name_for(configuration: Configuration) -> str:
    """Return what people may call an LMS that has just described itself."""
    host = urlsplit(configuration.issuer).netloc
    kind = FAMILY_NAMES.get((configuration.family or "").lower(), "LMS")
    return f"{kind} of {configuration.account}" if configuration.account else f"{kind} at {host}"[:200]


def add_deployments(session: Session, platform: Platform, wanted: tuple[str, ...]) -> None:
    """Allow these deployments of a platform; those we already know stay as they are.

    Raises WrongFacts if an id is not valid.
    """
    if problems := list(filter(None, (problem_with("deployment-id", each) for each in wanted))):
        raise WrongFacts(". ".join(problems))
    known = select(Deployment.deployment_id).where(Deployment.platform_id == platform.id)
    for deployment_id in set(wanted) - set(session.scalars(known)):
        session.add(Deployment(platform_id=platform.id, deployment_id=deployment_id))
