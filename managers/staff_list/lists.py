"""Lists as they are kept: taken in, found, shown and cleared away."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.domain.days import day_of
from core.domain.names import legible
from core.schools import schools_of
from lti.models import Membership
from managers.models import StaffEntry, StaffMember
from managers.staff_list.domain.columns import WrongList
from managers.staff_list.domain.known import KnownMember, KnownStaff, StaffFacts
from managers.staff_list.domain.plan import Plan, plan_for
from managers.staff_list.domain.rows import Sheet, sheet_from
from managers.staff_list.domain.table import table_in
from managers.staff_list.models import ListState, StaffList

LARGEST = 10_000_000
MOST_ROWS = 100_000
# A list that was only looked at, and one that was applied and could still be undone.
LOOKED_AT, UNDONE_UNTIL = timedelta(days=1), timedelta(days=90)


def keep_list(session: Session, trust: str, content: bytes, actor: Actor, now: datetime) -> StaffList:
    """Take in a list that someone uploads, to be looked at before anything changes; WrongList if it cannot be read."""
    sheet = sheet_from(table_in(content), day_of(now))
    if not sheet.rows and not sheet.problems:
        raise WrongList("The list names no one. Add a line for each person below the names of the columns.")
    if len(sheet.rows) > MOST_ROWS:
        raise WrongList(f"The list has more than {MOST_ROWS:,} lines. Split it, and upload one part after the other.")
    kept = StaffList(trust=trust, digest=sha256(content).hexdigest(), rows=len(sheet.rows), uploaded_at=now)
    kept.uploaded_by_id, kept.sheet = actor.person_id or 0, packed(sheet.as_json())
    session.add(kept)
    session.flush()
    record(session, actor, "uploaded", Thing("staff list", kept.id), now, trust=trust, rows=kept.rows)
    return kept


def packed(value: Any) -> bytes:
    """Return a value as compressed JSON."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1)


def unpacked(kept: bytes | None) -> Any:
    """Return a value that was compressed."""
    return json.loads(zlib.decompress(kept)) if kept else None


def find_list(session: Session, trust: str, number: int) -> StaffList | None:
    """Return a list of a trust by its number, or None if there is none."""
    return session.scalar(select(StaffList).where(StaffList.trust == trust, StaffList.id == number))


def lists_of(session: Session, trust: str, most: int) -> Sequence[StaffList]:
    """Return the latest lists of a trust that were applied or are about to be."""
    shown = StaffList.trust == trust, StaffList.state != ListState.READ
    return session.scalars(select(StaffList).where(*shown).order_by(StaffList.id.desc()).limit(most)).all()


def to_undo(session: Session, trust: str) -> StaffList | None:
    """Return the list of a trust that was applied last and is not undone, or None."""
    applied = StaffList.trust == trust, StaffList.state == ListState.APPLIED
    latest = select(StaffList).where(*applied).order_by(StaffList.applied_at.desc(), StaffList.id.desc())
    return session.scalar(latest.limit(1))


def sheet_of(kept: StaffList) -> Sheet | None:
    """Return what a list said when it was read, or None if that is no longer kept."""
    return Sheet.from_json(unpacked(kept.sheet)) if kept.sheet else None


@dataclass(frozen=True)
class Prepared:
    """What is known of a trust's staff, and what a list would change of it."""

    known: KnownStaff
    plan: Plan


def prepare(session: Session, kept: StaffList, sheet: Sheet, before: Prepared | None = None) -> Prepared:
    """Return what a list would change now; what was worked out before, if nothing has changed since."""
    known = known_staff(session, kept.trust)
    if before and before.known.is_same(known):
        return before
    return Prepared(known, plan_for(sheet, known, kept.adds_schools))


def known_staff(session: Session, trust: str) -> KnownStaff:
    """Return what is known of the staff and the schools of a trust."""
    here = select(StaffEntry.staff_id).join(StaffMember).where(StaffMember.trust == trust).distinct()
    entered = set(session.scalars(here))
    stay = here.join(Membership, Membership.person_id == StaffEntry.person_id).where(Membership.left_at.is_(None))
    gone = entered - set(session.scalars(stay))
    columns = StaffMember.__table__.c
    wanted = select(
        columns.id,
        columns.name,
        columns.email,
        columns.number,
        columns.school_id,
        columns.school_given,
        columns.line_manager_id,
        columns.job_group,
        columns.starts_on,
    ).where(columns.trust == trust)
    members = [
        KnownMember(staff_id, name, StaffFacts(*facts), staff_id in entered, staff_id in gone)
        for staff_id, name, *facts in session.execute(wanted)
    ]
    schools = {school.sort_name: (school.id, legible(school.name)) for school in schools_of(session, trust)}
    return KnownStaff(members, schools)


def clear_away(session: Session, now: datetime) -> None:
    """Delete lists that were only looked at, and what is kept of others once they cannot be undone any more."""
    old = StaffList.state == ListState.READ, StaffList.uploaded_at < now - LOOKED_AT
    session.execute(delete(StaffList).where(*old))
    done = StaffList.applied_at < now - UNDONE_UNTIL
    there = or_(StaffList.sheet.is_not(None), StaffList.before.is_not(None))
    session.execute(update(StaffList).where(done, there).values(sheet=None, before=None))
