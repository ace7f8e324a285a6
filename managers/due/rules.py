"""Rules for due dates as a trust keeps them: added, ended, and looked at before they are added."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.audit.domain.event import Actor, Detail, Thing
from core.audit.trail import record
from core.domain.names import folded
from managers.due.dates import TRAININGS, DueFacts, absences_of, renew_days, rules_of
from managers.due.domain.due_dates import is_overdue
from managers.due.domain.rules import Audience, Rule, Terms
from managers.due.models import DueRule
from managers.due.refresh import ask_for_refresh
from managers.models import StaffMember, StaffTraining

# Larger than any number of a rule: what is added now is the latest.
NOT_ADDED_YET = 2**62


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
    wanted = select(StaffMember.job_group).where(StaffMember.trust == trust, StaffMember.job_group.is_not(None))
    found = {
        folded(group): group for group in session.scalars(wanted.distinct().order_by(StaffMember.job_group)) if group
    }
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True)
class RulePreview:
    """What a rule would do: how many people it concerns, and how many of them would be overdue today."""

    people: int
    overdue: int
    replaces: DueRule | None


def preview(session: Session, trust: str, audience: Audience, terms: Terms, today: date) -> RulePreview:
    """Return what a rule would do if it was added; people for whom a more specific one counts are left out."""
    replaced = same_rules(session, trust, audience)
    gone = {row.id for row in replaced}
    others = [rule for rule in rules_of(session, trust) if rule.number not in gone]
    new = Rule(NOT_ADDED_YET, audience, terms)
    of_trust = select(StaffMember.id).where(StaffMember.trust == trust)
    facts = DueFacts([*others, new], renew_days(session, trust), absences_of(session, of_trust))
    people: set[int] = set()
    overdue: set[int] = set()
    for row in session.execute(_trainings_of(trust, audience)):
        if facts.rule_for(row) == new:
            people.add(row.staff_id)
            if (due := facts.due_under(new, row, today)) and is_overdue(due, today):
                overdue.add(row.staff_id)
    return RulePreview(len(people), len(overdue), replaced[0] if replaced else None)


def _trainings_of(trust: str, audience: Audience) -> Select[*tuple[Any, ...]]:
    """Select the training of those who may be concerned; whether they are of the job group is for the rule to say."""
    wanted = TRAININGS.where(StaffTraining.trust == trust)
    if audience.module:
        wanted = wanted.where(StaffTraining.module == audience.module)
    return wanted.where(StaffMember.school_id == audience.school) if audience.school else wanted
