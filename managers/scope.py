"""Which staff members a visit may see: what its role in the course and its grants let it, as one condition.

A scope is what a list can be about, and has words for it. Anything about one person asks whether some scope holds them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from werkzeug.exceptions import Forbidden, NotFound

from core.grants.domain.grant import GrantRole, HeldGrant, roles_in, schools_led
from lti.learners import LEARNS_NOW
from lti.models import Membership
from lti.visits.permission import LEADERS, current_grants, current_visit
from lti.visits.visit import CurrentVisit
from managers.models import StaffEntry, StaffMember, StaffOverview, StaffTraining

# Grants that let someone see staff beyond the course that they lead.
SEES_STAFF = frozenset({GrantRole.TRUST_LEAD, GrantRole.SCHOOL_LEAD, GrantRole.LINE_MANAGER})
AboutStaff = type[StaffMember] | type[StaffOverview] | type[StaffTraining]


class ScopeKind(Enum):
    """What a list of people is about, as its address names it."""

    COURSE = "course"
    TRUST = "trust"
    SCHOOL = "school"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class StaffScope:
    """Some staff of a trust: all, those of some schools, those whom a person of an LMS manages, or a course's."""

    kind: ScopeKind
    trust: str
    words: str
    school_ids: frozenset[int] = frozenset()
    manager: int | None = None
    course_id: int | None = None

    def holds(self, about: AboutStaff) -> ColumnElement[bool]:
        """Return the condition under which a row is about someone in this scope."""
        in_trust, staff_id = about.trust == self.trust, id_of(about)
        if self.kind is ScopeKind.TRUST:
            return in_trust
        if self.kind is ScopeKind.SCHOOL:
            return and_(in_trust, about.school_id.in_(sorted(self.school_ids)))
        return and_(in_trust, staff_id.in_(self._staff()))

    def _staff(self) -> Select[int]:
        if self.kind is ScopeKind.MINE:
            own = select(StaffEntry.staff_id).where(StaffEntry.person_id == self.manager)
            return select(StaffMember.id).where(StaffMember.line_manager_id.in_(own))
        learn = select(StaffEntry.staff_id).join(Membership, Membership.person_id == StaffEntry.person_id)
        return learn.where(Membership.course_id == self.course_id, *LEARNS_NOW)


def id_of(about: AboutStaff) -> InstrumentedAttribute[int]:
    """Return the column that says about which staff member a row is."""
    return about.id if issubclass(about, StaffMember) else about.staff_id


def scopes_of(visit: CurrentVisit, held: Iterable[HeldGrant]) -> list[StaffScope]:
    """Return what someone may see in a visit, the scope first that they see unless they choose another."""
    roles, trust = roles_in(held), visit.trust
    found = []
    if visit.role in LEADERS:
        found.append(StaffScope(ScopeKind.COURSE, trust, "This course", course_id=visit.course_id))
    if GrantRole.TRUST_LEAD in roles:
        found.append(StaffScope(ScopeKind.TRUST, trust, "The whole trust"))
    if schools := schools_led(held):
        words = "Your school" if len(schools) == 1 else "Your schools"
        found.append(StaffScope(ScopeKind.SCHOOL, trust, words, school_ids=schools))
    if GrantRole.LINE_MANAGER in roles:
        found.append(StaffScope(ScopeKind.MINE, trust, "People you manage", manager=visit.person_id))
    return found


def scopes_here() -> list[StaffScope]:
    """Return what the person of this request's visit may see."""
    return scopes_of(current_visit(), current_grants())


def scope_here(wanted: str) -> StaffScope:
    """Return the scope that someone asks for, or without a word the first of theirs; Forbidden where it is not."""
    theirs = scopes_here()
    if wanted and wanted not in {kind.value for kind in ScopeKind}:
        raise NotFound
    found = next((scope for scope in theirs if wanted in {"", scope.kind.value}), None)
    if not found:
        raise Forbidden
    return found


def member_in_sight(
    session: Session, staff_id: int, scopes: Sequence[StaffScope]
) -> tuple[StaffMember, StaffScope] | None:
    """Return a staff member with the widest of these scopes that holds them; None for anyone whom none holds."""
    for scope in sorted(scopes, key=lambda each: each.kind is ScopeKind.COURSE):
        member = session.scalar(select(StaffMember).where(StaffMember.id == staff_id, scope.holds(StaffMember)))
        if member:
            return member, scope
    return None
