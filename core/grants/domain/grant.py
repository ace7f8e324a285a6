"""Grants: what each role allows, and what belongs to one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

LONGEST_TITLE = 200


class GrantRole(Enum):
    """What someone may do for a trust, beyond their role in a course."""

    TRUST_LEAD = "trust-lead"
    SCHOOL_LEAD = "school-lead"
    LINE_MANAGER = "line-manager"
    TRAINER = "trainer"
    POLICY_OWNER = "policy-owner"
    APPROVER = "approver"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    ADMINISTRATOR = "administrator"


ROLE_WORDS = {
    GrantRole.TRUST_LEAD: "Trust lead",
    GrantRole.SCHOOL_LEAD: "School lead",
    GrantRole.LINE_MANAGER: "Line manager",
    GrantRole.TRAINER: "Trainer",
    GrantRole.POLICY_OWNER: "Policy owner",
    GrantRole.APPROVER: "Approver",
    GrantRole.DATA_PROTECTION_OFFICER: "Data protection officer",
    GrantRole.ADMINISTRATOR: "Administrator",
}
ROLE_SAYS = {
    GrantRole.TRUST_LEAD: "sees everyone in the trust",
    GrantRole.SCHOOL_LEAD: "sees everyone in one or several schools",
    GrantRole.LINE_MANAGER: "sees the people they manage",
    GrantRole.TRAINER: "writes and publishes training",
    GrantRole.POLICY_OWNER: "looks after the policy, and sees which rules staff get wrong",
    GrantRole.APPROVER: "gives approvals under the policy",
    GrantRole.DATA_PROTECTION_OFFICER: "is responsible for data protection",
    GrantRole.ADMINISTRATOR: "gives and withdraws these roles",
}
# Those who look after the policy and the training, or answer for a school. Line managers look after people.
SEES_INSIGHT = frozenset({GrantRole.TRUST_LEAD, GrantRole.POLICY_OWNER, GrantRole.TRAINER, GrantRole.SCHOOL_LEAD})


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant that someone holds now: a role, the schools that it is for, and the title of an approver."""

    number: int
    role: GrantRole
    school_ids: frozenset[int] = frozenset()
    title: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A grant as it is about to be given: for which trust, which role, to which address, and what belongs to it."""

    trust: str
    role: GrantRole
    email: str
    school_ids: frozenset[int] = frozenset()
    title: str | None = None
    until: date | None = None


def problem_with(offer: Offer, today: date) -> tuple[str, str] | None:
    """Return which part of an offer is wrong and what to do about it, or None if it can be given."""
    if offer.role is GrantRole.SCHOOL_LEAD and not offer.school_ids:
        return "school", "Name at least one school for a school lead"
    if offer.role is not GrantRole.SCHOOL_LEAD and offer.school_ids:
        return "school", "Only a school lead has schools. Leave them out, or choose school lead"
    if offer.role is GrantRole.APPROVER and not offer.title:
        return "title", "Enter the title that the policy uses for this approver"
    if offer.role is not GrantRole.APPROVER and offer.title:
        return "title", "Only an approver has a title. Leave it out, or choose approver"
    if len(offer.title or "") > LONGEST_TITLE:
        return "title", f"Enter {LONGEST_TITLE} characters or fewer"
    if offer.until and offer.until < today:
        return "until", "The last day must be today or later"
    return None


def roles_in(held: Iterable[HeldGrant]) -> frozenset[GrantRole]:
    """Return the roles of some grants."""
    return frozenset(grant.role for grant in held)


def schools_led(held: Iterable[HeldGrant]) -> frozenset[int]:
    """Return the schools that someone with these grants leads, by their numbers."""
    return frozenset().union(*(grant.school_ids for grant in held if grant.role is GrantRole.SCHOOL_LEAD))
