"""The first step of a launch: an LMS names itself and a person, and we send the browser back to it to log in.

OpenID Connect third-party initiated login, as the 1EdTech Security Framework 1.0 uses it (section 5.1.1). An LMS that
names a frame in ``lti_storage_target`` keeps values for us there, such as a proof that the login began in this browser.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from urllib.parse import SplitResult, urlsplit

from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect
from pylti1p3.registration import Registration
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from config import Settings
from core.domain.tolerant import LONGEST_ADDRESS
from lti.adapter import OnePlatform, Parameters, Remembered, registration_of
from lti.domain.known_platforms import USUAL_PORTS
from lti.errors import FOREIGN_TARGET, INCOMPLETE, NOT_REGISTERED, SWITCHED_OFF, LaunchError
from lti.models import Login, Platform
from lti.visits.visit import hash_of

LONGEST_PARAMETER = 4_000
OF_ISSUER = select(Platform).where(Platform.issuer == bindparam("issuer")).limit(2)
OF_CLIENT = OF_ISSUER.where(Platform.client_id == bindparam("client_id"))
# The parent of our frame, or a frame beside ours by its name.
STORAGE_TARGET = re.compile(r"[A-Za-z0-9_.:-]{1,100}")


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """A login under way, and the address of the platform's login page.

    ``proof`` is what the LMS's storage is to keep for this browser; None where it offers no storage.
    """

    state: str
    platform_id: int
    address: str
    storage_target: str | None
    proof: str | None


def begin_login(session: Session, values: Mapping[str, str], settings: Settings, now: datetime) -> BegunLogin:
    """Note a login under way and return it; LaunchError if refused."""
    if any(len(value) > LONGEST_PARAMETER or "\0" in value for value in values.values()):
        raise LaunchError(INCOMPLETE, "a parameter is too long, or no text")
    asked = LoginRequest(values, _platform_of(session, values))
    target = _our_target(values.get("target_link_uri", ""), settings)
    address = asked.get_redirect_object(f"{settings.public_url}/lti/launch").get_redirect_url()
    login = Login(
        state=asked.remembered.state,
        nonce=asked.remembered.nonce,
        platform_id=asked.platform.id,
        target_link_uri=target,
        expires_at=now + timedelta(seconds=settings.login_seconds),
    )
    login.storage_target = _storage_target(values.get("lti_storage_target", ""))
    proof = token_urlsafe(32) if login.storage_target else None
    login.proof_hash = hash_of(proof) if proof else None
    session.add(login)
    return BegunLogin(login.state, asked.platform.id, address, login.storage_target, proof)


def _platform_of(session: Session, values: Mapping[str, str]) -> Platform:
    """Find the registration; an LMS may leave out the client id where it has only one with us."""
    named = {"issuer": values.get("iss", ""), "client_id": values.get("client_id", "")}
    found = session.scalars(OF_CLIENT if named["client_id"] else OF_ISSUER, named).all()
    if len(found) != 1:
        raise LaunchError(NOT_REGISTERED, "issuer and client id name no registration")
    if found[0].switched_off_at:
        raise LaunchError(SWITCHED_OFF)
    return found[0]


def _our_target(target: str, settings: Settings) -> str:
    """Return the address that the launch is for, if it is one of ours."""
    try:
        is_ours = _site(urlsplit(target)) == _site(urlsplit(settings.public_url))
    except ValueError as error:
        raise LaunchError(FOREIGN_TARGET, "target_link_uri is no address") from error
    if not is_ours or "@" in urlsplit(target).netloc or len(target) > LONGEST_ADDRESS:
        raise LaunchError(FOREIGN_TARGET, "target_link_uri is not ours")
    return target


def _site(address: SplitResult) -> tuple[str, str | None, int | None]:
    """Return the scheme, host and port of an address, however it is written; ValueError for ports that do not exist."""
    return address.scheme, address.hostname, address.port or USUAL_PORTS.get(address.scheme)


def _storage_target(named: str) -> str | None:
    """Return where the LMS says that it keeps values for us; a name that is none counts as not sent."""
    return named if STORAGE_TARGET.fullmatch(named) else None


class Address(Redirect[str]):
    """A redirect that has not happened: only its address."""

    def __init__(self, url: str) -> None:
        """Hold the address."""
        self._url = url

    def get_redirect_url(self) -> str:
        """Return the address."""
        return self._url

    do_redirect = do_js_redirect = get_redirect_url

    def set_redirect_url(self, location: str) -> None:
        """Change the address."""
        self._url = location


class LoginRequest(OIDCLogin[Parameters, OnePlatform, Remembered, Remembered, str]):
    """The first step of a launch: the platform names itself and the person, and we send the browser to its login."""

    def __init__(self, values: Mapping[str, str], platform: Platform) -> None:
        """Answer the request with these values, from this platform."""
        self.remembered = Remembered()
        super().__init__(Parameters(values), OnePlatform(platform), self.remembered, self.remembered)
        self.platform = platform

    def validate_oidc_login(self) -> Registration:
        """Take the registration that belongs to issuer and client id; the library would trust the client id sent."""
        if not self._get_request_param("login_hint"):
            raise LaunchError(INCOMPLETE, "login_hint is missing")
        return registration_of(self.platform)

    def get_redirect(self, url: str) -> Address:
        """Return the platform's login address; one that has a query already gets ours after it."""
        base, question, ours = url.rpartition("?")
        return Address(f"{base}{'&' if '?' in base else question}{ours}")

    def _get_uuid(self) -> str:
        return token_urlsafe(24)

    def _generate_nonce(self) -> str:
        return token_urlsafe(32)
