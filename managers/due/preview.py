"""What a rule would do before it is added: how many people it concerns, and how many would be overdue today.

The database picks those for whom no more specific rule counts. Of these, only people without a valid pass can be
overdue, and those who have the same dates are worked out once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import ColumnElement, and_, func, not_, or_, select, true
from sqlalchemy.orm import Session

from core.domain.names import folded
from managers.due.dates import TRAININGS, DueFacts, absences_of, renew_days, rules_of
from managers.due.domain.due_dates import Training, due_date, is_overdue
from managers.due.domain.rules import Audience, Rule, Terms
from managers.due.models import DueException, DueRule
from managers.due.rules import same_rules, spellings
from managers.models import StaffMember, StaffTraining

NOT_ADDED_YET = 0


@dataclass(frozen=True)
class RulePreview:
    """What a rule would do: how many people it concerns, and how many of them would be overdue today."""

    people: int
    overdue: int
    replaces: DueRule | None


def preview(session: Session, trust: str, audience: Audience, terms: Terms, today: date) -> RulePreview:
    """Return what a rule would do if it was added; people for whom a more specific one counts are left out."""
    replaced = same_rules(session, trust, audience)
    concerned = StaffTraining.trust == trust, *_concerned(session, trust, audience)
    counted = select(func.count(StaffTraining.staff_id.distinct())).join(StaffMember, _SAME).where(*concerned)
    overdue = _overdue(session, terms, concerned, today)
    overdue |= _overdue_though_excepted(session, trust, terms, concerned, today)
    return RulePreview(session.scalar(counted) or 0, len(overdue), replaced[0] if replaced else None)


_SAME = StaffMember.id == StaffTraining.staff_id
_EXCEPTED = select(DueException.staff_id)


def _concerned(session: Session, trust: str, audience: Audience) -> list[ColumnElement[bool]]:
    """Return what makes someone's training one for which a rule counts."""
    written = spellings(session, trust)
    above = [rule for rule in rules_of(session, trust) if rule.audience.specificity > audience.specificity]
    return [_is_of(audience, written), *(not_(_is_of(rule.audience, written)) for rule in above)]


def _is_of(audience: Audience, written: Mapping[str, Sequence[str]]) -> ColumnElement[bool]:
    """Return what makes someone's training one of an audience, without ever being unknown."""
    found: list[ColumnElement[bool]] = [true()]
    if audience.module:
        found.append(StaffTraining.module == audience.module)
    if audience.school:
        found.append(func.coalesce(StaffMember.school_id, 0) == audience.school)
    if audience.group:
        found.append(func.coalesce(StaffMember.job_group, "").in_(written.get(folded(audience.group), [])))
    return and_(*found)


def _overdue(session: Session, terms: Terms, concerned: Sequence[ColumnElement[bool]], today: date) -> set[int]:
    """Return those who would be overdue, of those without exceptions."""
    has_no_valid_pass = or_(StaffTraining.passed_at.is_(None), StaffTraining.valid_until < today)
    wanted = (
        select(StaffTraining.staff_id, StaffMember.starts_on, StaffTraining.since, StaffTraining.valid_until)
        .join(StaffMember, _SAME)
        .where(*concerned, has_no_valid_pass, StaffTraining.staff_id.not_in(_EXCEPTED))
        .distinct()
    )

    @cache
    def would_be(starts_on: date | None, since: date, until: date | None) -> bool:
        due = due_date(terms, Training(starts_on, since, until is not None, until), (), today)
        return due is not None and is_overdue(due, today)

    return {staff_id for staff_id, *dates in session.execute(wanted) if would_be(*dates)}


def _overdue_though_excepted(
    session: Session, trust: str, terms: Terms, concerned: Sequence[ColumnElement[bool]], today: date
) -> set[int]:
    """Return those who would be overdue although there are exceptions for them, for some time or training."""
    rows = session.execute(TRAININGS.where(*concerned, StaffTraining.staff_id.in_(_EXCEPTED))).all()
    if not rows:
        return set()
    facts = DueFacts([], renew_days(session, trust), absences_of(session, {row.staff_id for row in rows}))
    rule = Rule(NOT_ADDED_YET, Audience(), terms)
    dates = ((row.staff_id, facts.due_under(rule, row, today)) for row in rows)
    return {staff_id for staff_id, due in dates if due and is_overdue(due, today)}
