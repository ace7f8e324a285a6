"""Access tokens: what one service call of the tool may do, for an hour or until the failure switch refuses them."""

from dataclasses import dataclass

import jwt
from jwt.exceptions import PyJWTError
from jwt.types import Options

from practice.keys import KeyRing
from practice.models import Client, Course
from practice.moods import Mood
from practice.problems import ServiceRefusedError, require
from practice.services.assertions import TokenRefusedError
from practice.tools.platform import ClientPlatform
from practice.vocabulary import Json

LIFE_OF_TOKEN = 3600  # seconds


@dataclass(frozen=True)
class Bearer:
    """Who calls a service, and what its token lets it do."""

    client_id: str
    scopes: tuple[str, ...]


def grant_token(platform: ClientPlatform, client: Client, mood: Mood, wanted: str, generation: int) -> Json:
    """A token for the wanted scopes; where some were not granted, Moodle drops these in silence, and Canvas refuses."""
    scopes = [scope for scope in wanted.split() if scope in client.scopes]
    if not scopes or (mood is Mood.CANVAS and scopes != wanted.split()):
        raise TokenRefusedError("invalid_scope", "Not all of the scopes are permitted.")
    claims = {"sub": client.client_id, "scopes": scopes, "generation": generation}
    token = platform.get_registration().platform_encode_and_sign(claims, LIFE_OF_TOKEN)
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": LIFE_OF_TOKEN,
        "scope": " ".join(scopes),
    }


def read_bearer(keys: KeyRing, authorization: str, generation: int, now: int) -> Bearer:
    """Who is behind the Authorization header; a token that is forged, old or from before a refusal gets 401."""
    scheme, _, token = authorization.partition(" ")
    require(scheme.lower() == "bearer" and token, 401, "No access token")
    claims = _claims(keys, token)
    require(claims["exp"] > now, 401, "Access token expired")
    require(claims["generation"] >= generation, 401, "Access token no longer valid")
    return Bearer(claims["sub"], tuple(claims["scopes"]))


def check_permission(bearer: Bearer, course: Course, scopes: tuple[str, ...]) -> None:
    """Turn down a call into another client's course, or without any scope for it; both say 401 to that."""
    require(bearer.client_id == course.client_id, 401, "Access token of another client")
    require(set(scopes) & set(bearer.scopes), 401, "Access token without the scope")


def _claims(keys: KeyRing, token: str) -> Json:
    # Its age is judged by the practice LMS's own clock, so the library must not judge it by the computer's.
    unjudged: Options = {"verify_exp": False, "verify_iat": False}
    try:
        key = keys.named(jwt.get_unverified_header(token.strip()).get("kid")) or keys.current
        claims: Json = jwt.decode(token.strip(), key.public, algorithms=["RS256"], options=unjudged)
    except PyJWTError as error:
        raise ServiceRefusedError(401, "Access token invalid") from error
    return claims
