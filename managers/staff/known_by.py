"""What is known to be a person's: an address or a number that their LMS vouches for, or that someone has confirmed."""

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.mail.domain.message import folded_address
from lti.domain.known_platforms import confirms_addresses
from lti.models import Person, Platform
from lti.visits.models import ConfirmedAddress
from managers.models import SamePerson
from managers.staff.domain.belonging import LmsPerson
from modules.models import Join, JoinState


def links_of(session: Session, people: Collection[int]) -> set[tuple[int, int]]:
    """Return who is linked among these people and all whom they are linked with, however many lie in between.

    A link is a join in force, or someone's decision that two are one person.
    """
    known, links = set(people), set[tuple[int, int]]()
    while True:
        joined = or_(Join.person_id.in_(known), Join.same_as_id.in_(known))
        decided = or_(SamePerson.person_id.in_(known), SamePerson.other_id.in_(known))
        wanted = select(Join.person_id, Join.same_as_id).where(Join.state == JoinState.JOINED, joined)
        same = select(SamePerson.person_id, SamePerson.other_id).where(SamePerson.is_same, decided)
        both = wanted.union(same.where(SamePerson.other_id.is_not(None)))
        links = {(one, other) for one, other in session.execute(both)}
        reached = {each for link in links for each in link}
        if reached <= known:
            return links
        known |= reached


def entries_of(session: Session, people: Collection[int]) -> list[LmsPerson]:
    """Return what tells who these people are.

    What they may have chosen themselves in their LMS does not tell, unless they have confirmed it by a mailed code, or
    someone has decided that an address is theirs.
    """
    columns = Person.id, Platform.trust, Person.name, Person.email, Person.number, Platform.family
    wanted = (
        select(*columns, Platform.confirms_addresses)
        .join(Platform, Platform.id == Person.platform_id)
        .where(Person.id.in_(people), Person.is_test.is_(False))
    )
    confirmed, decided = _confirmed(session, people), _decided(session, people)
    found = []
    for person_id, trust, name, given, number, family, its_word in session.execute(wanted):
        is_vouched, address = confirms_addresses(family, its_word), folded_address(given)
        known = address if is_vouched or (person_id, address) in confirmed else decided.get(person_id)
        found.append(LmsPerson(person_id, trust, name, known, number if is_vouched else None))
    return found


def _confirmed(session: Session, people: Collection[int]) -> set[tuple[int, str | None]]:
    wanted = select(ConfirmedAddress.person_id, ConfirmedAddress.address)
    return {(one, address) for one, address in session.execute(wanted.where(ConfirmedAddress.person_id.in_(people)))}


def _decided(session: Session, people: Collection[int]) -> dict[int, str]:
    theirs = SamePerson.person_id.in_(people), SamePerson.is_same, SamePerson.address.is_not(None)
    wanted = select(SamePerson.person_id, SamePerson.address).where(*theirs).order_by(SamePerson.id)
    return {person_id: address for person_id, address in session.execute(wanted) if address}
