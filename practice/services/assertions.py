"""The tool's client assertion: a signed word that it is who it says, good for one access token."""

from dataclasses import dataclass
from typing import TypeGuard

import jwt
from jwt.exceptions import PyJWTError
from lti1p3platform.exceptions import LtiException
from sqlalchemy.orm import Session

from practice.models import Client, SpentAssertion
from practice.moods import Mood
from practice.tools.clients import client_by_id
from practice.tools.platform import ClientPlatform, UnknownKeyError
from practice.vocabulary import Json

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Age:
    """How old an assertion may be, and how far its clock may be ahead, in seconds; nothing where age does not count."""

    oldest: int | None
    ahead: int


AGES = {Mood.MOODLE: Age(None, 0), Mood.CANVAS: Age(300, 30)}


class TokenRefusedError(Exception):
    """No token is given, for a reason that OAuth has a word for."""

    def __init__(self, error: str, description: str = "") -> None:
        """Take OAuth's word and a sentence about it."""
        super().__init__(description or error)
        self.error = error
        self.description = description or error


def check_form(form: dict[str, str]) -> None:
    """Refuse a request for a token that is not a client credentials grant with a JWT (Security Framework 4.1.1)."""
    _require(form.get("grant_type") == "client_credentials", "unsupported_grant_type")
    _require(form.get("client_assertion_type") == ASSERTION_TYPE, "invalid_request", "Wrong client_assertion_type.")
    _require(form.get("client_assertion"), "invalid_request", "There is no client_assertion.")
    _require(form.get("scope"), "invalid_request", "There is no scope.")


def client_that_asks(session: Session, assertion: str) -> Client:
    """The client that the assertion names; whether it may is checked afterwards, with its keys."""
    try:
        subject = jwt.decode(assertion, options={"verify_signature": False}).get("sub", "")
    except PyJWTError as error:
        raise TokenRefusedError("invalid_client", "The assertion is no JWT.") from error
    client = client_by_id(session, subject)
    if client is None:
        raise TokenRefusedError("unauthorized_client", "The assertion's sub is not registered here.")
    return client


def read_assertion(platform: ClientPlatform, assertion: str) -> Json:
    """The claims of the assertion, provided that the tool signed it."""
    try:
        return platform.tool_validate_and_decode(assertion)
    except UnknownKeyError:
        raise
    except (PyJWTError, LtiException) as error:
        raise TokenRefusedError("invalid_client", f"The assertion can't be verified: {error}") from error


def check_assertion(claims: Json, client: Client, mood: Mood, now: int) -> None:
    """Refuse an assertion that is not this client's own, not meant for here, or not of this moment."""
    is_own = claims.get("iss") == claims.get("sub") == client.client_id
    _require(is_own, "invalid_client", "iss and sub must be the client_id.")
    _require(client.audience in _audience(claims), "invalid_client", f"aud must be {client.audience}.")
    expires, issued, age = claims.get("exp"), claims.get("iat"), AGES[mood]
    _require(_is_moment(expires) and expires > now, "invalid_client", "The assertion has no exp or has expired.")
    if not _is_moment(issued):
        raise TokenRefusedError("invalid_client", "The assertion has no iat.")
    _require(issued <= now + age.ahead, "invalid_client", "The assertion comes from the future.")
    _require(age.oldest is None or issued >= now - age.oldest, "invalid_client", "The assertion is too old.")
    _require(isinstance(claims.get("jti"), str), "invalid_client", "The assertion has no jti.")


def spend_assertion(session: Session, client_id: str, jti: str) -> None:
    """Remember that this assertion was used, and refuse it if it was used before."""
    _require(session.get(SpentAssertion, (client_id, jti)) is None, "invalid_client", "The jti was used before.")
    session.add(SpentAssertion(client_id=client_id, jti=jti))


def _audience(claims: Json) -> list[str]:
    audience = claims.get("aud") or []
    return [audience] if isinstance(audience, str) else audience


def _is_moment(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _require(holds: object, error: str, description: str = "") -> None:
    if not holds:
        raise TokenRefusedError(error, description)
