"""Finding for each person of an LMS the staff member that they are: one human being is one row."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from core.domain.names import sort_name
from core.mail.domain.message import folded_address
from lti.domain.known_platforms import confirms_addresses
from lti.models import Person, Platform
from managers.models import StaffEntry, StaffMember
from managers.staff.domain.belonging import Known, LmsPerson, belongs_to, groups_of
from modules.models import Join, JoinState


def place_people(session: Session, people: Collection[int]) -> set[int]:
    """Let each of these people belong to a staff member, and return the staff members whose entries that concerns.

    People whose entries are joined, or whose LMSs vouch for the same address, are one. A test person is no one.
    """
    links = _links(session, people)
    entries = _entries(session, {*people, *(each for link in links for each in link)})
    rows = _rows(session, [entry.person_id for entry in entries])
    current, by_address = _current(session, rows), _by_address(session, entries)
    concerned = {row.staff_id for row in rows.values()}
    known = _members(session, concerned | {each.staff_id for each in by_address.values()})
    for group in groups_of(entries, links):
        staff = known.get(belongs_to(group, by_address, current) or 0) or _new_member(session, group[0].trust)
        _describe(staff, group, by_address)
        session.flush()
        known[staff.id] = staff
        if staff.email:
            by_address[staff.trust, staff.email] = Known(staff.id, staff.name, None)
        _place(session, group, rows, staff.id)
        concerned.add(staff.id)
    session.flush()
    return concerned


def _links(session: Session, people: Collection[int]) -> set[tuple[int, int]]:
    """Return the joins in force among these people and all whom they are linked with, however many lie in between."""
    known, links = set(people), set[tuple[int, int]]()
    while True:
        touching = or_(Join.person_id.in_(known), Join.same_as_id.in_(known))
        wanted = select(Join.person_id, Join.same_as_id).where(Join.state == JoinState.JOINED, touching)
        links = {(one, other) for one, other in session.execute(wanted)}
        reached = {each for link in links for each in link}
        if reached <= known:
            return links
        known |= reached


def _entries(session: Session, people: Collection[int]) -> list[LmsPerson]:
    """Return what tells who these people are; an address that they may have chosen themselves does not."""
    wanted = (
        select(Person.id, Platform.trust, Person.name, Person.email, Platform.family, Platform.confirms_addresses)
        .join(Platform, Platform.id == Person.platform_id)
        .where(Person.id.in_(people), Person.is_test.is_(False))
    )
    return [
        LmsPerson(person_id, trust, name, folded_address(email) if confirms_addresses(family, decided) else None)
        for person_id, trust, name, email, family, decided in session.execute(wanted)
    ]


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


def _members(session: Session, staff_ids: Collection[int]) -> dict[int, StaffMember]:
    found = session.scalars(select(StaffMember).where(StaffMember.id.in_(staff_ids))) if staff_ids else ()
    return {member.id: member for member in found}


def _new_member(session: Session, trust: str) -> StaffMember:
    staff = StaffMember(trust=trust, sort_name="", school_given=False)
    session.add(staff)
    return staff


def _describe(staff: StaffMember, group: Sequence[LmsPerson], by_address: dict[tuple[str, str], Known]) -> None:
    """Bring what we know of a staff member up to date: an LMS that leaves something out does not make us forget it."""
    names = [entry.name for entry in reversed(group) if entry.name]
    free = [each.address for each in reversed(group) if each.address and (each.trust, each.address) not in by_address]
    staff.name = names[0] if names else staff.name
    staff.email = free[0] if free else staff.email
    staff.sort_name = sort_name(staff.name, staff.email, f"{group[0].person_id}")


def _place(session: Session, group: Sequence[LmsPerson], rows: dict[int, StaffEntry], staff_id: int) -> None:
    for entry in group:
        if entry.person_id not in rows:
            rows[entry.person_id] = StaffEntry(person_id=entry.person_id)
            session.add(rows[entry.person_id])
        rows[entry.person_id].staff_id = staff_id
