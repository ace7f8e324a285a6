"""The schools of a trust: added and renamed by those who look after it, and found by name or number."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.domain.names import LONGEST_SORT_NAME, folded, legible
from core.domain.suggestion import none_such
from core.trusts import Trust
from db import Base, bytewise

LONGEST_SCHOOL_NAME = 200


class School(Base):
    """A school of a trust. ``sort_name`` is its folded name: schools are sorted by it, and a trust has each once."""

    __tablename__ = "schools"
    __table_args__ = (UniqueConstraint("trust", "sort_name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trust: Mapped[str] = mapped_column(ForeignKey(Trust.key))
    name: Mapped[str] = mapped_column(String(LONGEST_SCHOOL_NAME))
    sort_name: Mapped[str] = mapped_column(bytewise(LONGEST_SORT_NAME))


class WrongSchool(ValueError):
    """A school cannot be added or renamed like this, or there is none like this; the words say what to do."""


def add_school(session: Session, trust: str, name: str, actor: Actor, now: datetime) -> School:
    """Add a school to a trust; WrongSchool if the trust has one of this name."""
    school = School(trust=trust, **_named(session, trust, name))
    session.add(school)
    session.flush()
    record(session, actor, "added", Thing("school", school.id), now, trust=trust)
    return school


def rename_school(session: Session, school: School, name: str, actor: Actor, now: datetime) -> None:
    """Give a school another name; WrongSchool if another school of the trust has it."""
    named = _named(session, school.trust, name, school.id)
    if named["name"] == school.name:
        return
    school.name, school.sort_name = named["name"], named["sort_name"]
    record(session, actor, "renamed", Thing("school", school.id), now, trust=school.trust)


def _named(session: Session, trust: str, given: str, own_id: int | None = None) -> dict[str, str]:
    """Return a name that can be kept, with what it is sorted by."""
    name, sorted_by = legible(given), _sorted_by(given)
    if not sorted_by or len(name) > LONGEST_SCHOOL_NAME:
        raise WrongSchool(f"Enter a name from 1 to {LONGEST_SCHOOL_NAME} characters long.")
    if name.isdecimal():
        raise WrongSchool(
            "Enter a name that is more than a number: a number alone stands for a school that is already here."
        )
    taken = session.scalar(select(School).where(School.trust == trust, School.sort_name == sorted_by))
    if taken and taken.id != own_id:
        raise WrongSchool(
            f"There is already a school “{taken.name}”, with the number {taken.id}. Choose a different name."
        )
    return {"name": name, "sort_name": sorted_by}


def _sorted_by(name: str) -> str:
    return folded(legible(name))[:LONGEST_SORT_NAME]


def schools_of(session: Session, trust: str | None = None) -> Sequence[School]:
    """Return the schools of a trust, or of all trusts, by name."""
    wanted = select(School).order_by(School.trust, School.sort_name)
    return session.scalars(wanted.where(School.trust == trust) if trust else wanted).all()


def find_school(session: Session, trust: str, given: str) -> School | None:
    """Return the school of a trust with this name, or with this number; None if there is none."""
    wanted = select(School).where(School.trust == trust, School.sort_name == _sorted_by(given))
    found = session.scalar(wanted)
    if found or not given.strip().isdecimal():
        return found
    numbered = session.get(School, int(given)) if len(given.strip()) < len(str(2**31)) else None
    return numbered if numbered and numbered.trust == trust else None


def the_school(session: Session, trust: str, given: str) -> School:
    """Return the school of a trust with this name or number; WrongSchool with similar names if there is none."""
    if school := find_school(session, trust, given):
        return school
    known = [school.name for school in schools_of(session, trust)]
    if not known:
        raise WrongSchool(f"there is no school {given}: the trust {trust} has none yet. Add them first: schools add")
    raise WrongSchool(none_such("school", given, known))


def schools_with(session: Session, trust: str, numbers: Collection[int]) -> Sequence[School]:
    """Return the schools with these numbers that belong to a trust, by name."""
    wanted = select(School).where(School.trust == trust, School.id.in_(numbers)).order_by(School.sort_name)
    return session.scalars(wanted).all()
