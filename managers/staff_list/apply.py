"""Applying a list: all of it or nothing, and only if it still does what the person who agreed to it was shown."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Thing
from core.audit.trail import record
from core.grants.domain.grant import GrantRole
from core.grants.several import give_to_all, withdraw_from_all
from core.schools import add_school
from core.trusts import Trust
from db import hold
from managers.staff_list.domain.known import StaffFacts
from managers.staff_list.domain.plan import Plan
from managers.staff_list.lists import Prepared, packed, prepare, sheet_of
from managers.staff_list.models import ListState, StaffList
from managers.staff_list.write import follow_up, write_changes


class NoLongerFits(Exception):
    """A list would no longer make the changes that someone was shown, so nothing was changed."""


class NothingToApply(Exception):
    """A list was applied or undone before, or its rows are no longer kept."""


def take_turns(session: Session, trust: str) -> None:
    """Let one list of a trust wait for the other."""
    hold(session, session.get_one(Trust, trust))


def ask_to_apply(session: Session, kept: StaffList, wanted: str, actor: Actor, now: datetime) -> None:
    """Note that someone agreed to these changes, and wants them made in the background."""
    take_turns(session, kept.trust)
    session.refresh(kept)
    if kept.state is not ListState.READ:
        raise NothingToApply
    kept.state, kept.wanted, kept.trouble = ListState.APPLYING, wanted, None
    kept.wanted_by_id, kept.wanted_at, kept.visit = actor.person_id, now, actor.means


def apply(
    session: Session, kept: StaffList, wanted: str, actor: Actor, now: datetime, before: Prepared | None = None
) -> bool:
    """Make the changes that someone agreed to; say whether people's training is yet to follow.

    What was worked out ``before`` keeps others waiting less long, and counts only if nothing has changed since.

    NoLongerFits if the list would now change something else, NothingToApply if it is not there to be applied.
    """
    take_turns(session, kept.trust)
    session.refresh(kept)
    sheet = sheet_of(kept)
    if kept.state not in {ListState.READ, ListState.APPLYING} or not sheet:
        raise NothingToApply
    plan = prepare(session, kept, sheet, before).plan
    if plan.problems or plan.digest != wanted:
        raise NoLongerFits
    return _make_changes(session, kept, plan, actor, now)


def _make_changes(session: Session, kept: StaffList, plan: Plan, actor: Actor, now: datetime) -> bool:
    trust = kept.trust
    added = [add_school(session, trust, name, actor, now).id for name in plan.new_schools]
    ids = write_changes(session, trust, plan.changes, {-place: each for place, each in enumerate(added, 1)})
    given = give_to_all(session, trust, GrantRole.LINE_MANAGER, plan.new_managers, actor, now)
    withdrawn = withdraw_from_all(session, trust, GrantRole.LINE_MANAGER, plan.former_managers, actor, now)
    changes = [
        [ids.get(each.staff_id, each.staff_id), each.before and facts_as_json(each.before), facts_as_json(each.after)]
        for each in plan.changes
    ]
    kept.before = packed({"changes": changes, "schools": added, "given": given, "withdrawn": withdrawn})
    kept.state, kept.applied_at, kept.trouble = ListState.APPLIED, now, None
    kept.added, kept.changed = plan.new, plan.changed
    counts = {"added": plan.new, "changed": plan.changed, "schools": len(added), "grants": len(given)}
    record(
        session, actor, "applied", Thing("staff list", kept.id), now, trust=trust, withdrawn=len(withdrawn), **counts
    )
    return follow_up(session, trust, _known_ids(plan), now)


def _known_ids(plan: Plan) -> list[int]:
    return [each.staff_id for each in plan.changes if each.before is not None]


def facts_as_json(facts: StaffFacts) -> list[Any]:
    """Return facts as they are kept until a list is undone."""
    starts_on = facts.starts_on.isoformat() if facts.starts_on else None
    given = facts.is_school_given
    return [facts.email, facts.number, facts.school, given, facts.manager, facts.job_group, starts_on]


def facts_from_json(kept: Sequence[Any]) -> StaffFacts:
    """Return facts that were kept."""
    email, number, school, given, manager, job_group, starts_on = kept
    return StaffFacts(
        email, number, school, given, manager, job_group, date.fromisoformat(starts_on) if starts_on else None
    )
