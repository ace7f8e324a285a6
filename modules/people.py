"""Who of a course has finished a module, and who has not: what managers rely on.

Everything is read from the records themselves. There is no second account of a person's standing that could differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from lti.domain.delivery import State
from lti.domain.roles import Role
from lti.models import Delivery, Membership, Person, Placement
from modules.attempts import best_of
from modules.grades import UNDER_WAY, WITH_TROUBLE, Fate, fates, most_telling
from modules.models import Attempt, ResultRow


class Standing(Enum):
    """Where a person stands with a module."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    NOT_PASSED = "not-passed"
    PASSED = "passed"


@dataclass(frozen=True)
class Row:
    """One person on the page: their standing, best result, and what has become of their grade."""

    person_id: int
    name: str | None
    email: str | None
    subject: str
    standing: Standing
    best: ResultRow | None
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
    session: Session, course_id: int, module: str, only: Standing | None, page: int, per_page: int
) -> PeoplePage:
    """Return one page of the people who are to take a module in a course, perhaps only those of one standing."""
    counts = _counts(session, course_id, module)
    total = counts[only] if only else sum(counts.values())
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    rows = _rows(session, course_id, module, only, (page - 1) * per_page, per_page)
    owed = _owed(session, course_id, module)
    waiting = sum(owed.get(state, 0) for state in UNDER_WAY)
    return PeoplePage(counts, rows, total, page, pages, owed.get(State.NEEDS_ATTENTION, 0), waiting)


def _standings(course_id: int, module: str) -> Select[tuple[int, str]]:
    """Select the people of a course who are to take the module, each with their standing."""
    theirs = select(ResultRow.attempt_id).where(ResultRow.module == module, ResultRow.person_id == Membership.person_id)
    under_way = select(Attempt.id).where(
        Attempt.module == module, Attempt.person_id == Membership.person_id, Attempt.finished_at.is_(None)
    )
    # Asked person by person, so that a page works out the standing of those whom it shows, not of everybody.
    standing = case(
        (theirs.where(ResultRow.passed).exists(), literal(Standing.PASSED.value)),
        (under_way.exists(), literal(Standing.IN_PROGRESS.value)),
        (theirs.exists(), literal(Standing.NOT_PASSED.value)),
        else_=literal(Standing.NOT_STARTED.value),
    )
    return select(Membership.person_id, standing.label("standing")).where(*learns_in(course_id))


def learns_in(course_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return what makes somebody one of those who are to take a course's modules: real, there now, and no leader."""
    nobody_real = select(Person.id).where(Person.is_test)
    here = Membership.course_id == course_id, Membership.role == Role.STAFF, Membership.left_at.is_(None)
    return (*here, Membership.person_id.not_in(nobody_real))


def _counts(session: Session, course_id: int, module: str) -> dict[Standing, int]:
    standings = _standings(course_id, module).subquery()
    counted = session.execute(select(standings.c.standing, func.count()).group_by(standings.c.standing))
    found = {Standing(name): count for name, count in counted}
    return {standing: found.get(standing, 0) for standing in Standing}


def _rows(session: Session, course_id: int, module: str, only: Standing | None, offset: int, limit: int) -> list[Row]:
    standings = _standings(course_id, module).subquery()
    people = select(Person, standings.c.standing).join(standings, standings.c.person_id == Person.id)
    if only:
        people = people.where(standings.c.standing == only.value)
    by_name = people.order_by(func.lower(func.coalesce(Person.name, Person.email, Person.subject)), Person.id)
    found = session.execute(by_name.offset(offset).limit(limit)).all()
    ids = [person.id for person, _ in found]
    best, grades = _best_results(session, ids, module), _grades(session, ids, course_id, module)
    return [
        Row(p.id, p.name, p.email, p.subject, Standing(standing), best.get(p.id), grades.get(p.id))
        for p, standing in found
    ]


def _best_results(session: Session, ids: Sequence[int], module: str) -> dict[int, ResultRow]:
    """Return the result of each person that counts."""
    theirs = select(ResultRow).where(ResultRow.person_id.in_(ids), ResultRow.module == module)
    results = sorted(session.scalars(theirs), key=lambda result: result.person_id)
    return {person: best_of(list(own)) for person, own in groupby(results, key=lambda result: result.person_id)}


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
