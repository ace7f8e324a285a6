"""Staff members who may be the same person, and what someone who knows them decides about it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.changes import people_changed
from core.domain.names import alike
from lti.models import Person, Platform
from managers.models import SamePerson, StaffEntry, StaffMember

# Whoever is looked through for an alike name; more have one word of a name in common only if it is a very common one.
MOST_LOOKED_AT = 500
Pair = tuple[int, int]


class NotToDecide(LookupError):
    """There are no such two people in the trust, or no learning site knows either of them."""


@dataclass(frozen=True)
class Decision:
    """What was decided about two staff members, and when; after “one person”, both are the same staff member."""

    number: int
    one: StaffMember
    other: StaffMember
    is_same: bool
    decided_at: datetime


def may_be_same(session: Session, member: StaffMember) -> list[StaffMember]:
    """Return other staff members of the trust with an alike name, or an address in common that no LMS vouches for."""
    word = max((member.sort_name if member.name else "").split(), key=len, default="")
    alike_ones: Iterable[StaffMember] = ()
    if word:
        has_word = StaffMember.trust == member.trust, StaffMember.id != member.id, StaffMember.name.is_not(None)
        named = select(StaffMember).where(*has_word, StaffMember.sort_name.contains(word, autoescape=True))
        alike_ones = session.scalars(named.order_by(StaffMember.id).limit(MOST_LOOKED_AT)).all()
    found = {each.id for each in alike_ones if alike(each.name, member.name)}
    shared = _address_pairs(member.trust).where(or_(StaffMember.id == member.id, StaffEntry.staff_id == member.id))
    found |= {each for pair in session.execute(shared) for each in pair}
    left = found - {member.id} - {each for pair in _apart(session, member.trust) if member.id in pair for each in pair}
    return list(session.scalars(select(StaffMember).where(StaffMember.id.in_(left)).order_by(StaffMember.sort_name)))


def pairs_of(session: Session, trust: str, most: int) -> list[tuple[StaffMember, StaffMember]]:
    """Return pairs that may be the same and about whom no one has decided: by address first, then by name."""
    apart = _apart(session, trust)
    room = most + len(apart)
    other = aliased(StaffMember)
    named = (
        select(StaffMember.id, other.id)
        .join(other, and_(other.trust == StaffMember.trust, other.sort_name == StaffMember.sort_name))
        .where(StaffMember.trust == trust, StaffMember.id < other.id)
        .where(StaffMember.name.is_not(None), other.name.is_not(None))
        .order_by(StaffMember.sort_name, StaffMember.id, other.id)
    )
    found: dict[Pair, None] = {}
    for wanted in (_address_pairs(trust), named):
        for one, two in session.execute(wanted.limit(room)):
            found[min(one, two), max(one, two)] = None
    left = [pair for pair in found if pair not in apart][:most]
    members = _members(session, {each for pair in left for each in pair})
    return [(members[one], members[two]) for one, two in left]


def _address_pairs(trust: str):  # type: ignore[no-untyped-def]  # a question about pairs
    """Select who has an address, and who else says that it is theirs without an LMS that vouches for it."""
    return (
        select(StaffMember.id, StaffEntry.staff_id)
        .select_from(Person)
        .join(Platform, Platform.id == Person.platform_id)
        .join(StaffMember, and_(StaffMember.trust == Platform.trust, StaffMember.email == func.lower(Person.email)))
        .join(StaffEntry, StaffEntry.person_id == Person.id)
        .where(Platform.trust == trust, StaffEntry.staff_id != StaffMember.id)
        .order_by(StaffMember.id, StaffEntry.staff_id)
    )


def _members(session: Session, staff_ids: Collection[int]) -> dict[int, StaffMember]:
    found = session.scalars(select(StaffMember).where(StaffMember.id.in_(staff_ids))) if staff_ids else ()
    return {member.id: member for member in found}


def decisions_of(session: Session, trust: str) -> list[Decision]:
    """Return what was decided about people of a trust, the latest first, as far as both are still known."""
    first, second = aliased(StaffEntry), aliased(StaffEntry)
    wanted = (
        select(SamePerson, first.staff_id, func.coalesce(second.staff_id, StaffMember.id))
        .join(first, first.person_id == SamePerson.person_id)
        .join(Person, Person.id == SamePerson.person_id)
        .join(Platform, Platform.id == Person.platform_id)
        .outerjoin(second, second.person_id == SamePerson.other_id)
        .outerjoin(StaffMember, and_(StaffMember.trust == trust, StaffMember.email == SamePerson.address))
        .where(Platform.trust == trust)
        .order_by(SamePerson.id.desc())
    )
    rows = [row for row in session.execute(wanted) if row[2]]
    members = _members(session, {each for row in rows for each in row[1:]})
    return [Decision(row.id, members[one], members[two], row.is_same, row.decided_at) for row, one, two in rows]


def _apart(session: Session, trust: str) -> set[Pair]:
    return {
        (min(each.one.id, each.other.id), max(each.one.id, each.other.id))
        for each in decisions_of(session, trust)
        if not each.is_same
    }


def decide(session: Session, trust: str, pair: Pair, is_same: bool, actor: Actor, now: datetime) -> None:
    """Note that two staff members of a trust are one person, or two, and let all that is kept of them follow."""
    one, two = (session.get(StaffMember, each) for each in pair)
    if not one or not two or one is two or {one.trust, two.trust} != {trust}:
        raise NotToDecide
    entries = {each.id: _entries(session, each.id) for each in (one, two)}
    known, other = (one, two) if entries[one.id] else (two, one)
    if not entries[known.id] or not (entries[other.id] or other.email):
        raise NotToDecide
    decision = SamePerson(person_id=entries[known.id][0], is_same=is_same, decided_at=now)
    decision.decided_by_id = actor.person_id or 0
    decision.other_id = entries[other.id][0] if entries[other.id] else None
    decision.address = None if decision.other_id else other.email
    session.add(decision)
    session.flush()
    record(session, actor, "decided", Thing("staff member", one.id), now, trust=trust, other=two.id, same=is_same)
    people_changed(session, [*entries[one.id], *entries[two.id]], now)


def _entries(session: Session, staff_id: int) -> Sequence[int]:
    wanted = select(StaffEntry.person_id).where(StaffEntry.staff_id == staff_id).order_by(StaffEntry.person_id)
    return session.scalars(wanted).all()


def take_back(session: Session, trust: str, number: int, actor: Actor, now: datetime) -> None:
    """Take a decision back: everything is as if no one had decided. NotToDecide if there is no such decision."""
    decision = session.get(SamePerson, number)
    at = select(Platform.trust).join(Person, Person.platform_id == Platform.id)
    if not decision or session.scalar(at.where(Person.id == decision.person_id)) != trust:
        raise NotToDecide
    people = [each for each in (decision.person_id, decision.other_id) if each]
    session.execute(delete(SamePerson).where(SamePerson.id == number))
    record(session, actor, "taken back", Thing("decision", number), now, trust=trust)
    people_changed(session, people, now)
