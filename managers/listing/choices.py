"""What a list of staff can be narrowed to: the schools, the job groups and the line managers of those it may show."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.schools import School
from managers.listing.domain.query import NO_SCHOOL
from managers.models import StaffMember
from managers.scope import ScopeKind, StaffScope

# With more, a name is easier to look for: a form with a thousand options would be larger than the list.
MOST_MANAGERS = 100
Options = list[tuple[int, str]]


def schools_in(session: Session, scope: StaffScope) -> Options:
    """Return the schools of a scope's trust and the choice of none, or those that the scope is about, by name."""
    wanted = select(School.id, School.name).where(School.trust == scope.trust).order_by(School.sort_name)
    if scope.kind is ScopeKind.SCHOOL:
        wanted = wanted.where(School.id.in_(sorted(scope.school_ids)))
    found = [(number, name) for number, name in session.execute(wanted)]
    return found if scope.kind is ScopeKind.SCHOOL else [*found, (NO_SCHOOL, "No school yet")]


def job_groups_of(session: Session, scope: StaffScope) -> Sequence[str]:
    """Return the job groups of a scope's staff, by name: with others, a list would be empty."""
    named = scope.holds(StaffMember), StaffMember.job_group.is_not(None)
    groups = session.scalars(select(StaffMember.job_group).where(*named).distinct()).all()
    return sorted((group for group in groups if group), key=str.casefold)


def managers_in(session: Session, scope: StaffScope, school: int | None) -> Options:
    """Return the line managers of a school's people, by name.

    There is no choice for a whole trust, for someone who is a line manager, and where there are too many.
    """
    if scope.kind is ScopeKind.MINE or (scope.kind is ScopeKind.TRUST and school is None):
        return []
    theirs = select(StaffMember.line_manager_id).where(scope.holds(StaffMember))
    managing = theirs if school is None else theirs.where(StaffMember.school_id.is_not_distinct_from(school or None))
    wanted = select(StaffMember.id, StaffMember.name, StaffMember.email).where(StaffMember.id.in_(managing))
    found = session.execute(wanted.order_by(StaffMember.sort_name, StaffMember.id).limit(MOST_MANAGERS + 1)).all()
    several = [(number, name or email or "No name known") for number, name, email in found]
    return several if len(several) <= MOST_MANAGERS else []
