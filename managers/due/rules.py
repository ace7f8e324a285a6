"""Rules for due dates as a trust keeps them: added and ended."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Detail, Thing
from core.audit.trail import record
from core.domain.names import folded
from managers.due.domain.rules import Audience, Terms
from managers.due.models import DueRule
from managers.due.refresh import ask_for_refresh
from managers.models import StaffMember


class NoSuchRule(LookupError):
    """There is no rule with this number that could be ended here."""


def rules_in_force(session: Session, trust: str) -> Sequence[DueRule]:
    """Return the rules of a trust that are in force, those for a module first, then by school and job group."""
    wanted = select(DueRule).where(DueRule.trust == trust, DueRule.ended_at.is_(None))
    return sorted(session.scalars(wanted), key=lambda row: (row.rule.audience.specificity, row.id), reverse=True)


def add_rule(session: Session, trust: str, audience: Audience, terms: Terms, actor: Actor, now: datetime) -> DueRule:
    """Add a rule, in place of the one for the same people if there is one, and have due dates worked out anew."""
    for replaced in same_rules(session, trust, audience):
        _end(session, replaced, actor, now)
    rule = DueRule(trust=trust, module=audience.module, school_id=audience.school, job_group=audience.group)
    rule.kind, rule.day, rule.days, rule.added_at = terms.kind, terms.day, terms.days, now
    session.add(rule)
    session.flush()
    record(session, actor, "added", Thing("due rule", rule.id), now, **_about(rule))
    ask_for_refresh(session, trust, now)
    return rule


def end_rule(
    session: Session, number: int, trust: str, schools: Collection[int] | None, actor: Actor, now: datetime
) -> DueRule:
    """End a rule of a trust, and have due dates worked out anew; NoSuchRule if there is none that may be ended here.

    ``schools`` are those for which the actor may decide; None for all.
    """
    rule = session.get(DueRule, number)
    if not rule or rule.trust != trust or rule.ended_at or not may_decide(rule.school_id, schools):
        raise NoSuchRule(number)
    _end(session, rule, actor, now)
    ask_for_refresh(session, trust, now)
    return rule


def may_decide(school_id: int | None, schools: Collection[int] | None) -> bool:
    """Say whether someone who decides for these schools, or for all, may decide for a school, or for all."""
    return schools is None or school_id in schools


def _end(session: Session, rule: DueRule, actor: Actor, now: datetime) -> None:
    rule.ended_at = now
    record(session, actor, "ended", Thing("due rule", rule.id), now, **_about(rule))


def _about(rule: DueRule) -> dict[str, Detail]:
    day = rule.day.isoformat() if rule.day else None
    return {"trust": rule.trust, "module": rule.module, "school": rule.school_id, "kind": rule.kind.value, "day": day}


def same_rules(session: Session, trust: str, audience: Audience) -> list[DueRule]:
    """Return the rules in force for exactly the same people and module."""
    return [row for row in rules_in_force(session, trust) if _is_same(row.rule.audience, audience)]


def _is_same(one: Audience, other: Audience) -> bool:
    same_group = folded(one.group or "") == folded(other.group or "")
    return (one.module, one.school) == (other.module, other.school) and same_group


def job_groups(session: Session, trust: str) -> list[str]:
    """Return the job groups of a trust's staff, each once however it is written, by name."""
    return [written[-1] for _, written in sorted(spellings(session, trust).items())]


def spellings(session: Session, trust: str) -> dict[str, list[str]]:
    """Return every way in which the job groups of a trust's staff are written, by what they have in common."""
    wanted = select(StaffMember.job_group).where(StaffMember.trust == trust, StaffMember.job_group.is_not(None))
    found: dict[str, list[str]] = {}
    for group in session.scalars(wanted.distinct().order_by(StaffMember.job_group)):
        found.setdefault(folded(group or ""), []).append(group or "")
    return found
