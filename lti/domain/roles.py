"""Who somebody is in a course, decided from what the LMS says of them there.

LMSs send roles of the course, the institution and the system together (LTI Core 1.3, section A.2). Only those of the
course count: an instructor of the institution can be a learner here. Where none of the course is given, only an
administrator of the institution or system is more than staff.
"""

from collections.abc import Iterable
from enum import Enum


class Role(Enum):
    """What somebody may do here, from least to most."""

    STAFF = "staff"
    TRAINER = "trainer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


LEADING = frozenset({Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR})

_MEMBERSHIP = (
    "http://purl.imsglobal.org/vocab/lis/v2/membership#",
    "http://purl.imsglobal.org/vocab/lis/v2/membership/",
)
_ABOVE_COURSE = (
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#",
)
_TEST_PERSON = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
_OF_MEMBERSHIP = {
    "Instructor": Role.TRAINER,
    "ContentDeveloper": Role.TRAINER,
    "Manager": Role.MANAGER,
    "Administrator": Role.ADMINISTRATOR,
}
_ORDER = list(Role)


def role_from(roles: Iterable[str]) -> Role:
    """Return the highest role that the course itself gives; staff where it gives none that we know."""
    given = [role for role in roles if isinstance(role, str)]
    in_course = [_OF_MEMBERSHIP.get(name, Role.STAFF) for name in map(_membership_name, given) if name]
    if in_course:
        return max(in_course, key=_ORDER.index)
    if any(role.startswith(_ABOVE_COURSE) and role.endswith("#Administrator") for role in given):
        return Role.ADMINISTRATOR
    return Role.STAFF


def role_now(at_launch: Role, in_course: Role | None, was_taken_off: bool) -> Role:
    """Return what somebody may do in a visit that is open, now that their role in the course may have changed.

    It is never more than at the launch. A leader who was on the course's list and is no longer has lost their role;
    administrators who were never on it keep theirs. Test people have no role ``in_course``.
    """
    known = at_launch if in_course is None else min(at_launch, in_course, key=_ORDER.index)
    return min(known, Role.STAFF, key=_ORDER.index) if was_taken_off else known


def is_test_person(roles: Iterable[str]) -> bool:
    """Say whether this is nobody real: a trainer who looks at the course as a learner sees it (LTI Core 1.3, A.2.1)."""
    return any(isinstance(role, str) and role.startswith(_TEST_PERSON) for role in roles)


def _membership_name(role: str) -> str | None:
    """Return the principal role that a course's role stands for.

    A sub-role counts as its principal (A.2.3.1), but all six that assist an instructor as a learner.
    """
    if role.startswith(_MEMBERSHIP[0]):
        return role.removeprefix(_MEMBERSHIP[0])
    if role.startswith(_MEMBERSHIP[1]):
        principal, _, sub_role = role.removeprefix(_MEMBERSHIP[1]).partition("#")
        return "Learner" if sub_role.startswith("TeachingAssistant") else principal
    # Short names are deprecated, and Moodle's roster has only them.
    return role if role and ":" not in role and "/" not in role else None
