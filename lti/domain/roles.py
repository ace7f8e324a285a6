"""What role someone has in a course, based on what the LMS says about them there.

LMSs send roles of the course, the institution and the system together (LTI Core 1.3, section A.2). Only course roles
count: an instructor in the institution can be a learner here. If there is no course role, only an administrator of the
institution or system is more than an observer. Only learners, and people who assist a trainer, have to be trained:
mentors, officers, guests and people with a role we do not know do not.
"""

from collections.abc import Iterable
from enum import Enum


class Role(Enum):
    """What someone may do here, from least to most; only staff have to be trained."""

    OBSERVER = "observer"
    STAFF = "staff"
    TRAINER = "trainer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


LEADING = frozenset({Role.TRAINER, Role.MANAGER, Role.ADMINISTRATOR})

_MEMBERSHIP = (
    "http://purl.imsglobal.org/vocab/lis/v2/membership#",
    "http://purl.imsglobal.org/vocab/lis/v2/membership/",
)
# The way LTI 1.1 wrote them, and some lists still do.
_OLD_MEMBERSHIP = "urn:lti:role:ims/lis/"
_ABOVE_COURSE = (
    "http://purl.imsglobal.org/vocab/lis/v2/institution/person#",
    "http://purl.imsglobal.org/vocab/lis/v2/system/person#",
)
_TEST_PERSON = "http://purl.imsglobal.org/vocab/lti/system/person#testuser"
_OF_MEMBERSHIP = {
    "learner": Role.STAFF,
    "student": Role.STAFF,
    "teachingassistant": Role.STAFF,
    "instructor": Role.TRAINER,
    "contentdeveloper": Role.TRAINER,
    "manager": Role.MANAGER,
    "administrator": Role.ADMINISTRATOR,
}
_ORDER = list(Role)
# Moodle's roster calls a non-editing teacher a learner, though Moodle launches them as an instructor.
_ROSTER_IS_EXACT = {"canvas": frozenset(Role), "moodle": LEADING}


def role_from(roles: Iterable[str]) -> Role:
    """Return the highest role the course itself gives; observer if it gives none that we know."""
    given = [role.strip().lower() for role in roles if isinstance(role, str)]
    in_course = [_OF_MEMBERSHIP.get(name, Role.OBSERVER) for name in map(_membership_name, given) if name]
    if in_course:
        return highest(*in_course)
    if any(role.startswith(_ABOVE_COURSE) and role.endswith("#administrator") for role in given):
        return Role.ADMINISTRATOR
    return Role.OBSERVER


def highest(*roles: Role) -> Role:
    """Return the role of these in which someone may do most."""
    return max(roles, key=_ORDER.index)


def role_in_course(family: str | None, seen_as: Role | None, listed_as: Role | None) -> Role:
    """Return the role that counts: the one at the latest launch, or the one on a roster read since.

    We trust the roster if this kind of LMS is exact there. Otherwise we trust the launch, and we always trust it on
    which kind of leader someone is.
    """
    if not listed_as or (seen_as in LEADING and listed_as in LEADING):
        return seen_as or Role.OBSERVER
    if not seen_as or listed_as in _ROSTER_IS_EXACT.get((family or "").lower(), frozenset()):
        return listed_as
    return seen_as


def role_at_launch(family: str | None, said: Role, listed_as: Role | None) -> Role:
    """Return the role that counts after a launch: the one it gives, which is newer than the roster.

    But someone who is an instructor on Moodle's roster has only switched role to see what a student sees.
    """
    return role_in_course(family, said, listed_as) if (family or "").lower() == "moodle" else said


def role_now(at_launch: Role, in_course: Role | None, was_taken_off: bool) -> Role:
    """Return what someone may do in an open visit, now that their role in the course may have changed.

    It is never more than at the launch. A leader who was on the course's list and is no longer has lost their role;
    administrators who were never on it keep theirs. Test people have no role ``in_course``.
    """
    known = at_launch if in_course is None else min(at_launch, in_course, key=_ORDER.index)
    return min(known, Role.STAFF, key=_ORDER.index) if was_taken_off else known


def is_test_person(roles: Iterable[str]) -> bool:
    """Say whether this is a trainer who looks at the course as a learner sees it (LTI Core 1.3, A.2.1)."""
    return any(isinstance(role, str) and role.strip().lower().startswith(_TEST_PERSON) for role in roles)


def _membership_name(role: str) -> str | None:
    """Return the principal role that a course's role means, in lower case.

    A sub-role counts as its principal (A.2.3.1), but all six that assist an instructor as a learner.
    """
    if role.startswith(_MEMBERSHIP[0]):
        return role.removeprefix(_MEMBERSHIP[0])
    if role.startswith(_MEMBERSHIP[1]):
        principal, _, sub_role = role.removeprefix(_MEMBERSHIP[1]).partition("#")
        return "learner" if sub_role.startswith("teachingassistant") else principal
    if role.startswith(_OLD_MEMBERSHIP):
        return role.removeprefix(_OLD_MEMBERSHIP).partition("/")[0]
    # Short names are deprecated, and Moodle's roster has only them.
    return role if role and ":" not in role and "/" not in role else None
