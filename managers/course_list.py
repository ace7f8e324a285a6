"""What a course's list can be filtered by besides standing, its order, and how many there are of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.schools import School
from lti.domain.delivery import DeliveryState
from lti.models import Activity, Delivery, Membership, Person
from managers.find import is_like
from managers.listing.conditions import PeopleList, has_status, is_due
from managers.listing.domain.query import Due, ListQuery, ListStatus, Order, Sort
from managers.models import StaffEntry, StaffMember, StaffTraining
from modules.passes.course_progress import Standing, taken_in_by

Condition = ColumnElement[bool]
PersonId = InstrumentedAttribute[int] | ColumnElement[int]


@dataclass(frozen=True)
class Narrowed:
    """What someone asked a course's list for, and what is known of its staff: what is due, and what expires."""

    course_id: int
    module: str
    asked: ListQuery
    staff: PeopleList

    @property
    def only(self) -> Standing | None:
        """Return the standing that was asked for, if one was."""
        status = self.asked.standing
        return Standing(status.value) if status and status is not ListStatus.EXPIRING else None

    def among(self) -> tuple[Condition, ...]:
        """Return the conditions for a member of the course to have the words that are looked for, and the school."""
        asked = self.asked
        found: list[Condition] = []
        if asked.q:
            same = select(Person.id).where(Person.id == Membership.person_id, is_like(asked.q))
            # Lists read people too, but here they are looked for by their membership.
            found.append(same.correlate(Membership).exists())
        if asked.school is not None:
            at_school = StaffMember.school_id.is_not_distinct_from(asked.school or None)
            found.append(Membership.person_id.in_(_entries(at_school)))
        return tuple(found)

    def chosen(self, person_id: PersonId) -> Condition:
        """Return the condition for someone to be chosen by what is due, by what expires, and by their grade."""
        asked = self.asked
        return and_(
            self.is_due(person_id, asked.due),
            self.expires(person_id) if asked.standing is ListStatus.EXPIRING else true(),
            self.has_trouble(person_id) if asked.needs_attention else true(),
        )

    def is_due(self, person_id: PersonId, due: Due | None) -> Condition:
        """Return the condition for someone's training to be overdue, or due soon."""
        return person_id.in_(self._training(is_due(self.staff, due))) if due else true()

    def expires(self, person_id: PersonId) -> Condition:
        """Return the condition for someone's pass to end soon."""
        return person_id.in_(self._training(has_status(self.staff, ListStatus.EXPIRING)))

    def has_trouble(self, person_id: PersonId) -> Condition:
        """Return the condition for a grade of someone, in the course, to need attention."""
        here = Activity.course_id == self.course_id, Activity.module == Delivery.module
        refused = select(Delivery.person_id).join(Activity, Activity.id == Delivery.activity_id).where(*here)
        of_module = Delivery.state == DeliveryState.NEEDS_ATTENTION, Delivery.module == self.module
        return person_id.in_(refused.where(*of_module))

    def _training(self, condition: Condition) -> Select[int]:
        of_module = StaffTraining.trust == self.staff.scope.trust, StaffTraining.module == self.module
        theirs = select(StaffEntry.person_id).join(StaffTraining, StaffTraining.staff_id == StaffEntry.staff_id)
        return theirs.where(*of_module, condition)


def _entries(condition: Condition) -> Select[int]:
    theirs = select(StaffEntry.person_id).join(StaffMember, StaffMember.id == StaffEntry.staff_id)
    return theirs.where(condition)


@dataclass(frozen=True)
class Tallies:
    """How many of a course's people have each standing, are overdue and so on: those whom each link shows."""

    everyone: int
    standings: dict[Standing, int]
    dues: dict[Due, int] = field(default_factory=dict)
    expiring: int = 0
    needing_attention: int = 0


def tallies(session: Session, standings: Select[int, str], narrowed: Narrowed | None) -> Tallies:
    """Count the people whom a query for people with their standings finds: one question."""
    each = standings.subquery()
    counted = [func.count(), *(_numbers(narrowed, each.c.person_id) if narrowed else [func.count()])]
    rows = session.execute(select(each.c.standing, *counted).group_by(each.c.standing)).all()
    everyone, found = sum(row[1] for row in rows), _by_standing(rows)
    if narrowed is None:
        return Tallies(everyone, found)
    shown = [row[3:] for row in rows if narrowed.only is None or row[0] in taken_in_by(narrowed.only)]
    sums = [sum(numbers) for numbers in zip(*shown, strict=True)] or [0] * (len(Due) + 2)
    return Tallies(everyone, found, dict(zip(Due, sums, strict=False)), *sums[len(Due) :])


def _by_standing(rows: Sequence[Any]) -> dict[Standing, int]:
    numbers = {Standing(row[0]): row[2] for row in rows}
    found = {standing: numbers.get(standing, 0) for standing in Standing}
    found[Standing.PASSED] += found[Standing.UNCONFIRMED]
    return found


def _numbers(of: Narrowed, person_id: ColumnElement[int]) -> list[ColumnElement[int]]:
    asked = of.asked
    due, grade = of.is_due(person_id, asked.due), of.has_trouble(person_id) if asked.needs_attention else true()
    ends = of.expires(person_id) if asked.standing is ListStatus.EXPIRING else true()
    return [
        _number(due, grade),
        *(_number(of.is_due(person_id, each), grade, ends) for each in Due),
        _number(due, grade, of.expires(person_id)),
        _number(due, ends, of.has_trouble(person_id)),
    ]


def _number(*conditions: Condition) -> ColumnElement[int]:
    return func.count().filter(and_(*conditions))


@dataclass(frozen=True)
class PageSlice:
    """The part of a list that a page shows: where it starts, how many people, and how long the whole list is."""

    first: int
    length: int
    total: int

    def read(self, session: Session, ids: Select[int], order: Sequence["Key"]) -> Sequence[int]:
        """Return this part of the ids; parts near the end are found from there, so the last page is as cheap."""
        after = self.total - self.first - self.length
        from_end = self.first > after
        keys = [column.desc() if down is not from_end else column.asc() for column, down in order]
        part = ids.order_by(*keys).offset(after if from_end else self.first).limit(max(0, self.length))
        found = session.scalars(part).all()
        return found[::-1] if from_end else found


# A column, and whether the list runs from its end.
Key = tuple[ColumnElement[Any] | InstrumentedAttribute[Any], bool]
PARTS = Standing.NOT_STARTED, Standing.IN_PROGRESS, Standing.NOT_PASSED, Standing.EXPIRED, Standing.UNCONFIRMED


def in_order(people: Select[int], standing: ColumnElement[str], of: Narrowed | None) -> tuple[Select[int], list[Key]]:
    """Return a selection of people with what its order needs, and the order; who has no date comes last."""
    order = of.asked.order if of else Order()
    by_name: list[Key] = [(Person.sort_name, order.by is Sort.NAME and order.descending)]
    by_name.append((Person.id, by_name[0][1]))
    if order.by is Sort.NAME or of is None:
        return people, by_name
    if order.by is Sort.STATUS:
        rank = case({each.value: number for number, each in enumerate(PARTS)}, value=standing, else_=len(PARTS))
        return people, [(rank, order.descending), *by_name]
    entered = people.outerjoin(StaffEntry, StaffEntry.person_id == Person.id)
    entered = entered.outerjoin(StaffMember, StaffMember.id == StaffEntry.staff_id)
    if order.by is Sort.SCHOOL:
        placed, value = entered.outerjoin(School, School.id == StaffMember.school_id), School.sort_name
        return placed, [(value.is_(None), False), (value, order.descending), *by_name]
    same = and_(StaffTraining.staff_id == StaffEntry.staff_id, StaffTraining.module == of.module)
    day = StaffTraining.due_on if order.by is Sort.DUE else StaffTraining.valid_until
    return entered.outerjoin(StaffTraining, same), [(day.is_(None), False), (day, order.descending), *by_name]


@dataclass(frozen=True)
class MemberFacts:
    """What a course's list can say of someone from what is known of the trust's staff: their due date and school."""

    due_on: date | None = None
    school: str | None = None


def staff_facts(session: Session, ids: Sequence[int], module: str) -> dict[int, MemberFacts]:
    """Return the due date and the school of these people; those of whom neither is known are left out."""
    same = and_(StaffTraining.staff_id == StaffEntry.staff_id, StaffTraining.module == module)
    wanted = (
        select(StaffEntry.person_id, StaffTraining.due_on, School.name)
        .join(StaffMember, StaffMember.id == StaffEntry.staff_id)
        .outerjoin(School, School.id == StaffMember.school_id)
        .outerjoin(StaffTraining, same)
    )
    found = session.execute(wanted.where(StaffEntry.person_id.in_(ids)))
    return {person_id: MemberFacts(due_on, school) for person_id, due_on, school in found}
