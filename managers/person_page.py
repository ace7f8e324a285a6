"""One staff member: what they have to take, what is on record of them, and who may be the same person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.schools import School
from lti.learners import LEARNS_NOW
from lti.models import Activity, Membership
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.scope import ScopeKind, StaffScope
from managers.staff.same_people import may_be_same
from managers.timeline import Event, RecordScope, timeline
from modules.passes.course_progress import Standing


@dataclass(frozen=True)
class TrainingLine:
    """A module that someone has to take: how far they are today, by when it is due, and until when a pass is valid."""

    module: str
    standing: Standing
    due_on: date | None
    valid_until: date | None

    @classmethod
    def on(cls, row: StaffTraining, today: date) -> "TrainingLine":
        """Return the line of a module on a day."""
        is_over = row.valid_until is not None and row.valid_until < today
        return cls(row.module, Standing.EXPIRED if is_over else row.reached, row.due_on, row.valid_until)


@dataclass(frozen=True)
class StaffPage:
    """A staff member with all that a page shows of them; ``alike`` are others who may be the same person.

    ``entries`` are the people of courses that they are, as far as someone may see them.
    """

    member: StaffMember
    school: str | None
    manager: StaffMember | None
    entries: Sequence[int]
    trainings: list[TrainingLine]
    events: list[Event]
    alike: list[StaffMember]


def staff_page_of(session: Session, member: StaffMember, scope: StaffScope, today: date) -> StaffPage:
    """Return what someone may see of a staff member: those who lead a course see what is of that course."""
    of = _records(session, member, scope)
    wanted = select(StaffTraining).where(StaffTraining.staff_id == member.id).order_by(StaffTraining.module)
    rows = session.scalars(wanted.where(StaffTraining.module.in_(of.modules)) if of.course_id else wanted)
    school = session.get(School, member.school_id) if member.school_id else None
    manager = session.get(StaffMember, member.line_manager_id) if member.line_manager_id else None
    return StaffPage(
        member,
        school.name if school else None,
        manager,
        sorted(of.entries),
        [TrainingLine.on(row, today) for row in rows],
        timeline(session, of),
        _alike(session, member, scope),
    )


def _alike(session: Session, member: StaffMember, scope: StaffScope) -> list[StaffMember]:
    """Return who may be the same person, of those whom someone may see as well."""
    found = [] if scope.kind is ScopeKind.COURSE else may_be_same(session, member)
    same = StaffMember.id.in_([each.id for each in found])
    seen = set(session.scalars(select(StaffMember.id).where(same, scope.holds(StaffMember)))) if found else set()
    return [each for each in found if each.id in seen]


def _records(session: Session, member: StaffMember, scope: StaffScope) -> RecordScope:
    """Return the records that someone may see; those who lead a course see it alone."""
    entries = select(StaffEntry.person_id).where(StaffEntry.staff_id == member.id)
    if scope.kind is not ScopeKind.COURSE:
        return RecordScope(member.id, session.scalars(entries).all())
    here = entries.join(Membership, Membership.person_id == StaffEntry.person_id)
    theirs = session.scalars(here.where(Membership.course_id == scope.course_id, *LEARNS_NOW)).all()
    modules = select(Activity.module).where(Activity.course_id == scope.course_id, Activity.module.is_not(None))
    found = {module for module in session.scalars(modules) if module}
    return RecordScope(member.id, theirs, scope.course_id, found)
