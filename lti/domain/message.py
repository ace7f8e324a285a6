"""A launch message as plain values, and what is wrong with one (LTI Core 1.3, section 5.3).

Only what the specification requires is required here: name, e-mail, course and picture may all be missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from lti.domain.roles import Role, role_from

CORE = "https://purl.imsglobal.org/spec/lti/claim/"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
LONGEST_ID = 255
LONGEST_ADDRESS = 1_000


class Wrong(Enum):
    """How a message is wrong."""

    VERSION = "version"
    KIND = "kind"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Message:
    """What a resource link launch tells us, read tolerantly."""

    deployment_id: str
    subject: str
    role: Role
    resource_link: str
    title: str
    name: str | None = None
    email: str | None = None
    context: str | None = None
    course_title: str | None = None
    module: str | None = None
    line_item_url: str | None = None
    scopes: tuple[str, ...] = ()
    roster_url: str | None = None
    return_url: str | None = None


def problems_of(body: Mapping[str, Any]) -> list[tuple[Wrong, str]]:
    """List what keeps a message from being a launch of ours, in the order in which people should hear of it."""
    problems = []
    if body.get(CORE + "version") != "1.3.0":
        problems.append((Wrong.VERSION, "version is not 1.3.0"))
    if body.get(CORE + "message_type") != RESOURCE_LINK_REQUEST:
        problems.append((Wrong.KIND, "message_type is not a resource link request"))
    for name, value, longest in _required(body):
        if not isinstance(value, str) or not value.strip() or len(value) > longest or value != _storable(value):
            problems.append((Wrong.INCOMPLETE, f"{name} is missing, empty, too long or no text"))
    if not isinstance(body.get(CORE + "roles"), list):
        problems.append((Wrong.INCOMPLETE, "roles is no list"))
    return problems


def _required(body: Mapping[str, Any]) -> list[tuple[str, Any, int]]:
    return [
        ("deployment_id", body.get(CORE + "deployment_id"), LONGEST_ID),
        ("target_link_uri", body.get(CORE + "target_link_uri"), LONGEST_ADDRESS),
        ("resource_link.id", _object(body, CORE + "resource_link").get("id"), LONGEST_ID),
        ("sub", body.get("sub"), LONGEST_ID),
    ]


def message_from(body: Mapping[str, Any]) -> Message:
    """Read a message in which ``problems_of`` found none."""
    link = _object(body, CORE + "resource_link")
    context = _object(body, CORE + "context")
    grades = _object(body, GRADES)
    return Message(
        deployment_id=body[CORE + "deployment_id"],
        subject=body["sub"],
        role=role_from(body[CORE + "roles"]),
        resource_link=link["id"],
        title=_text(link.get("title")) or "",
        name=_name(body),
        email=_text(body.get("email"), 320),
        context=_text(context.get("id"), LONGEST_ID),
        course_title=_text(context.get("title")) or _text(context.get("label")),
        module=_text(_object(body, CORE + "custom").get("module"), 100),
        line_item_url=_web_address(grades.get("lineitem")),
        scopes=tuple(scope for scope in _list(grades.get("scope")) if isinstance(scope, str)),
        roster_url=_web_address(_object(body, ROSTER).get("context_memberships_url")),
        return_url=_web_address(_object(body, CORE + "launch_presentation").get("return_url")),
    )


def _name(body: Mapping[str, Any]) -> str | None:
    parts = [_text(body.get("given_name")), _text(body.get("family_name"))]
    return _text(body.get("name")) or _text(" ".join(part for part in parts if part))


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, longest: int = 500) -> str | None:
    """Return a text that means something: Canvas sends a variable that it cannot fill literally, as ``$Name``."""
    if not isinstance(value, str) or not value.strip() or value.startswith("$"):
        return None
    return _storable(value).strip()[:longest] or None


def _storable(text: str) -> str:
    """Return a text without what no database holds: halves of surrogate pairs, which JSON can spell, and NUL."""
    return text.encode(errors="ignore").decode().replace("\0", "")


def _web_address(value: Any) -> str | None:
    """Return an address that a browser or we may follow; others, such as ``javascript:``, count as missing."""
    text = _text(value, LONGEST_ADDRESS)
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in {"https", "http"} and parts.netloc else None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a course's roster (Names and Role Provisioning Services 2.0, section 2.2)."""

    subject: str
    role: Role
    name: str | None
    email: str | None


def member_from(entry: Any) -> Member | None:
    """Read a roster's entry; None for one without an id, and for people who are not active in the course."""
    if not isinstance(entry, Mapping) or entry.get("status", "Active") != "Active":
        return None
    subject = _text(entry.get("user_id"), LONGEST_ID)
    roles = [role for role in _list(entry.get("roles")) if isinstance(role, str)]
    return Member(subject, role_from(roles), _name(entry), _text(entry.get("email"), 320)) if subject else None
