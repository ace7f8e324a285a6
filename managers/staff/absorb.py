"""Someone whom only a list named becomes one with the staff member whom an LMS knows, once both turn out to be one."""

from collections.abc import MutableMapping, Sequence
from contextlib import suppress

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from managers.models import StaffEntry, StaffMember
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
    with suppress(IntegrityError), session.begin_nested():
        # Where something else is about them, a row without anything in it stays.
        gone = delete(StaffMember).where(StaffMember.id == listed.id)
        session.execute(gone.execution_options(synchronize_session=False))
