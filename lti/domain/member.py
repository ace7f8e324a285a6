"""People on a course's roster (Names and Role Provisioning Services 2.0, section 2.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.domain.tolerant import LONGEST_EMAIL, LONGEST_NUMBER, full_name, identifier, keyword, texts_in, words
from lti.domain.roles import Role, highest, is_test_person, role_from

STATUSES = frozenset({"active", "inactive", "deleted"})


@dataclass(frozen=True, slots=True)
class Member:
    """Someone in a course, and their role."""

    subject: str
    role: Role
    name: str | None
    email: str | None
    is_test: bool = False
    number: str | None = None


class UnreadableMember(ValueError):
    """A roster entry that does not say who it is about, whether they are in the course, or in which role."""


def members_in(page: Any) -> tuple[list[Member], int]:
    """Read a page of a roster: who is active in the course, and how many entries could not be read.

    A test user, which trainers use to look at the course, does not count as someone in it.
    """
    if not isinstance(page, Mapping) or not isinstance(page.get("members"), list):
        raise ValueError("the page is not a part of a roster")
    members: list[Member] = []
    unread = 0
    for entry in page["members"]:
        try:
            member = member_from(entry)
            members += [member] if member and not member.is_test else []
        except UnreadableMember:
            unread += 1
    return members, unread


def each_once(members: Iterable[Member]) -> list[Member]:
    """Return each person once, with their highest role: some have several entries, perhaps on different pages."""
    people: dict[str, Member] = {}
    for entry in members:
        known = people.setdefault(entry.subject, entry)
        name, email, number = known.name or entry.name, known.email or entry.email, known.number or entry.number
        role = highest(known.role, entry.role)
        people[entry.subject] = replace(known, role=role, name=name, email=email, number=number)
    return list(people.values())


def member_from(entry: Any) -> Member | None:
    """Read a roster's entry; None for people who are not active in the course, Unreadable if we cannot tell."""
    if not isinstance(entry, Mapping) or (subject := identifier(entry.get("user_id"))) is None:
        raise UnreadableMember
    # A status that is left out means that they are active (section 2.2).
    status = "active" if entry.get("status") is None else keyword(entry["status"])
    if status not in STATUSES:
        raise UnreadableMember
    if status != "active":
        return None
    roles = _roles(entry.get("roles"))
    email = words(entry.get("email"), LONGEST_EMAIL)
    number = words(entry.get("lis_person_sourcedid"), LONGEST_NUMBER)
    return Member(subject, role_from(roles), full_name(entry), email, is_test_person(roles), number)


def _roles(given: Any) -> Sequence[str]:
    """Return the roles of an entry, of which there may be none; some LMSs write a single one without a list."""
    if isinstance(given, str):
        return given.replace(",", " ").split()
    roles = texts_in(given)
    if not isinstance(given, list) or (given and not roles):
        raise UnreadableMember
    return roles
