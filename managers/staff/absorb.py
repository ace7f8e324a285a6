"""Two staff members who turn out to be one become one row, whether a list or an LMS named them first."""

from collections.abc import Collection, MutableMapping, Sequence
from contextlib import suppress

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from managers.due.exceptions import move_exceptions
from managers.models import StaffEntry, StaffMember
from managers.reminders.moved import move_reminders
from managers.staff.domain.belonging import Known, LmsPerson

ByKey = MutableMapping[tuple[str, str], Known]


def absorb_listed(
    session: Session,
    staff: StaffMember,
    group: Sequence[LmsPerson],
    known: MutableMapping[int, StaffMember],
    by_address: ByKey,
    by_number: ByKey,
) -> None:
    """Let a staff member take over what a list says of whoever has the number or address of one of their entries."""
    for entry in group:
        for known_by, key in ((by_address, entry.address), (by_number, entry.number)):
            other = known_by.get((entry.trust, key or ""))
            listed = known.get(other.staff_id) if other else None
            if other and listed and listed is not staff and _is_only_listed(session, listed):
                session.flush()
                _take_over(session, staff, listed)
                # The keys belong to the one who stays.
                for each in (by_address, by_number):
                    for each_key in [its for its, whose in each.items() if whose.staff_id == listed.id]:
                        del each[each_key]
                del known[listed.id]


def _is_only_listed(session: Session, member: StaffMember) -> bool:
    entries = select(StaffEntry.person_id).where(StaffEntry.staff_id == member.id)
    return member.name is None and session.scalar(entries.limit(1)) is None


def _take_over(session: Session, staff: StaffMember, listed: StaffMember) -> None:
    email, number = listed.email, listed.number
    listed.email = listed.number = None
    session.flush()
    staff.email, staff.number = staff.email or email, number or staff.number
    if listed.school_given:
        staff.school_id, staff.school_given = listed.school_id, True
    staff.line_manager_id = listed.line_manager_id or staff.line_manager_id
    staff.job_group, staff.starts_on = listed.job_group or staff.job_group, listed.starts_on or staff.starts_on
    managed = update(StaffMember).where(StaffMember.line_manager_id == listed.id)
    session.execute(managed.values(line_manager_id=staff.id))
    move_exceptions(session, listed.id, staff.id)
    move_reminders(session, listed.id, staff.id)
    _delete(session, listed.id)


def take_along(session: Session, staff_ids: Collection[int], to_id: int) -> None:
    """Let someone have the exceptions and reminders of those of these whose last entry has become theirs."""
    session.flush()
    still_there = set(session.scalars(select(StaffEntry.staff_id).where(StaffEntry.staff_id.in_(staff_ids))))
    for staff_id in sorted(set(staff_ids) - still_there):
        move_exceptions(session, staff_id, to_id)
        move_reminders(session, staff_id, to_id)


def forget_empty(session: Session, staff_ids: Collection[int]) -> None:
    """Delete those of these staff members who have become one with others, and whom nothing else names."""
    others = aliased(StaffMember)
    has_entry = select(StaffEntry.person_id).where(StaffEntry.staff_id == StaffMember.id).exists()
    manages = select(others.id).where(others.line_manager_id == StaffMember.id).exists()
    unnamed = StaffMember.email.is_(None), StaffMember.number.is_(None), ~has_entry, ~manages
    for staff_id in session.scalars(select(StaffMember.id).where(StaffMember.id.in_(staff_ids), *unnamed)).all():
        _delete(session, staff_id)


def _delete(session: Session, staff_id: int) -> None:
    """Delete a staff member; where something else is about them, a row without anything in it stays."""
    with suppress(IntegrityError), session.begin_nested():
        gone = delete(StaffMember).where(StaffMember.id == staff_id)
        session.execute(gone.execution_options(synchronize_session=False))
