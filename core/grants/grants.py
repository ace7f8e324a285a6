"""Giving grants, withdrawing them, and asking what an address holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Detail, Thing
from core.audit.trail import record
from core.domain.days import day_of
from core.domain.names import legible
from core.grants.domain.grant import GrantRole, HeldGrant, Offer, problem_with
from core.grants.models import Grant, GrantSchool
from core.mail.domain.message import folded_address
from core.schools import School, schools_with
from core.trusts import Trust
from db import hold


class WrongGrant(ValueError):
    """A grant cannot be given like this; ``part`` is which part of it is wrong, and the words say what to do."""

    def __init__(self, part: str, words: str) -> None:
        """Say which part is wrong, and what to do about it."""
        super().__init__(words)
        self.part = part


class NoSuchGrant(LookupError):
    """There is no grant with this number that could be withdrawn."""


class LastAdministrator(ValueError):
    """Without this grant, no one could give grants on the administrator's page any more."""


def give(session: Session, offer: Offer, actor: Actor, now: datetime) -> Grant:
    """Give a grant, or change the last day of one that is held already; WrongGrant if it cannot be given."""
    email = folded_address(offer.email)
    if not email:
        raise WrongGrant("email", "Enter an e-mail address, such as name@school.example")
    offer = replace(offer, email=email, title=legible(offer.title or "") or None)
    if problem := problem_with(offer, day_of(now)):
        raise WrongGrant(*problem)
    if len(schools_with(session, offer.trust, offer.school_ids)) < len(offer.school_ids):
        raise WrongGrant("school", "Choose schools of this trust")
    # So that two who give the same at the same time do not give it twice.
    hold(session, session.get_one(Trust, offer.trust))
    if held := _same(session, offer, now):
        _set_end(session, held, offer, actor, now)
        return held
    return _add(session, offer, actor, now)


def _same(session: Session, offer: Offer, now: datetime) -> Grant | None:
    """Return the grant in force that is the one offered, whatever its end."""
    wanted = select(Grant).where(Grant.trust == offer.trust, Grant.email == offer.email, Grant.role == offer.role)
    found = session.scalars(wanted.where(Grant.title.is_not_distinct_from(offer.title), *in_force(now))).all()
    schools = _school_ids(session, found)
    return next((grant for grant in found if schools[grant.id] == offer.school_ids), None)


def _set_end(session: Session, grant: Grant, offer: Offer, actor: Actor, now: datetime) -> None:
    if grant.until != offer.until:
        grant.until = offer.until
        record(session, actor, "changed", Thing("grant", grant.id), now, **_about(grant))


def _add(session: Session, offer: Offer, actor: Actor, now: datetime) -> Grant:
    about = {"trust": offer.trust, "role": offer.role, "email": offer.email, "title": offer.title, "until": offer.until}
    grant = Grant(**about, given_at=now)
    session.add(grant)
    session.flush()
    session.add_all(GrantSchool(grant_id=grant.id, school_id=each) for each in sorted(offer.school_ids))
    session.flush()
    record(session, actor, "given", Thing("grant", grant.id), now, schools=[*sorted(offer.school_ids)], **_about(grant))
    return grant


def _about(grant: Grant) -> dict[str, Detail]:
    until = grant.until.isoformat() if grant.until else None
    return {"trust": grant.trust, "role": grant.role.value, "until": until}


def withdraw(session: Session, number: int, actor: Actor, now: datetime, trust: str | None = None) -> Grant:
    """Withdraw a grant that is in force, perhaps only one of this trust; NoSuchGrant if there is none."""
    grant = find_grant(session, number, now, trust)
    if not grant:
        raise NoSuchGrant(number)
    grant.withdrawn_at = now
    record(session, actor, "withdrawn", Thing("grant", grant.id), now, **_about(grant))
    return grant


def give_as_administrator(session: Session, offer: Offer, actor: Actor, now: datetime) -> Grant:
    """Give a grant on behalf of an administrator, who cannot give the last administrator a last day."""
    given = give(session, offer, actor, now)
    if given.until and is_last_administrator(session, given, now):
        raise WrongGrant("until", "The last administrator cannot have a last day. Give someone else this role first")
    return given


def withdraw_unless_last(session: Session, number: int, trust: str, actor: Actor, now: datetime) -> Grant:
    """Withdraw a grant on behalf of an administrator, who cannot withdraw the last administrator's."""
    # So that two administrators cannot withdraw each other's at the same time.
    hold(session, session.get_one(Trust, trust))
    grant = find_grant(session, number, now, trust)
    if grant and is_last_administrator(session, grant, now):
        raise LastAdministrator(number)
    return withdraw(session, number, actor, now, trust)


def find_grant(session: Session, number: int, now: datetime, trust: str | None = None) -> Grant | None:
    """Return a grant in force by its number, perhaps only one of this trust; None if there is none."""
    wanted = select(Grant).where(Grant.id == number, *in_force(now))
    return session.scalar(wanted.where(Grant.trust == trust) if trust else wanted)


def is_last_administrator(session: Session, grant: Grant, now: datetime) -> bool:
    """Say whether a grant is an administrator's and no other address of the trust holds one."""
    others = Grant.trust == grant.trust, Grant.role == GrantRole.ADMINISTRATOR, Grant.email != grant.email
    if grant.role is not GrantRole.ADMINISTRATOR:
        return False
    return session.scalar(select(Grant.id).where(*others, *in_force(now)).limit(1)) is None


def in_force(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a grant counts at a moment."""
    return Grant.withdrawn_at.is_(None), or_(Grant.until.is_(None), Grant.until >= day_of(now))


def held_by(session: Session, trust: str, email: str | None, now: datetime) -> tuple[HeldGrant, ...]:
    """Return the grants that an address holds for a trust, the oldest first."""
    address = folded_address(email)
    return as_held(session.execute(holdings_of(trust, address, now))) if address else ()


def holdings_of(trust: str, address: str, now: datetime) -> Select[Grant, int | None]:
    """Select what a folded address holds for a trust: each grant with one of its schools, or with none."""
    return (
        select(Grant, GrantSchool.school_id)
        .outerjoin(GrantSchool, GrantSchool.grant_id == Grant.id)
        .where(Grant.trust == trust, Grant.email == address, *in_force(now))
        .order_by(Grant.id)
    )


def as_held(rows: Iterable[Row[Grant, int | None] | tuple[Grant, int | None]]) -> tuple[HeldGrant, ...]:
    """Return grants from the rows of this query."""
    grants: dict[int, Grant] = {}
    schools: dict[int, set[int]] = defaultdict(set)
    for grant, school_id in rows:
        grants[grant.id] = grant
        schools[grant.id].update([school_id] if school_id else [])
    return tuple(
        HeldGrant(grant.id, grant.role, frozenset(schools[grant.id]), grant.title, grant.until)
        for grant in grants.values()
    )


@dataclass(frozen=True)
class ListedGrant:
    """A grant as lists show it, with the names of its schools."""

    grant: Grant
    schools: tuple[str, ...]
    is_in_force: bool


def list_grants(session: Session, now: datetime, trust: str | None = None) -> list[ListedGrant]:
    """Return all grants that were ever given, or those of one trust, with whether they still count, by address."""
    wanted = select(Grant).order_by(Grant.trust, Grant.email, Grant.id)
    found = session.scalars(wanted.where(Grant.trust == trust) if trust else wanted).all()
    names = _school_names(session, trust)
    return [ListedGrant(grant, tuple(names.get(grant.id, ())), counts_on(grant, now)) for grant in found]


def counts_on(grant: Grant, now: datetime) -> bool:
    """Say whether a grant counts at a moment."""
    return not grant.withdrawn_at and (not grant.until or grant.until >= day_of(now))


def _school_names(session: Session, trust: str | None) -> dict[int, list[str]]:
    wanted = select(GrantSchool.grant_id, School.name).join(School, School.id == GrantSchool.school_id)
    names: dict[int, list[str]] = defaultdict(list)
    for number, name in session.execute(
        (wanted.where(School.trust == trust) if trust else wanted).order_by(School.sort_name)
    ):
        names[number].append(name)
    return names


def _school_ids(session: Session, grants: Sequence[Grant]) -> dict[int, frozenset[int]]:
    wanted = select(GrantSchool.grant_id, GrantSchool.school_id)
    found: dict[int, set[int]] = {grant.id: set() for grant in grants}
    for number, school_id in session.execute(wanted.where(GrantSchool.grant_id.in_(found))):
        found[number].add(school_id)
    return {number: frozenset(schools) for number, schools in found.items()}
