"""Finding for each person of an LMS the staff member that they are: one human being is one row."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from core.domain.names import sort_name
from managers.models import StaffEntry, StaffMember
from managers.staff.absorb import absorb_listed, take_along
from managers.staff.domain.belonging import Known, LmsPerson, belongs_to, groups_of
from managers.staff.known_by import entries_of, links_of


def place_people(session: Session, people: Collection[int]) -> set[int]:
    """Let each of these people belong to a staff member, and return the staff members whose entries that concerns.

    People whose entries are joined, or whose LMSs vouch for the same address, are one. A test person is no one.
    """
    links = links_of(session, people)
    entries = entries_of(session, {*people, *(each for link in links for each in link)})
    rows = _rows(session, [entry.person_id for entry in entries])
    current, by_address, by_number = (
        _current(session, rows),
        _by_address(session, entries),
        _by_number(session, entries),
    )
    concerned = {row.staff_id for row in rows.values()}
    named = {each.staff_id for each in (*by_address.values(), *by_number.values())}
    known = _members(session, concerned | named)
    for group in groups_of(entries, links):
        whose = belongs_to(group, by_address, by_number, current)
        staff = known.get(whose or 0) or _new_member(session, group[0].trust)
        absorb_listed(session, staff, group, known, by_address, by_number)
        _describe(staff, group, by_address, by_number)
        session.flush()
        known[staff.id] = staff
        if staff.email:
            by_address[staff.trust, staff.email] = Known(staff.id, staff.name, None)
        if staff.number:
            by_number[staff.trust, staff.number] = Known(staff.id, staff.name, None)
        _place(session, group, rows, staff.id)
        concerned.add(staff.id)
    session.flush()
    return concerned


def _rows(session: Session, people: Collection[int]) -> dict[int, StaffEntry]:
    found = session.scalars(select(StaffEntry).where(StaffEntry.person_id.in_(people)))
    return {row.person_id: row for row in found}


def _current(session: Session, rows: dict[int, StaffEntry]) -> dict[int, Known]:
    """Return the staff member that each person has been so far, with the first entry of each."""
    firsts = (
        select(StaffMember.id, StaffMember.name, func.min(StaffEntry.person_id))
        .join(StaffEntry, StaffEntry.staff_id == StaffMember.id)
        .where(StaffMember.id.in_({row.staff_id for row in rows.values()}))
        .group_by(StaffMember.id, StaffMember.name)
    )
    known = {row[0]: Known(*row) for row in session.execute(firsts)} if rows else {}
    return {person_id: known[row.staff_id] for person_id, row in rows.items()}


def _by_address(session: Session, entries: Sequence[LmsPerson]) -> dict[tuple[str, str], Known]:
    addresses = {(entry.trust, entry.address) for entry in entries if entry.address}
    same = tuple_(StaffMember.trust, StaffMember.email).in_(addresses)
    wanted = select(StaffMember.trust, StaffMember.email, StaffMember.id, StaffMember.name).where(same)
    found = session.execute(wanted) if addresses else ()
    return {(trust, email): Known(staff_id, name, None) for trust, email, staff_id, name in found if email}


def _by_number(session: Session, entries: Sequence[LmsPerson]) -> dict[tuple[str, str], Known]:
    numbers = {(entry.trust, entry.number) for entry in entries if entry.number}
    same = tuple_(StaffMember.trust, StaffMember.number).in_(numbers)
    wanted = select(StaffMember.trust, StaffMember.number, StaffMember.id, StaffMember.name).where(same)
    found = session.execute(wanted) if numbers else ()
    return {(trust, number): Known(staff_id, name, None) for trust, number, staff_id, name in found if number}


def _members(session: Session, staff_ids: Collection[int]) -> dict[int, StaffMember]:
    found = session.scalars(select(StaffMember).where(StaffMember.id.in_(staff_ids))) if staff_ids else ()
    return {member.id: member for member in found}


def _new_member(session: Session, trust: str) -> StaffMember:
    staff = StaffMember(trust=trust, sort_name="", school_given=False)
    session.add(staff)
    return staff


def _describe(
    staff: StaffMember,
    group: Sequence[LmsPerson],
    by_address: Mapping[tuple[str, str], Known],
    by_number: Mapping[tuple[str, str], Known],
) -> None:
    """Bring what we know of a staff member up to date: an LMS that leaves something out does not make us forget it.

    A number that a list gave counts for more than what an LMS says.
    """
    latest = list(reversed(group))
    names = [entry.name for entry in latest if entry.name]
    free = [each.address for each in latest if each.address and (each.trust, each.address) not in by_address]
    numbers = [each.number for each in latest if each.number and (each.trust, each.number) not in by_number]
    staff.name = names[0] if names else staff.name
    staff.email = free[0] if free else staff.email
    staff.number = staff.number or (numbers[0] if numbers else None)
    staff.sort_name = sort_name(staff.name, staff.email, f"{group[0].person_id}")


def _place(session: Session, group: Sequence[LmsPerson], rows: dict[int, StaffEntry], staff_id: int) -> None:
    left = {rows[entry.person_id].staff_id for entry in group if entry.person_id in rows} - {staff_id}
    for entry in group:
        if entry.person_id not in rows:
            rows[entry.person_id] = StaffEntry(person_id=entry.person_id)
            session.add(rows[entry.person_id])
        rows[entry.person_id].staff_id = staff_id
    if left:
        take_along(session, left, staff_id)
