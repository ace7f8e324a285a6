"""A launch message as plain values, and what is wrong with one (LTI Core 1.3, section 5.3).

Three kinds are taken: somebody opens an activity or the whole course, chooses content for it (Deep Linking 2.0), or
looks at somebody's answers (Submission Review 1.0). Only what the specifications require is required here: name,
e-mail, course and picture may all be missing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import unquote

from lti.domain.roles import Role, is_test_person, role_from
from lti.domain.tolerant import (
    LONGEST_ADDRESS,
    LONGEST_EMAIL,
    LONGEST_ID,
    LONGEST_RETURN,
    full_name,
    list_of,
    object_at,
    storable,
    text,
    texts_in,
    web_address,
    words,
)

CORE = "https://purl.imsglobal.org/spec/lti/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
CHOOSING = DEEP_LINKING + "deep_linking_settings"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"

YES = frozenset({"yes", "true", "1"})


class Purpose(Enum):
    """What somebody comes for."""

    TRAINING = "training"
    COURSE = "course"
    CHOOSING = "choosing"
    REVIEW = "review"


class Wrong(Enum):
    """How a message is wrong."""

    VERSION = "version"
    KIND = "kind"
    NOBODY = "nobody"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Choosing:
    """How an LMS lets somebody choose content for a course (Deep Linking 2.0, section 4.4.1).

    ``data`` is given back as it came, and only if it came; until then it is kept in JSON's spelling, whatever it is.
    """

    return_url: str
    takes_links: bool
    takes_several: bool
    takes_columns: bool
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What a launch tells us, read tolerantly."""

    purpose: Purpose
    deployment_id: str
    subject: str
    role: Role
    title: str = ""
    resource_link: str | None = None
    is_test: bool = False
    name: str | None = None
    email: str | None = None
    context: str | None = None
    course_title: str | None = None
    module: str | None = None
    marks_completion: bool = False
    previous_links: tuple[str, ...] = ()
    line_item_url: str | None = None
    line_items_url: str | None = None
    scopes: tuple[str, ...] = ()
    roster_url: str | None = None
    return_url: str | None = None
    family: str | None = None
    about: str | None = None
    choosing: Choosing | None = None


def problems_of(body: Mapping[str, Any]) -> list[tuple[Wrong, str]]:
    """List what keeps a message from being one of ours, in the order in which people should hear of it."""
    problems = []
    if body.get(CORE + "version") != "1.3.0":
        problems.append((Wrong.VERSION, "version is not 1.3.0"))
    kind = body.get(CORE + "message_type")
    if kind not in (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST, SUBMISSION_REVIEW_REQUEST):
        problems.append((Wrong.KIND, "message_type is none that we take"))
    if body.get("sub") is None:
        problems.append((Wrong.NOBODY, "sub is missing"))
    for name, value, longest in _required(body, kind):
        if not isinstance(value, str) or not value.strip() or len(value) > longest or value != storable(value):
            problems.append((Wrong.INCOMPLETE, f"{name} is missing, empty, too long or no text"))
    for name, value in _required_lists(body, kind):
        if not isinstance(value, list):
            problems.append((Wrong.INCOMPLETE, f"{name} is no list"))
    return problems


def _required(body: Mapping[str, Any], kind: Any) -> list[tuple[str, Any, int]]:
    needed = [
        ("deployment_id", body.get(CORE + "deployment_id"), LONGEST_ID),
        ("target_link_uri", body.get(CORE + "target_link_uri"), LONGEST_ADDRESS),
        ("sub", body.get("sub"), LONGEST_ID),
    ]
    if kind == DEEP_LINKING_REQUEST:
        address = web_address(object_at(body, CHOOSING).get("deep_link_return_url"), LONGEST_RETURN)
        return [*needed, ("deep_link_return_url", address, LONGEST_RETURN)]
    if kind == SUBMISSION_REVIEW_REQUEST:
        needed.append(("for_user.user_id", object_at(body, CORE + "for_user").get("user_id"), LONGEST_ID))
        needed.append(("endpoint.lineitem", object_at(body, GRADES).get("lineitem"), LONGEST_ADDRESS))
    return [*needed, ("resource_link.id", object_at(body, CORE + "resource_link").get("id"), LONGEST_ID)]


def _required_lists(body: Mapping[str, Any], kind: Any) -> list[tuple[str, Any]]:
    roles = [("roles", body.get(CORE + "roles"))]
    if kind != DEEP_LINKING_REQUEST:
        return roles
    settings = object_at(body, CHOOSING)
    names = ("accept_types", "accept_presentation_document_targets")
    return [*roles, *((name, settings.get(name)) for name in names)]


def message_from(body: Mapping[str, Any]) -> Message:
    """Read a message in which ``problems_of`` found none."""
    link = object_at(body, CORE + "resource_link")
    context = object_at(body, CORE + "context")
    custom = object_at(body, CORE + "custom")
    grades = object_at(body, GRADES)
    purpose = _purpose(body)
    return Message(
        purpose=purpose,
        deployment_id=body[CORE + "deployment_id"],
        subject=body["sub"],
        role=role_from(body[CORE + "roles"]),
        resource_link=None if purpose is Purpose.CHOOSING else link["id"],
        title=words(link.get("title")) or "",
        is_test=is_test_person(body[CORE + "roles"]),
        name=full_name(body),
        email=words(body.get("email"), LONGEST_EMAIL),
        context=text(context.get("id"), LONGEST_ID),
        course_title=words(context.get("title")) or words(context.get("label")),
        module=text(custom.get("module"), 100),
        marks_completion=str(custom.get("completion", "")).lower() in YES,
        previous_links=_previous_links(custom),
        line_item_url=web_address(grades.get("lineitem")),
        line_items_url=web_address(grades.get("lineitems")),
        scopes=texts_in(grades.get("scope")),
        roster_url=web_address(object_at(body, ROSTER).get("context_memberships_url")),
        return_url=web_address(object_at(body, CORE + "launch_presentation").get("return_url")),
        family=text(object_at(body, CORE + "tool_platform").get("product_family_code"), 50),
        about=text(object_at(body, CORE + "for_user").get("user_id"), LONGEST_ID),
        choosing=_choosing(object_at(body, CHOOSING)),
    )


def _previous_links(custom: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the activities of which this one is a copy, the latest first; an LMS spells each as in an address."""
    written = (text(custom.get("previous_links"), 4_000) or "").replace(",", " ").split()
    return tuple(storable(unquote(link, errors="ignore")) for link in written)


def _purpose(body: Mapping[str, Any]) -> Purpose:
    """Return what the message is for; Canvas's link in a course's menu bears the course's id, and is no activity."""
    kind = body[CORE + "message_type"]
    if kind == DEEP_LINKING_REQUEST:
        return Purpose.CHOOSING
    if kind == SUBMISSION_REVIEW_REQUEST:
        return Purpose.REVIEW
    link = object_at(body, CORE + "resource_link").get("id")
    return Purpose.COURSE if link == object_at(body, CORE + "context").get("id") else Purpose.TRAINING


def _choosing(settings: Mapping[str, Any]) -> Choosing | None:
    address = web_address(settings.get("deep_link_return_url"), LONGEST_RETURN)
    if not address:
        return None
    return Choosing(
        return_url=address,
        takes_links="ltiResourceLink" in list_of(settings.get("accept_types")),
        takes_several=_is_true(settings.get("accept_multiple")),
        # Nothing said of it means that a column may be asked for; an LMS that takes none leaves it out.
        takes_columns="accept_lineitem" not in settings or _is_true(settings["accept_lineitem"]),
        data=json.dumps(settings["data"]) if settings.get("data") is not None else None,
    )


def _is_true(value: Any) -> bool:
    """Read a truth value, which some LMSs send as a word."""
    return value is True or (isinstance(value, str) and value.lower() in YES)
