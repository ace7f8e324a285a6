"""The second step of a launch: the platform's signed message, checked link by link against the login that it answers.

pylti1p3 names the links; those that it lacks are put in, and those that hold too loosely are replaced.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from shlex import quote
from typing import Any

import jwt
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from config import Settings
from lti.adapter import KnowsDeployment, OnePlatform, Parameters, Remembered
from lti.domain.message import (
    CORE,
    DEEP_LINKING_REQUEST,
    LaunchMessage,
    Wrong,
    as_specified,
    message_from,
    problems_of,
    return_url_of,
)
from lti.errors import (
    BAD_SIGNATURE,
    CLOCK,
    FOREIGN_TARGET,
    INCOMPLETE,
    NOBODY,
    NOT_REGISTERED,
    OPENED_BEFORE,
    REFUSED_BY_LMS,
    SWITCHED_OFF,
    UNKNOWN_DEPLOYMENT,
    UNKNOWN_MESSAGE,
    WRONG_VERSION,
    LaunchError,
)
from lti.models import Deployment, Login, Platform

FindKey = Callable[[str, str, datetime], jwt.PyJWK | None]
LOGIN = (
    select(Login, Platform)
    .join(Platform, Platform.id == Login.platform_id)
    .where(Login.state == bindparam("login_state"))
)
KNOWN = select(Deployment.id).where(
    Deployment.platform_id == bindparam("platform_id"), Deployment.deployment_id == bindparam("deployment_id")
)
TROUBLE = {
    Wrong.VERSION: WRONG_VERSION,
    Wrong.KIND: UNKNOWN_MESSAGE,
    Wrong.NOBODY: NOBODY,
    Wrong.INCOMPLETE: INCOMPLETE,
}


def check_launch(
    session: Session,
    values: Mapping[str, str],
    find_key: FindKey,
    settings: Settings,
    now: datetime,
) -> tuple[Login, Platform, LaunchMessage]:
    """Check a launch without changing anything; LaunchError says what is wrong with it.

    Whether this browser began the login is for the caller to find out, before a visit begins. The login is used up only
    there, so that a message that is refused here leaves nothing behind.
    """
    login, platform = _open_login(session, values.get("state", ""), now)
    if values.get("error"):
        raise LaunchError(REFUSED_BY_LMS, "".join(c for c in values["error"][:60] if c.isalnum() or c == "_"))
    checked = CheckedLaunch(values, login, platform, _knows(session, platform), find_key, settings, now)
    try:
        checked.validate()
    except LaunchError as error:
        error.return_url = checked.return_url
        raise
    return login, platform, message_from(checked.body, platform.family)


def _open_login(session: Session, state: str, now: datetime) -> tuple[Login, Platform]:
    found = session.execute(LOGIN, {"login_state": state}).one_or_none() if "\0" not in state else None
    if not found or found.Login.used_at or found.Login.expires_at <= now:
        raise LaunchError(OPENED_BEFORE, "state is unknown, used or out of time")
    if found.Platform.switched_off_at:
        raise LaunchError(SWITCHED_OFF)
    return found.Login, found.Platform


def _knows(session: Session, platform: Platform) -> KnowsDeployment:
    def knows(deployment_id: str) -> bool:
        named = {"platform_id": platform.id, "deployment_id": deployment_id}
        return platform.takes_new_deployments or session.scalar(KNOWN, named) is not None

    return knows


LONGEST_SHOWN = 100


class CheckedLaunch(MessageLaunch[Parameters, OnePlatform, Remembered, Remembered]):
    """The second step: the platform's signed message, checked link by link against the login that it answers."""

    def __init__(
        self,
        values: Mapping[str, str],
        login: Login,
        platform: Platform,
        knows: KnowsDeployment,
        find_key: FindKey,
        settings: Settings,
        now: datetime,
    ) -> None:
        """Check the message in these values against this login of this platform."""
        nowhere = Remembered()
        super().__init__(Parameters(values), OnePlatform(platform, knows), nowhere, nowhere)
        self.set_auto_validation(False)
        self._login, self._platform = login, platform
        self._find_key, self._settings, self._now = find_key, settings, now
        self._is_signed = False

    def validate(self) -> "CheckedLaunch":
        """Check everything; the first link that does not hold raises a LaunchError."""
        try:
            self.validate_jwt_format()
            self.validate_objects()
            self.validate_audience()
            self.validate_registration()
            self.validate_jwt_signature()
            self.validate_nonce()
            self.validate_claims()
            self.validate_deployment()
            self.validate_message()
            self.validate_target()
        except LtiException as error:
            raise LaunchError(INCOMPLETE, type(error).__name__) from error
        return self

    @property
    def body(self) -> Mapping[str, Any]:
        """Return what the message says."""
        return self._jwt["body"]

    @property
    def return_url(self) -> str | None:
        """Return the course's address; None until we know that the LMS gave it."""
        return return_url_of(self.body) if self._is_signed else None

    def validate_objects(self) -> None:
        """Refuse a token whose header or body is not a JSON object; the library would fail on it.

        The code after this reads the body in the specification's form; the signature is checked against what was sent.
        """
        if not all(isinstance(self._jwt.get(part), dict) for part in ("header", "body")):
            raise LaunchError(INCOMPLETE, "the token holds no objects")
        read: Any = as_specified(self._jwt["body"])
        self._jwt["body"] = read

    def validate_audience(self) -> None:
        """Require that the message is for us alone (Security Framework 1.0, 5.1.3)."""
        audience = self.body.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if audiences != [self._platform.client_id]:
            raise LaunchError(NOT_REGISTERED, "aud is not our client id alone")
        if self.body.get("azp", self._platform.client_id) != self._platform.client_id:
            raise LaunchError(NOT_REGISTERED, "azp is not our client id")

    def validate_jwt_signature(self) -> "CheckedLaunch":
        """Check signature and times; the algorithm is RS256, whatever the token says."""
        try:
            jwt.decode(
                self._get_id_token(),
                self._key(),
                algorithms=["RS256"],
                audience=self._platform.client_id,
                issuer=self._platform.issuer,
                leeway=self._settings.leeway_seconds,
                options=self._looks_at(),
            )
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError, jwt.InvalidIssuedAtError) as error:
            raise LaunchError(CLOCK, type(error).__name__) from error
        except jwt.MissingRequiredClaimError as error:
            raise LaunchError(INCOMPLETE, f"{error.claim} is missing") from error
        except (jwt.DecodeError, jwt.InvalidAlgorithmError, jwt.InvalidKeyError) as error:
            raise LaunchError(BAD_SIGNATURE, type(error).__name__) from error
        except (jwt.PyJWTError, ValueError, OverflowError) as error:
            raise LaunchError(INCOMPLETE, type(error).__name__) from error
        self._is_signed = True
        self._refuse_old()
        return self

    def _looks_at(self) -> Any:
        """Return what the library looks at: the subject of a token may be a number, and a null is not a claim."""
        return {
            "require": ["exp", "iat", "nonce"],
            "verify_sub": False,
            "verify_jti": False,
            "verify_nbf": "nbf" in self.body,
        }

    def _key(self) -> jwt.PyJWK:
        kid = self._jwt["header"].get("kid")
        if not isinstance(kid, str) or not kid:
            raise LaunchError(BAD_SIGNATURE, "kid is missing")
        key = self._find_key(self._platform.jwks_url, kid, self._now)
        if not key:
            raise LaunchError(BAD_SIGNATURE, "kid is not one that the platform publishes")
        return key

    def _refuse_old(self) -> None:
        """Refuse a token made before its login could have begun, however far off its own expiry lies."""
        oldest = self._now - timedelta(seconds=self._settings.login_seconds + self._settings.leeway_seconds)
        if int(self.body["iat"]) < oldest.timestamp():
            raise LaunchError(CLOCK, "iat is too old")

    def validate_nonce(self) -> "CheckedLaunch":
        """Require the nonce of this very login; it is used up where the visit begins."""
        if self.body["nonce"] != self._login.nonce:
            raise LaunchError(OPENED_BEFORE, "nonce belongs to another login")
        return self

    def validate_claims(self) -> None:
        """Require what the specification requires of a launch."""
        for wrong, detail in problems_of(self.body)[:1]:
            raise LaunchError(TROUBLE[wrong], detail)

    def validate_deployment(self) -> "CheckedLaunch":
        """Require a deployment that may be used."""
        try:
            super().validate_deployment()
            return self
        except LtiException as error:
            raise LaunchError(UNKNOWN_DEPLOYMENT, "deployment is unknown", self._how_to_let_in()) from error

    def _how_to_let_in(self) -> str:
        """Return the commands that allow this deployment; its id is signed by the LMS, and quoted for a shell."""
        command = f"./run flask lti deployments {self._platform.id}"
        named = str(self.body[CORE + "deployment_id"])
        shown = quote(named) if named.isprintable() and len(named) <= LONGEST_SHOWN else "ID"
        return (
            f"Allow this deployment with: {command} --add {shown}\n\nOr allow all of this LMS with: {command} "
            "--allow-new"
        )

    def validate_message(self) -> "CheckedLaunch":
        """Require what the library requires of a kind of message, but that an LMS takes activities.

        Who chooses content where it takes none would never learn why, nor the LMS.
        """
        is_choosing = self.body[CORE + "message_type"] == DEEP_LINKING_REQUEST
        if not is_choosing:
            super().validate_message()
        return self

    def validate_target(self) -> None:
        """Require that the signed target is the one that the login was begun for."""
        if self.body[CORE + "target_link_uri"] != self._login.target_link_uri:
            raise LaunchError(FOREIGN_TARGET, "target_link_uri is not the login's")

    def _get_request_param(self, key: str) -> str:
        return self._request.get_param(key)
