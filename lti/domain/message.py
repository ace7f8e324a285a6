"""A launch message as plain values, and what is wrong with one (LTI Core 1.3, section 5.3).

Three kinds are taken: a person opens an activity or the whole course, chooses content for it (Deep Linking 2.0), or
looks at someone's answers (Submission Review 1.0). Only what the specifications require is required here: name,
e-mail, course and picture may all be missing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import unquote

from core.domain.tolerant import (
    LONGEST_ADDRESS,
    LONGEST_EMAIL,
    LONGEST_NUMBER,
    LONGEST_RETURN,
    full_name,
    identifier,
    keyword,
    list_of,
    number_as_text,
    object_at,
    storable,
    text,
    texts_in,
    web_address,
    words,
)
from lti.domain.roles import Role, is_test_person, role_from

CORE = "https://purl.imsglobal.org/spec/lti/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
CHOOSING = DEEP_LINKING + "deep_linking_settings"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"
_KINDS = {kind.lower(): kind for kind in (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST, SUBMISSION_REVIEW_REQUEST)}
# Objects of a message that are known by an id, and where it is in them.
_IDS_IN = ((CORE + "resource_link", "id"), (CORE + "context", "id"), (CORE + "for_user", "user_id"))

# Canvas says from where in it a message comes.
CANVAS_PLACEMENT = "https://www.instructure.com/placement"
COURSE_NAVIGATION = "course_navigation"

YES = frozenset({"yes", "true", "1"})


class Purpose(Enum):
    """What a person comes for."""

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
class DeepLinkingSettings:
    """How an LMS lets a trainer choose content for a course (Deep Linking 2.0, section 4.4.1).

    ``data`` is given back as it came, and only if it came; until then it is kept in JSON's spelling, whatever it is.
    """

    return_url: str
    takes_links: bool
    takes_several: bool
    takes_columns: bool
    data: str | None = None


@dataclass(frozen=True, slots=True)
class LaunchMessage:
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
    number: str | None = None
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
    choosing: DeepLinkingSettings | None = None


def as_specified(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message in the specification's form: without nulls, with ids as text and kinds in their correct case.

    An id that cannot be read stays as it is, so that ``problems_of`` finds it.
    """
    said = {name: value for name, value in body.items() if value is not None}
    for name in ("sub", "azp", CORE + "deployment_id"):
        if name in said:
            said[name] = identifier(said[name]) or said[name]
    for name, inner in _IDS_IN:
        if isinstance(said.get(name), Mapping) and inner in said[name]:
            said[name] = {**said[name], inner: identifier(said[name][inner]) or said[name][inner]}
    kind = said.get(CORE + "message_type")
    return said | {CORE + "message_type": _KINDS.get(keyword(kind), kind)}


def problems_of(body: Mapping[str, Any]) -> list[tuple[Wrong, str]]:
    """List what keeps a message from being one of ours, in the order in which people should hear of it."""
    problems = []
    if body.get(CORE + "version") != "1.3.0":
        problems.append((Wrong.VERSION, "version is not 1.3.0"))
    kind = body.get(CORE + "message_type")
    if kind not in (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST, SUBMISSION_REVIEW_REQUEST):
        problems.append((Wrong.KIND, "message_type is not one that we accept"))
    if body.get("sub") is None:
        problems.append((Wrong.NOBODY, "sub is missing"))
    for name, value in _required_ids(body, kind):
        if identifier(value) is None:
            problems.append((Wrong.INCOMPLETE, f"{name} is missing, empty, too long or cannot be read"))
    for name, value in _required_addresses(body, kind):
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_RETURN or value != storable(value):
            problems.append((Wrong.INCOMPLETE, f"{name} is missing, empty, too long or not text"))
    for name, value in _required_lists(body, kind):
        if not isinstance(value, list):
            problems.append((Wrong.INCOMPLETE, f"{name} is not a list"))
    return problems


def _required_ids(body: Mapping[str, Any], kind: Any) -> list[tuple[str, Any]]:
    needed = [("deployment_id", body.get(CORE + "deployment_id")), ("sub", body.get("sub"))]
    if kind == DEEP_LINKING_REQUEST:
        return needed
    if kind == SUBMISSION_REVIEW_REQUEST:
        needed.append(("for_user.user_id", object_at(body, CORE + "for_user").get("user_id")))
    return [*needed, ("resource_link.id", object_at(body, CORE + "resource_link").get("id"))]


def _required_addresses(body: Mapping[str, Any], kind: Any) -> list[tuple[str, Any]]:
    needed = [("target_link_uri", _no_longer_than(LONGEST_ADDRESS, body.get(CORE + "target_link_uri")))]
    if kind == DEEP_LINKING_REQUEST:
        address = web_address(object_at(body, CHOOSING).get("deep_link_return_url"), LONGEST_RETURN)
        needed.append(("deep_link_return_url", address))
    if kind == SUBMISSION_REVIEW_REQUEST:
        column = object_at(body, GRADES).get("lineitem")
        needed.append(("endpoint.lineitem", _no_longer_than(LONGEST_ADDRESS, column)))
    return needed


def _no_longer_than(longest: int, value: Any) -> Any:
    return None if isinstance(value, str) and len(value) > longest else value


def _required_lists(body: Mapping[str, Any], kind: Any) -> list[tuple[str, Any]]:
    roles = [("roles", body.get(CORE + "roles"))]
    if kind != DEEP_LINKING_REQUEST:
        return roles
    settings = object_at(body, CHOOSING)
    names = ("accept_types", "accept_presentation_document_targets")
    return [*roles, *((name, settings.get(name)) for name in names)]


def message_from(body: Mapping[str, Any], known_family: str | None = None) -> LaunchMessage:
    """Read a message in which ``problems_of`` found nothing; we may already know what kind of LMS it comes from."""
    link = object_at(body, CORE + "resource_link")
    context = object_at(body, CORE + "context")
    custom = object_at(body, CORE + "custom")
    grades = object_at(body, GRADES)
    family = keyword(text(object_at(body, CORE + "tool_platform").get("product_family_code"), 50)) or None
    purpose = _purpose(body, family or keyword(known_family))
    return LaunchMessage(
        purpose=purpose,
        deployment_id=identifier(body[CORE + "deployment_id"]) or "",
        subject=identifier(body["sub"]) or "",
        role=role_from(body[CORE + "roles"]),
        resource_link=None if purpose is Purpose.CHOOSING else identifier(link["id"]),
        title=words(link.get("title")) or "",
        is_test=is_test_person(body[CORE + "roles"]),
        name=full_name(body),
        email=words(body.get("email"), LONGEST_EMAIL),
        number=words(object_at(body, CORE + "lis").get("person_sourcedid"), LONGEST_NUMBER),
        context=identifier(context.get("id")),
        course_title=words(context.get("title")) or words(context.get("label")),
        module=text(custom.get("module"), 100),
        marks_completion=_is_true(custom.get("completion")),
        previous_links=_previous_links(custom),
        line_item_url=web_address(grades.get("lineitem")),
        line_items_url=web_address(grades.get("lineitems")),
        scopes=texts_in(grades.get("scope")),
        roster_url=web_address(object_at(body, ROSTER).get("context_memberships_url")),
        return_url=web_address(object_at(body, CORE + "launch_presentation").get("return_url")),
        family=family,
        about=identifier(object_at(body, CORE + "for_user").get("user_id")),
        choosing=_choosing(object_at(body, CHOOSING)),
    )


def return_url_of(body: Mapping[str, Any]) -> str | None:
    """Return the course's address given in a message; None inside a dialog, where only an answer leads back."""
    if body.get(CORE + "message_type") == DEEP_LINKING_REQUEST:
        return None
    return web_address(object_at(body, CORE + "launch_presentation").get("return_url"))


def _previous_links(custom: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the activities of which this one is a copy, the latest first; an LMS spells each as in an address."""
    written = (text(custom.get("previous_links"), 4_000) or "").replace(",", " ").split()
    return tuple(storable(unquote(link, errors="ignore")) for link in written)


def _purpose(body: Mapping[str, Any], family: str | None) -> Purpose:
    kind = body[CORE + "message_type"]
    if kind == DEEP_LINKING_REQUEST:
        return Purpose.CHOOSING
    if kind == SUBMISSION_REVIEW_REQUEST:
        return Purpose.REVIEW
    return Purpose.COURSE if _is_course_menu(body, family) else Purpose.TRAINING


def _is_course_menu(body: Mapping[str, Any], family: str | None) -> bool:
    """Say whether a message comes from the link in a course's menu, which only Canvas has.

    Canvas names the place, and gives the link the course's own id. Elsewhere that means nothing: Moodle numbers both
    courses and activities from 1. An activity that names a module is always an activity.
    """
    if text(object_at(body, CORE + "custom").get("module")):
        return False
    if keyword(body.get(CANVAS_PLACEMENT)) == COURSE_NAVIGATION:
        return True
    link = identifier(object_at(body, CORE + "resource_link").get("id"))
    return family == "canvas" and link == identifier(object_at(body, CORE + "context").get("id"))


def _choosing(settings: Mapping[str, Any]) -> DeepLinkingSettings | None:
    address = web_address(settings.get("deep_link_return_url"), LONGEST_RETURN)
    if not address:
        return None
    return DeepLinkingSettings(
        return_url=address,
        takes_links="ltiresourcelink" in map(keyword, list_of(settings.get("accept_types"))),
        takes_several=_is_true(settings.get("accept_multiple")),
        # Nothing said of it means that a column may be asked for; an LMS that takes none leaves it out.
        takes_columns=settings.get("accept_lineitem") is None or _is_true(settings["accept_lineitem"]),
        data=json.dumps(settings["data"]) if settings.get("data") is not None else None,
    )


def _is_true(value: Any) -> bool:
    """Read a truth value, which some LMSs send as a word or a number."""
    return value is True or keyword(number_as_text(value)) in YES
