"""Who of a course has finished a module, and who has not: what managers rely on.

Everything is read from the records themselves. There is no second account of a person's standing that could differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from lti.domain.delivery import State
from lti.domain.roles import Role
from lti.models import Delivery, Membership, Person, Placement
from modules.domain.content import TrainingModule
from modules.domain.renewal import Held, held_of
from modules.grades import UNDER_WAY, WITH_TROUBLE, Fate, fates, most_telling
from modules.models import Attempt, Pass, ResultRow
from modules.passes import Renewal, is_good, renewal_from
from modules.results import best_of


class Standing(Enum):
    """Where a person stands with a module."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    NOT_PASSED = "not-passed"
    PASSED = "passed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Row:
    """One person on the page: their standing, best result, until when it is good, and what became of their grade."""

    person_id: int
    name: str | None
    email: str | None
    subject: str
    standing: Standing
    best: ResultRow | None
    renewal: Renewal
    grade: Fate | None


@dataclass(frozen=True)
class PeoplePage:
    """One page of a course's people, with the counts of all of them."""

    counts: dict[Standing, int]
    rows: list[Row]
    total: int
    page: int
    pages: int
    needs_attention: int
    waiting: int


def people_page(
    session: Session,
    course_id: int,
    module: TrainingModule,
    only: Standing | None,
    page: int,
    per_page: int,
    now: datetime,
) -> PeoplePage:
    """Return one page of the people who are to take a module in a course, perhaps only those of one standing."""
    counts = _counts(session, _standings(course_id, module.key, now))
    total = counts[only] if only else sum(counts.values())
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    first = (page - 1) * per_page
    shown = _people(session, course_id, module.key, now, only, Part(first, min(per_page, total - first), total))
    rows = _rows(session, shown, course_id, module, now)
    owed = _owed(session, course_id, module.key)
    waiting = sum(owed.get(state, 0) for state in UNDER_WAY)
    return PeoplePage(counts, rows, total, page, pages, owed.get(State.NEEDS_ATTENTION, 0), waiting)


def _standings(course_id: int, module: str, now: datetime) -> Select[tuple[int, str]]:
    """Select the people of a course who are to take the module, each with their standing."""
    theirs = select(ResultRow.attempt_id).where(ResultRow.module == module, ResultRow.person_id == Membership.person_id)
    under_way = select(Attempt.id).where(
        Attempt.module == module, Attempt.person_id == Membership.person_id, Attempt.finished_at.is_(None)
    )
    passes = select(Pass.attempt_id).where(Pass.module == module, Pass.person_id == Membership.person_id)
    # Asked person by person, so that a page works out the standing of those whom it shows, not of everybody.
    standing = case(
        (passes.where(is_good(now)).exists(), literal(Standing.PASSED.value)),
        (passes.exists(), literal(Standing.EXPIRED.value)),
        (under_way.exists(), literal(Standing.IN_PROGRESS.value)),
        (theirs.exists(), literal(Standing.NOT_PASSED.value)),
        else_=literal(Standing.NOT_STARTED.value),
    )
    return select(Membership.person_id, standing.label("standing")).where(*learns_in(course_id))


def learns_in(course_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return what makes somebody one of those who are to take a course's modules: there now, and no leader."""
    return Membership.course_id == course_id, Membership.role == Role.STAFF, Membership.left_at.is_(None)


def _counts(session: Session, standings: Select[tuple[int, str]]) -> dict[Standing, int]:
    each = standings.subquery()
    counted = session.execute(select(each.c.standing, func.count()).group_by(each.c.standing))
    found = {Standing(name): count for name, count in counted}
    return {standing: found.get(standing, 0) for standing in Standing}


BY_NAME = Person.sort_name, Person.id
FROM_THE_END = Person.sort_name.desc(), Person.id.desc()


@dataclass(frozen=True)
class Part:
    """The part of a list that a page shows: from which place on, how many, and how long the whole list is."""

    first: int
    length: int
    total: int

    def of(self, ids: Select[tuple[int]]) -> Select[tuple[int]]:
        """Return the part of this selection; what is nearer to the end is found from there, so the last is as cheap."""
        after = self.total - self.first - self.length
        if self.first <= after:
            return ids.order_by(*BY_NAME).offset(self.first).limit(self.length)
        return ids.order_by(*FROM_THE_END).offset(after).limit(self.length)


def _people(
    session: Session, course_id: int, module: str, now: datetime, only: Standing | None, span: Part
) -> list[tuple[Person, Standing]]:
    """Return the people of a page.

    People are put in order by their ids alone, and standing is worked out for those of the page, unless it is what
    they are chosen by.
    """
    standings = _standings(course_id, module, now)
    if only:
        these = standings.subquery()
        chosen = select(Person.id).join(these, these.c.person_id == Person.id).where(these.c.standing == only.value)
    else:
        chosen = select(Person.id).join(Membership, Membership.person_id == Person.id).where(*learns_in(course_id))
    ids = session.scalars(span.of(chosen)).all()
    of_page = standings.where(Membership.person_id.in_(ids))
    found = {person_id: Standing(name) for person_id, name in session.execute(of_page)}
    people = session.scalars(select(Person).where(Person.id.in_(ids)).order_by(*BY_NAME))
    # Somebody may leave the course between these questions: then they are not shown.
    return [(person, found[person.id]) for person in people if person.id in found]


def _rows(
    session: Session, people: list[tuple[Person, Standing]], course_id: int, module: TrainingModule, now: datetime
) -> list[Row]:
    ids = [person.id for person, _ in people]
    held, results = _held(session, ids, module.key), _results(session, ids, module.key)
    grades, found = _grades(session, ids, course_id, module.key), []
    for person, standing in people:
        renewal = renewal_from(held.get(person.id), module, now)
        counting = renewal.counting(results.get(person.id, []))
        whose = (person.id, person.name, person.email, person.subject, standing)
        found.append(Row(*whose, best_of(counting) if counting else None, renewal, grades.get(person.id)))
    return found


def _held(session: Session, ids: Sequence[int], module: str) -> dict[int, Held | None]:
    """Return the pass that each person holds, good or run out."""
    theirs = select(Pass.person_id, Pass.cycle, Pass.good_until).where(Pass.person_id.in_(ids), Pass.module == module)
    found: dict[int, list[Held]] = {}
    for person_id, cycle, until in session.execute(theirs):
        found.setdefault(person_id, []).append(Held(cycle, until))
    return {person_id: held_of(passes) for person_id, passes in found.items()}


def _results(session: Session, ids: Sequence[int], module: str) -> dict[int, list[ResultRow]]:
    found: dict[int, list[ResultRow]] = {}
    for result in session.scalars(select(ResultRow).where(ResultRow.person_id.in_(ids), ResultRow.module == module)):
        found.setdefault(result.person_id, []).append(result)
    return found


def _grades(session: Session, ids: Sequence[int], course_id: int, module: str) -> dict[int, Fate]:
    """Return what has become of each person's grade; where several are owed, of the one that tells most."""
    theirs = _in_course(WITH_TROUBLE, course_id, module).where(Delivery.person_id.in_(ids))
    return {fate.delivery.person_id: fate for fate in sorted(fates(theirs, session), key=most_telling)}


def _owed(session: Session, course_id: int, module: str) -> dict[State, int]:
    counted = _in_course(select(Delivery.state, func.count()), course_id, module).group_by(Delivery.state)
    return dict(session.execute(counted).all())


def _in_course(query: Select, course_id: int, module: str) -> Select:
    placed = query.join(Placement, Placement.id == Delivery.placement_id)
    return placed.where(Placement.course_id == course_id, Placement.module == module)
