"""Adding activities: what the tool is asked, and whether its answer may be believed (Deep Linking 2.0)."""

import secrets
from typing import TypeGuard

import jwt
from jwt.exceptions import PyJWTError
from lti1p3platform.exceptions import LtiException
from sqlalchemy.orm import Session

from practice.courses.deployments import deployment_id
from practice.models import Course, DeepLinkingRequest, SpentNonce
from practice.moods import Mood
from practice.tools.platform import ClientPlatform, UnknownKeyError
from practice.vocabulary import CLAIM, DEEP_LINKING, Json

LIFE_OF_ANSWER = 300  # seconds: an answer that was signed longer ago was not made for this


class AnswerRefusedError(Exception):
    """The tool's answer is not taken, for a reason that its developer can act on."""


def refuse_unless(holds: object, reason: str) -> None:
    """Refuse the answer unless this holds."""
    if not holds:
        raise AnswerRefusedError(reason)


def ask_for_activities(session: Session, mood: Mood, course: Course) -> DeepLinkingRequest:
    """Note what is asked; Canvas sends data along that must come back, Moodle does not."""
    is_canvas = mood is Mood.CANVAS
    request = DeepLinkingRequest(
        id=secrets.token_urlsafe(12),
        course_key=course.key,
        deployment_id=deployment_id(mood, course),
        data=secrets.token_urlsafe() if is_canvas else None,
    )
    session.add(request)
    return request


def asked(session: Session, course: Course, request_id: str) -> DeepLinkingRequest:
    """The request that is answered, as the return address names it."""
    request = session.get(DeepLinkingRequest, request_id)
    if request is None or request.course_key != course.key:
        raise AnswerRefusedError("It did not come to the deep_link_return_url exactly as that was sent.")
    return request


def read_answer(platform: ClientPlatform, form: dict[str, list[str]]) -> Json:
    """The claims of the form's one field, provided that the tool signed them with a key that it publishes."""
    refuse_unless(list(form) == ["JWT"] and len(form["JWT"]) == 1, "The form must have the one field JWT.")
    [token] = form["JWT"]
    try:
        header = jwt.get_unverified_header(token)
        refuse_unless(header.get("alg") == "RS256", "The JWT must be signed with RS256.")
        refuse_unless(header.get("kid"), "The JWT’s header has no kid.")
        return platform.tool_validate_and_decode(token)
    except UnknownKeyError as error:
        raise AnswerRefusedError("The JWT’s kid is not among the keys that the tool publishes.") from error
    except (PyJWTError, LtiException) as error:
        raise AnswerRefusedError(f"The JWT can’t be verified: {error}.") from error


def check_answer(claims: Json, course: Course, request: DeepLinkingRequest, issuer: str, now: int) -> None:
    """Refuse an answer that is not this tool's, not meant for here, not of this moment or not to this request."""
    refuse_unless(claims.get("iss") == course.client_id, "iss must be the client_id.")
    refuse_unless(claims.get("aud") in (issuer, [issuer]), "aud must be the platform’s issuer.")
    _check_times(claims, now)
    nonce = claims.get("nonce")
    refuse_unless(isinstance(nonce, str) and nonce, "There is no nonce.")
    _check_message(claims, request)
    _check_data(claims, request)
    refuse_unless(not _has_null(claims), "Something is null; what there is not must be left out.")


def spend_nonce(session: Session, course: Course, nonce: str) -> None:
    """Remember the nonce, and refuse one that came before."""
    refuse_unless(session.get(SpentNonce, (course.client_id, nonce)) is None, "The nonce was used before.")
    session.add(SpentNonce(client_id=course.client_id, nonce=nonce))


def _check_times(claims: Json, now: int) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not _is_moment(issued) or not _is_moment(expires):
        raise AnswerRefusedError("iat and exp must be there, as numbers.")
    refuse_unless(issued <= now, "iat is in the future.")
    refuse_unless(issued > now - LIFE_OF_ANSWER, "iat is more than five minutes ago.")
    refuse_unless(expires > now, "It has expired.")


def _check_message(claims: Json, request: DeepLinkingRequest) -> None:
    told = {name: claims.get(f"{CLAIM}/{name}") for name in ("message_type", "version", "deployment_id")}
    refuse_unless(told["message_type"] == "LtiDeepLinkingResponse", "message_type must be LtiDeepLinkingResponse.")
    refuse_unless(told["version"] == "1.3.0", "version must be 1.3.0.")
    refuse_unless(told["deployment_id"] == request.deployment_id, "deployment_id must be the one that was sent.")
    for name in ("msg", "errormsg", "log", "errorlog"):
        refuse_unless(isinstance(claims.get(f"{DEEP_LINKING}/{name}", ""), str), f"{name} must be text.")


def _check_data(claims: Json, request: DeepLinkingRequest) -> None:
    name = f"{DEEP_LINKING}/data"
    if request.data is None:
        refuse_unless(name not in claims, "There is data, though none was sent.")
    else:
        refuse_unless(claims.get(name) == request.data, "data must come back exactly as it was sent.")


def _has_null(value: object) -> bool:
    if isinstance(value, dict | list):
        return any(_has_null(inner) for inner in (value.values() if isinstance(value, dict) else value))
    return value is None


def _is_moment(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
