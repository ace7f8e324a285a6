"""What staff members have to take and how far they are, worked out from the records for many of them at once.

Someone has to take a module if they learn in a course whose activity opens it, unless their LMS keeps that activity
from them and they have not begun it. What is only for practice no one has to take.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from core.domain.days import day_of
from lti.courses import SERVED
from lti.learners import LEARNS_NOW
from lti.models import Activity, Membership
from lti.services.restrictions import ActivityRestriction
from managers.due.dates import note_due_dates
from managers.models import StaffEntry, StaffMember, StaffTraining
from modules.content.publish import NotPublished, content_of, contents_of_trust, version_in_force
from modules.models import Acknowledgement, Attempt, Certificate, Join, JoinState, Pass, ResultRow
from modules.passes.course_progress import Standing

FOR_EVER = date.max
# Columns that other rules keep than those about what the records say.
NOT_OF_RECORDS = frozenset({"since", "due_on"})
# A staff member's id and a module's key.
Taken = tuple[int, str]


@dataclass
class StaffRecords:
    """What the records say of some staff members: what they have to take, earned, begun and confirmed."""

    taken: set[Taken]
    earned: dict[Taken, tuple[date | None, datetime]]
    begun: dict[Taken, Standing]
    confirmed: dict[int, list[str]] = field(default_factory=dict)


def note_training(session: Session, staff_ids: Collection[int], now: datetime) -> None:
    """Bring the training of these staff members up to date with the records."""
    wanted, known = training_of(session, staff_ids), _known(session, staff_ids)
    for staff_id, module in known.keys() - wanted.keys():
        gone = StaffTraining.staff_id == staff_id, StaffTraining.module == module
        session.execute(delete(StaffTraining).where(*gone))
    if new := [values | {"since": day_of(now)} for key, values in wanted.items() if key not in known]:
        session.execute(insert(StaffTraining), new)
    if changed := [values for key, values in wanted.items() if key in known and values != known[key]]:
        session.execute(update(StaffTraining), changed)
    note_due_dates(session, staff_ids, day_of(now))


def training_of(session: Session, staff_ids: Collection[int]) -> dict[Taken, dict[str, Any]]:
    """Return what each of these staff members has to take, with the values of the columns that say how far they are."""
    members = session.scalars(select(StaffMember).where(StaffMember.id.in_(staff_ids))).all()
    found: dict[Taken, dict[str, Any]] = {}
    for trust in sorted({member.trust for member in members}):
        theirs = {member.id: member for member in members if member.trust == trust}
        found |= _training_in(session, trust, theirs)
    return found


def _training_in(session: Session, trust: str, members: Mapping[int, StaffMember]) -> dict[Taken, dict[str, Any]]:
    graded = {key for key, content in contents_of_trust(session, trust).items() if not content.module.is_practice}
    records = _records(session, trust, members.keys())
    versions = _confirmed(session, trust, records.confirmed)
    return {
        (staff_id, module): _values(members[staff_id], module, records, versions.get(staff_id))
        for staff_id, module in sorted(records.taken)
        if module in graded
    }


def _values(member: StaffMember, module: str, records: StaffRecords, confirmed: str | None) -> dict[str, Any]:
    key = member.id, module
    until, passed_at = records.earned.get(key, (None, None))
    reached = Standing.PASSED if passed_at else records.begun.get(key, Standing.NOT_STARTED)
    return {
        "staff_id": member.id,
        "module": module,
        "trust": member.trust,
        "school_id": member.school_id,
        "sort_name": member.sort_name,
        "reached": reached,
        "passed_at": passed_at,
        "valid_until": until,
        "confirmed_version": confirmed,
    }


def _known(session: Session, staff_ids: Collection[int]) -> dict[Taken, dict[str, Any]]:
    table = StaffTraining.__table__
    rows = session.execute(select(table).where(table.c.staff_id.in_(staff_ids))).mappings()
    return {
        (row["staff_id"], row["module"]): {name: value for name, value in row.items() if name not in NOT_OF_RECORDS}
        for row in rows
    }


def _records(session: Session, trust: str, staff_ids: Collection[int]) -> StaffRecords:
    taken = {(staff_id, module) for staff_id, module in session.execute(_taken(staff_ids)) if module}
    earned = {
        (staff_id, module): (None if until == FOR_EVER else until, passed_at)
        for staff_id, module, until, passed_at in session.execute(_earned(staff_ids))
    }
    confirmed: dict[int, list[str]] = {}
    for staff_id, version in session.execute(_given(trust, staff_ids)):
        confirmed.setdefault(staff_id, []).append(version)
    return StaffRecords(taken, earned, _begun(session, staff_ids), confirmed)


def _taken(staff_ids: Collection[int]) -> Select[int, str | None]:
    same = ActivityRestriction.activity_id == Activity.id, ActivityRestriction.person_id == Membership.person_id
    restricted = select(ActivityRestriction.person_id).where(*same).exists()
    begun = select(Attempt.id).where(Attempt.module == Activity.module, Attempt.person_id == Membership.person_id)
    return (
        select(StaffEntry.staff_id, Activity.module)
        .join(Membership, Membership.person_id == StaffEntry.person_id)
        .join(Activity, Activity.course_id == Membership.course_id)
        .where(StaffEntry.staff_id.in_(staff_ids), *LEARNS_NOW)
        .where(Membership.course_id.in_(SERVED), or_(~restricted, begun.exists()))
        .distinct()
    )


def _earned(staff_ids: Collection[int]) -> Select[int, str, date, datetime]:
    """Select for each module that they passed until when the longest of their passes lasts, and when they passed."""
    until = func.max(func.coalesce(Pass.valid_until, FOR_EVER))
    return (
        select(StaffEntry.staff_id, Pass.module, until, func.max(Pass.passed_at))
        .join(StaffEntry, StaffEntry.person_id == Pass.person_id)
        .where(StaffEntry.staff_id.in_(staff_ids), ~was_taken_back())
        .group_by(StaffEntry.staff_id, Pass.module)
    )


def was_taken_back() -> ColumnElement[bool]:
    """Return the condition for a pass not to count for the newer entry of its person: its certificate was revoked."""
    same = Certificate.attempt_id == Pass.attempt_id, Certificate.module == Pass.module
    revoked = select(Certificate.number).where(*same, Certificate.revoked_at.is_not(None)).exists()
    earlier = select(Join.id).where(Join.same_as_id == Pass.person_id, Join.state == JoinState.JOINED).exists()
    return revoked & earlier


def _begun(session: Session, staff_ids: Collection[int]) -> dict[Taken, Standing]:
    is_open = and_(Attempt.finished_at.is_(None), Attempt.dropped_at.is_(None))
    wanted = (
        select(
            StaffEntry.staff_id,
            Attempt.module,
            func.max(case((is_open, 1), else_=0)),
            func.count(ResultRow.attempt_id),
        )
        .join(StaffEntry, StaffEntry.person_id == Attempt.person_id)
        .outerjoin(ResultRow, ResultRow.attempt_id == Attempt.id)
        .where(StaffEntry.staff_id.in_(staff_ids))
        .group_by(StaffEntry.staff_id, Attempt.module)
    )
    found: dict[Taken, Standing] = {}
    for staff_id, module, under_way, results in session.execute(wanted):
        if under_way or results:
            found[staff_id, module] = Standing.IN_PROGRESS if under_way else Standing.NOT_PASSED
    return found


def _given(trust: str, staff_ids: Collection[int]) -> Select[int, str]:
    return (
        select(StaffEntry.staff_id, Acknowledgement.version)
        .join(StaffEntry, StaffEntry.person_id == Acknowledgement.person_id)
        .where(StaffEntry.staff_id.in_(staff_ids), Acknowledgement.trust == trust)
        .order_by(Acknowledgement.acknowledged_at, Acknowledgement.version)
    )


def _confirmed(session: Session, trust: str, given: Mapping[int, list[str]]) -> dict[int, str]:
    """Return the version that each has confirmed: one that counts for the policy in force, else the latest."""
    if not given:
        return {}
    try:
        policy = content_of(version_in_force(session, trust)).policy
    except NotPublished:
        return {staff_id: versions[-1] for staff_id, versions in given.items()}
    return {
        staff_id: next((each for each in reversed(versions) if policy.is_covered_by(each)), versions[-1])
        for staff_id, versions in given.items()
    }
