"""When training is due for staff members, for many of them at once, with a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from managers.due.domain.absences import Absence
from managers.due.domain.due_dates import Training, due_date
from managers.due.domain.rules import Audience, Rule, rule_for
from managers.due.models import DueException, DueRule
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.overview import note_overviews
from modules.content.publish import contents_of_trust

# A staff member's id and a module's key.
Asked = tuple[int, str]
# The same, or with None those from all modules.
Absences = dict[tuple[int, str | None], list[Absence]]

TRAININGS = select(
    StaffTraining.staff_id,
    StaffTraining.module,
    StaffTraining.trust,
    StaffMember.school_id,
    StaffMember.job_group,
    StaffMember.starts_on,
    StaffTraining.since,
    StaffTraining.passed_at,
    StaffTraining.valid_until,
    StaffTraining.due_on,
).join(StaffMember, StaffMember.id == StaffTraining.staff_id)


def due_dates(session: Session, staff_ids: Collection[int], today: date) -> dict[Asked, date]:
    """Return when each module is due that these staff members have to take; modules without a date are left out."""
    return {(row.staff_id, row.module): due for row, due in _worked_out(session, staff_ids, today) if due}


def due_of_person(session: Session, person_id: int, module: str) -> date | None:
    """Return when a module is due for the staff member that a person of an LMS is; None without a date."""
    theirs = select(StaffTraining.due_on).join(StaffEntry, StaffEntry.staff_id == StaffTraining.staff_id)
    return session.scalar(theirs.where(StaffEntry.person_id == person_id, StaffTraining.module == module))


def note_due_dates(session: Session, staff_ids: Collection[int], today: date) -> None:
    """Keep when each module is due with the training of these staff members, where it has changed."""
    changed = [
        {"staff_id": row.staff_id, "module": row.module, "due_on": due}
        for row, due in _worked_out(session, staff_ids, today)
        if due != row.due_on
    ]
    if changed:
        session.execute(update(StaffTraining), changed)
        note_overviews(session, staff_ids)


def _worked_out(session: Session, staff_ids: Collection[int], today: date) -> Iterator[tuple[Any, date | None]]:
    """Give the training of these staff members, each with the date that their trust's rules ask for."""
    # All who write many rows of training do so in this order, so that none waits for another in a circle.
    in_order = TRAININGS.order_by(StaffTraining.staff_id, StaffTraining.module)
    rows = session.execute(in_order.where(StaffTraining.staff_id.in_(staff_ids))).all()
    for trust in sorted({row.trust for row in rows}):
        facts = _facts(session, trust, staff_ids)
        yield from ((row, facts.due_for(row, today)) for row in rows if row.trust == trust)


def _facts(session: Session, trust: str, staff_ids: Collection[int]) -> "DueFacts":
    rules = rules_of(session, trust)
    return (
        DueFacts(rules, renew_days(session, trust), absences_of(session, staff_ids)) if rules else DueFacts([], {}, {})
    )


@dataclass(frozen=True)
class DueFacts:
    """What decides about due dates in a trust: its rules, its modules' days for renewing, and people's absences."""

    rules: Sequence[Rule]
    renew_days: Mapping[str, int]
    absences: Absences
    rule_of: Callable[[Audience], Rule | None] = field(init=False)

    def __post_init__(self) -> None:
        """Look up the rule for people of one school and job group once."""
        object.__setattr__(self, "rule_of", cache(lambda someone: rule_for(self.rules, someone)))

    def due_for(self, row: Any, today: date) -> date | None:
        """Return when someone's training is due; None if no rule is about it, or no date is to be kept."""
        rule = self.rule_for(row)
        return self.due_under(rule, row, today) if rule else None

    def rule_for(self, row: Any) -> Rule | None:
        """Return the rule that counts for someone's training."""
        return self.rule_of(Audience(row.module, row.school_id, row.job_group))

    def due_under(self, rule: Rule, row: Any, today: date) -> date | None:
        """Return when someone's training is due under a rule."""
        days = self.renew_days.get(row.module, 0)
        training = Training(row.starts_on, row.since, row.passed_at is not None, row.valid_until, days)
        return due_date(rule.terms, training, self._absences_from(row), today)

    def _absences_from(self, row: Any) -> Iterable[Absence]:
        everywhere = self.absences.get((row.staff_id, None), [])
        return [*everywhere, *self.absences.get((row.staff_id, row.module), [])]


def rules_of(session: Session, trust: str) -> list[Rule]:
    """Return the rules of a trust that are in force."""
    in_force = select(DueRule).where(DueRule.trust == trust, DueRule.ended_at.is_(None))
    return [row.rule for row in session.scalars(in_force.order_by(DueRule.id))]


def renew_days(session: Session, trust: str) -> dict[str, int]:
    """Return for each module of a trust in how many of its last days a pass can be renewed."""
    return {key: content.module.renew_days for key, content in contents_of_trust(session, trust).items()}


def absences_of(session: Session, staff_ids: Collection[int] | Select[int]) -> Absences:
    """Return the absences of staff members, by person and module; None as the module is for those from all modules."""
    found: Absences = defaultdict(list)
    for row in session.scalars(select(DueException).where(DueException.staff_id.in_(staff_ids))):
        found[row.staff_id, row.module].append(row.absence)
    return found
