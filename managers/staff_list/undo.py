"""Undoing the list that was applied last: all that it changed is as it was before."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.grants.domain.grant import GrantRole
from core.grants.several import give_to_all, withdraw_from_all
from core.schools import School
from managers.models import StaffEntry, StaffMember
from managers.staff_list.apply import facts_from_json, take_turns
from managers.staff_list.domain.known import StaffFacts
from managers.staff_list.domain.plan import StaffChange
from managers.staff_list.lists import known_staff, to_undo, unpacked
from managers.staff_list.models import ListState, StaffList
from managers.staff_list.write import follow_up, pieces_of, write_changes

NOT_LOADED = {"synchronize_session": False}


class CannotUndo(Exception):
    """A list cannot be undone: it is not applied, a later one is, or what was before is no longer kept."""


def undo(session: Session, kept: StaffList, actor: Actor, now: datetime) -> bool:
    """Put back all that a list changed; say whether people's training is yet to follow. CannotUndo."""
    take_turns(session, kept.trust)
    session.refresh(kept)
    latest = to_undo(session, kept.trust)
    said = unpacked(kept.before)
    if not latest or latest.id != kept.id or not said:
        raise CannotUndo
    trust = kept.trust
    restored, added = _restored(session, trust, said["changes"])
    write_changes(session, trust, restored, {})
    _remove_people(session, added)
    withdraw_from_all(session, trust, GrantRole.LINE_MANAGER, said["given"], actor, now)
    again = give_to_all(session, trust, GrantRole.LINE_MANAGER, said["withdrawn"], actor, now)
    kept.state, kept.undone_at, kept.before = ListState.UNDONE, now, None
    counts = {"people": len(restored), "grants": len(again)}
    record(session, actor, "undone", Thing("staff list", kept.id), now, trust=trust, **counts)
    gone = set(added)
    is_left = follow_up(session, trust, [each.staff_id for each in restored if each.staff_id not in gone], now)
    # No one's training names them any more.
    _remove_schools(session, said["schools"])
    return is_left


def _restored(session: Session, trust: str, said: Sequence[list[Any]]) -> tuple[list[StaffChange], list[int]]:
    """Return what to put back of those who are still there, and who was added by the list."""
    members = known_staff(session, trust).members
    changes, added = [], []
    for staff_id, before, after in said:
        if member := members.get(staff_id):
            facts = _as_before(member.facts, facts_from_json(before) if before else None, facts_from_json(after))
            changes.append(StaffChange(staff_id, 0, member.facts, facts))
            added += [] if before or member.is_in_lms else [staff_id]
    return changes, added


def _as_before(now: StaffFacts, before: StaffFacts | None, after: StaffFacts) -> StaffFacts:
    """Return what is known with what a list changed as it was; someone new keeps the address they are known by."""
    was = before or StaffFacts(email=now.email, number=None if now.email else now.number)
    changed = {each.name for each in fields(StaffFacts) if getattr(was, each.name) != getattr(after, each.name)}
    return replace(now, **{name: getattr(was, name) for name in changed})


def _remove_people(session: Session, staff_ids: Sequence[int]) -> None:
    """Delete people whom the list alone named; whoever is named elsewhere by now stays."""
    others = aliased(StaffMember)
    managed = exists().where(others.line_manager_id == StaffMember.id)
    known = exists().where(StaffEntry.staff_id == StaffMember.id)
    for piece in pieces_of(staff_ids):
        with suppress(IntegrityError), session.begin_nested():
            session.execute(
                delete(StaffMember).where(StaffMember.id.in_(piece), ~managed, ~known), execution_options=NOT_LOADED
            )


def _remove_schools(session: Session, school_ids: Sequence[int]) -> None:
    """Delete the schools that the list added, unless a course, a role or anything else belongs to them by now."""
    for school_id in school_ids:
        with suppress(IntegrityError), session.begin_nested():
            session.execute(delete(School).where(School.id == school_id), execution_options=NOT_LOADED)
