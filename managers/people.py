"""Who in a course has finished a module, confirmed the policy and been certified, for managers to rely on.

Everything is read from the records themselves. A person's standing is not stored anywhere else, so it cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from lti.domain.delivery import DeliveryState, GradeKind
from lti.grades.gradebook_checks import stale_activity
from lti.models import Activity, Course, Delivery, Membership, Person
from managers.course_list import Key, Narrowed, PageSlice, Tallies, in_order, tallies
from managers.grade_history import UNDER_WAY, WITH_TROUBLE, GradeStatus, grade_statuses, most_telling
from managers.listing.domain.query import ListStatus, Sort
from managers.models import StaffEntry
from modules.domain.content import TrainingModule
from modules.domain.renewal import Stage
from modules.models import Acknowledgement, Certificate, ResultRow
from modules.passes.course_progress import (
    ProgressQuery,
    Standing,
    learns_in,
    standings_of,
    taken_in_by,
    takes,
)
from modules.passes.holdings import Holding, holdings
from modules.passes.join_requests import waiting_in
from modules.passes.passes import Renewal, renewal_from
from modules.passes.results import best_of
from modules.policy.acknowledgements import Confirmed, confirmed_from, versions_that_count
from policies.domain.policy import Policy


@dataclass(frozen=True)
class PersonRow:
    """One person on the page: their standing, their best result, how long it is valid, and what happened to their
    grade.

    ``confirmed`` is None where the module does not ask for the policy to be confirmed, and ``certificate`` the one that
    their passes of this module brought last. ``sent_to`` are the activities of the course that were sent their score.
    ``of_other``: the LMS has a grade of other training, which the activity opened before. ``transferred`` is the
    result of an earlier entry of theirs, if their pass is from there. ``staff_id``: whom of the staff they are.
    """

    person_id: int
    name: str | None
    email: str | None
    subject: str
    standing: Standing
    best: ResultRow | None
    renewal: Renewal
    grade: GradeStatus | None
    confirmed: Confirmed | None
    certificate: Certificate | None
    sent_to: frozenset[int]
    of_other: bool
    transferred: ResultRow | None = None
    staff_id: int | None = None

    @property
    def shown(self) -> ResultRow | None:
        """Return the result behind their standing: the one that a join transferred, where the pass is from there."""
        is_valid = self.renewal.stage in {Stage.VALID, Stage.RENEWABLE}
        has_own = self.best is not None and self.best.passed
        return self.transferred if self.transferred and is_valid and not has_own else self.best

    def lacks_grade(self, activity_id: int | None) -> bool:
        """Say whether a pass from elsewhere has yet to be sent to an activity, or to any of the course without one."""
        is_there = activity_id in self.sent_to if activity_id else bool(self.sent_to)
        return self.standing is Standing.PASSED and self.best is not None and self.best.passed and not is_there


@dataclass(frozen=True)
class PeoplePage:
    """One page of a course's people, with the counts of all of them."""

    tallies: Tallies
    rows: list[PersonRow]
    total: int
    page: int
    pages: int
    needs_attention: int
    waiting: int

    @property
    def counts(self) -> dict[Standing, int]:
        """Return how many have each standing; those who still have to confirm the policy have passed too."""
        return self.tallies.standings


@dataclass(frozen=True)
class CourseOfPage:
    """A course, an activity whose grades should be compared with the LMS's, and how many requests to join wait.

    ``has_activity``: one of its activities opens the module that the page is about.
    """

    course: Course
    stale_activity: int | None
    requests: int
    has_activity: bool


def course_of_page(session: Session, course_id: int, module: str, now: datetime) -> CourseOfPage:
    """Return what the page needs to know of its course: one question."""
    activity = select(Activity.id).where(Activity.course_id == course_id, Activity.module == module).exists()
    asked = select(Course, stale_activity(course_id, module, now), waiting_in(course_id), activity)
    return CourseOfPage(*session.execute(asked.where(Course.id == course_id)).one())


def course_query(
    session: Session,
    course_id: int,
    module: TrainingModule,
    now: datetime,
    in_force: Policy | None = None,
    is_restricted: bool = False,
    among: tuple[ColumnElement[bool], ...] = (),
) -> ProgressQuery:
    """Return the question how far the people of a course are with a module.

    ``in_force`` is the policy in force, which decides what a module that asks for its confirmation asks for now. Where
    the course ``is_restricted``, people who can open no activity of the module are left out.
    """
    policy = in_force if module.acknowledges else None
    versions = versions_that_count(session, policy) if policy else ()
    return ProgressQuery(course_id, module, policy, versions, now, is_restricted, among)


def people_page(
    session: Session,
    asked: ProgressQuery,
    only: Standing | None,
    page: int,
    per_page: int,
    narrowed: Narrowed | None = None,
) -> PeoplePage:
    """Return one page of the people who have to take a module in a course, perhaps only those of one standing."""
    counted = tallies(session, standings_of(asked), narrowed)
    total = _total(counted, only, narrowed)
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages)
    first = (page - 1) * per_page
    chosen, keys = chosen_people(asked, only, narrowed)
    ids = PageSlice(first, min(per_page, total - first), total).read(session, chosen, keys)
    rows = person_rows(session, ids, asked)
    owed = _owed(session, asked.course_id, asked.module.key)
    waiting = sum(owed.get(state, 0) for state in UNDER_WAY)
    return PeoplePage(counted, rows, total, page, pages, owed.get(DeliveryState.NEEDS_ATTENTION, 0), waiting)


def _total(counted: Tallies, only: Standing | None, narrowed: Narrowed | None) -> int:
    """Return how many people the list shows."""
    if narrowed and narrowed.asked.standing is ListStatus.EXPIRING:
        return counted.expiring
    return (
        counted.standings[only] if only else sum(counted.standings.values()) - counted.standings[Standing.UNCONFIRMED]
    )


@dataclass(frozen=True)
class ListedPerson:
    """A person on the page, with their standing, whom of the staff they are, and their confirmations, latest first."""

    person: Person
    standing: Standing
    staff_id: int | None
    given: list[Acknowledgement]


def chosen_people(
    asked: ProgressQuery, only: Standing | None, narrowed: Narrowed | None
) -> tuple[Select[int], list[Key]]:
    """Select the ids of a list's people, and return the columns that put them in order.

    Only ids are sorted, and standing is worked out only for the people on the page, unless the list needs it.
    """
    these = standings_of(asked).subquery()
    if only or (narrowed and narrowed.asked.order.by is Sort.STATUS):
        chosen = select(Person.id).join(these, these.c.person_id == Person.id)
        chosen = chosen.where(these.c.standing.in_(taken_in_by(only))) if only else chosen
    else:
        chosen = select(Person.id).join(Membership, Membership.person_id == Person.id).where(*takes(asked))
    chosen = chosen.where(narrowed.chosen(Person.id)) if narrowed else chosen
    return in_order(chosen, these.c.standing, narrowed)


def _shown(session: Session, standings: Select[int, str], policy: Policy | None) -> dict[int, ListedPerson]:
    these = standings.subquery()
    given = and_(Acknowledgement.person_id == Person.id, Acknowledgement.trust == (policy.key if policy else ""))
    asked = (
        select(Person, these.c.standing, StaffEntry.staff_id, Acknowledgement)
        .join(these, these.c.person_id == Person.id)
        .outerjoin(StaffEntry, StaffEntry.person_id == Person.id)
        .outerjoin(Acknowledgement, given)
        .order_by(Acknowledgement.acknowledged_at.desc(), Acknowledgement.version.desc())
    )
    found: dict[int, ListedPerson] = {}
    for person, name, staff_id, acknowledgement in session.execute(asked):
        standing = Standing.PASSED if name == Standing.UNCONFIRMED.value else Standing(name)
        shown = found.setdefault(person.id, ListedPerson(person, standing, staff_id, []))
        shown.given.extend([acknowledgement] if acknowledgement else [])
    return found


def person_rows(session: Session, ids: Sequence[int], asked: ProgressQuery) -> list[PersonRow]:
    """Return what the list says about these people, in this order; who has left meanwhile is left out."""
    listed, module = (
        _shown(session, standings_of(asked).where(Membership.person_id.in_(ids)), asked.policy),
        asked.module,
    )
    holds, results = holdings(session, ids, module.key), _results(session, ids, module.key)
    grades, found = _grades(session, ids, asked.course_id, module.key), []
    for shown in (listed[each] for each in ids if each in listed):
        person = shown.person
        holding = holds.get(person.id, Holding())
        renewal = renewal_from(holding.held, module, asked.now)
        counting = renewal.counting(results.get(person.id, []))
        whose = (person.id, person.name, person.email, person.subject, shown.standing)
        confirmed = confirmed_from(shown.given, asked.policy) if asked.policy else None
        best = best_of(counting) if counting else None
        told = _told(grades.get(person.id, []), module.key)
        row = *whose, best, renewal, told[0], confirmed, holding.certificate, *told[1:], holding.transferred
        found.append(PersonRow(*row, shown.staff_id))
    return found


def _results(session: Session, ids: Sequence[int], module: str) -> dict[int, list[ResultRow]]:
    found: dict[int, list[ResultRow]] = {}
    for result in session.scalars(select(ResultRow).where(ResultRow.person_id.in_(ids), ResultRow.module == module)):
        found.setdefault(result.person_id, []).append(result)
    return found


def _grades(session: Session, ids: Sequence[int], course_id: int, module: str) -> dict[int, list[GradeStatus]]:
    """Return the status of each person's grades, also of those of modules that the activities opened before."""
    theirs = _in_course(WITH_TROUBLE, course_id, module).where(Delivery.person_id.in_(ids))
    found: dict[int, list[GradeStatus]] = {}
    for status in grade_statuses(theirs, session):
        found.setdefault(status.delivery.person_id, []).append(status)
    return found


def _told(found: list[GradeStatus], module: str) -> tuple[GradeStatus | None, frozenset[int], bool]:
    """Return of someone's grades the most telling, the activities that get their score, and whether others arrived."""
    owed = [status for status in found if status.delivery.module == module]
    of_other = any(status.delivery.delivered_at for status in found if status.delivery.module != module)
    sent_to = frozenset(status.delivery.activity_id for status in owed if status.delivery.kind is GradeKind.SCORE)
    return max(owed, key=most_telling, default=None), sent_to, of_other


def _owed(session: Session, course_id: int, module: str) -> dict[DeliveryState, int]:
    """Count the grades that are not in the LMS yet, for people the page lists: others do not matter here."""
    counted = _in_course(select(Delivery.state, func.count()), course_id, module).group_by(Delivery.state)
    listed = counted.join(Membership, Membership.person_id == Delivery.person_id).where(*learns_in(course_id))
    listed = listed.where(Delivery.module == module)
    return dict(session.execute(listed.where(Delivery.state.in_((*UNDER_WAY, DeliveryState.NEEDS_ATTENTION)))).all())


Columns = TypeVarTuple("Columns")


def _in_course(query: Select[*Columns], course_id: int, module: str) -> Select[*Columns]:
    placed = query.join(Activity, Activity.id == Delivery.activity_id)
    return placed.where(Activity.course_id == course_id, Activity.module == module)
