"""Somebody on a course's roster (Names and Role Provisioning Services 2.0, section 2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti.domain.roles import Role, role_from
from lti.domain.tolerant import LONGEST_EMAIL, LONGEST_ID, full_name, text, texts_in, words


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who belongs to a course, in which role."""

    subject: str
    role: Role
    name: str | None
    email: str | None


def member_from(entry: Any) -> Member | None:
    """Read a roster's entry; None for one without an id, and for people who are not active in the course."""
    if not isinstance(entry, Mapping) or entry.get("status", "Active") != "Active":
        return None
    subject = text(entry.get("user_id"), LONGEST_ID)
    role = role_from(texts_in(entry.get("roles")))
    return Member(subject, role, full_name(entry), words(entry.get("email"), LONGEST_EMAIL)) if subject else None
