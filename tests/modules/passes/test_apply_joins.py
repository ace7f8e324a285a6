"""What joins bring, whatever people do in whatever order: it follows from the joins in force, and goes with them."""

import random
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db import Database
from lti.domain.delivery import DeliveryState
from lti.models import Activity, Delivery, Membership, Person
from managers.people import Standing, course_query, people_page
from modules.certificates.certificates import revoke_certificate
from modules.content.publish import publish
from modules.domain.progress import Answer
from modules.models import Acknowledgement, Certificate, Join, JoinState, Pass, ResultRow
from modules.passes.apply_joins import apply_joins_of
from modules.passes.attempts import find_attempt
from modules.passes.join_errors import CannotJoin
from modules.passes.joins import join, separate
from modules.play.answers import give_answer, start_attempt
from modules.policy.acknowledgements import acknowledge
from tests.support.factories import ADMINISTRATOR, CONTENT, NOW, POLICY, add_activity, add_person, add_platform

PHOTOS = replace(CONTENT, module=replace(CONTENT.module, valid_months=12))
PEOPLE = range(4)
Grades = list[tuple[float, str, object, object]]


@dataclass
class Course:
    """A course with four entries of what may be one person, and what they do there."""

    session: Session
    activity: Activity
    people: list[Person]
    days: int = 0
    gone: set[int] = field(default_factory=set)

    @classmethod
    def begin(cls, session: Session) -> "Course":
        publish(session, PHOTOS, NOW)
        platform = add_platform(session)
        activity = add_activity(session, platform)
        return cls(session, activity, [add_person(session, activity, platform, name) for name in "ABCD"])

    def number(self, which: int) -> int:
        return self.people[which].id

    def passes(self, which: int, first: str = "decline") -> None:
        """Let one of them pass: at full marks, or at fewer where they ask first."""
        self.days += 1
        now = NOW + timedelta(days=self.days)
        begun = start_attempt(self.session, self.number(which), self.activity.id, "photos", "invictus", now)
        attempt = find_attempt(self.session, begun.id, self.number(which))
        for scenario, scene, choice in (
            ("fork", "first", first),
            ("fork", "second", "decline"),
            ("short", "only", "decline"),
        ):
            give_answer(self.session, attempt, Answer(scenario, scene, choice), self.activity.id, now)

    def confirms(self, which: int) -> None:
        self.days += 1
        now = NOW + timedelta(days=self.days)
        acknowledge(self.session, self.number(which), POLICY, self.activity.id, now)
        apply_joins_of(self.session, self.number(which), now)

    def joins(self, newer: int, earlier: int) -> int:
        return join(self.session, self.number(newer), self.number(earlier), "Mo Aziz", "", self.now).id

    def separates(self, number: int) -> None:
        separate(self.session, number, "Mo Aziz", "", self.now)

    def revokes(self, which: int) -> None:
        """Revoke the certificate of one of them that was issued last."""
        theirs = select(Certificate).where(Certificate.person_id == self.number(which))
        last = self.session.scalars(theirs.order_by(Certificate.number.desc())).first()
        if last:
            revoke_certificate(self.session, last.code, "Not their own work", "Mo Aziz", ADMINISTRATOR, self.now)

    def goes(self, which: int) -> None:
        """Let one of them leave the course, or come back to it."""
        membership = self.session.get_one(Membership, (self.activity.course_id, self.number(which)))
        membership.left_at = None if membership.left_at else NOW
        self.gone.add(which)

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.days)

    def in_force(self) -> dict[int, tuple[int, int]]:
        found = self.session.scalars(select(Join).where(Join.state == JoinState.JOINED)).all()
        return {made.id: (made.person_id, made.same_as_id) for made in found}

    def earlier_of(self, person_id: int) -> set[int]:
        """Return the earlier entries of one, however many joins lie between."""
        earlier = {old for newer, old in self.in_force().values() if newer == person_id}
        return earlier.union(*map(self.earlier_of, earlier))

    def owed(self, which: int) -> Grades:
        theirs = select(Delivery).where(Delivery.person_id == self.number(which)).order_by(Delivery.id)
        found = self.session.scalars(theirs)
        return [(each.score, each.comment, each.started_at, each.finished_at) for each in found]

    def earned(self, which: int) -> Grades:
        """Return the grades that someone earned themselves: of a pass that renews, one as good is owed again."""
        results = self.session.scalars(select(ResultRow).where(ResultRow.person_id == self.number(which))).all()
        best = max((each.score for each in results), default=None)
        return [(best, "Passed.", each.finished_at, each.finished_at) for each in results if each.score == best]

    def standings(self) -> dict[int, Standing]:
        page = people_page(
            self.session, course_query(self.session, self.activity.course_id, PHOTOS.module, self.now), None, 1, 10
        )
        return {row.person_id: row.standing for row in page.rows}

    def own_rows(self) -> list[tuple[object, ...]]:
        """Return all that the entries have of their own."""
        self.session.flush()
        passes = self.session.scalars(select(Pass).where(Pass.join_id.is_(None))).all()
        given = self.session.scalars(select(Acknowledgement).where(Acknowledgement.join_id.is_(None))).all()
        return sorted(
            [("pass", each.person_id, each.attempt_id, each.cycle, each.valid_until) for each in passes]
            + [("confirmation", each.person_id, each.version, each.acknowledged_at) for each in given]
        )

    def brought_rows(self) -> list[tuple[int, int | None]]:
        self.session.flush()
        found = [
            (each.person_id, each.join_id)
            for kept in (Pass, Acknowledgement)
            for each in self.session.scalars(select(kept).where(kept.join_id.is_not(None)))
        ]
        return sorted(found)


@pytest.fixture
def course(session: Session) -> Course:
    return Course.begin(session)


PERSON = st.integers(0, 3)
KINDS = ["join"] * 6 + ["pass"] * 3 + ["undo", "undo", "revoke", "confirm", "go"]
STEPS = st.lists(st.tuples(st.sampled_from(KINDS), PERSON, PERSON), min_size=8, max_size=14)
RING = [("pass", 0, 0), ("join", 1, 0), ("join", 2, 1), ("join", 0, 2)]
REVOKED = [("pass", 0, 0), ("join", 1, 0), ("revoke", 0, 0), ("join", 2, 1)]

RENEWED = [("pass", 1, 0), ("join", 1, 0), ("join", 0, 2), ("pass", 0, 0), ("pass", 1, 0)]


def take(course: Course, step: tuple[str, int, int]) -> None:
    """Take a step; joins change nothing of what an entry has of its own, and neither do those undone."""
    what, which, other = step
    before = course.own_rows()
    if what == "join":
        with suppress(CannotJoin):
            course.joins(which, other)
    elif what == "undo":
        for number in list(course.in_force())[:1] if which % 2 else list(course.in_force())[-1:]:
            course.separates(number)
    elif what == "pass":
        course.passes(which, "ask" if other % 2 else "decline")
    else:
        {"revoke": course.revokes, "confirm": course.confirms, "go": course.goes}[what](which)
    assert what in {"pass", "confirm"} or course.own_rows() == before


def check(course: Course) -> None:
    """Check all that has to be true at any time."""
    pairs = list(course.in_force().values())
    assert len({earlier for _, earlier in pairs}) == len(pairs)
    for person in course.people:
        assert person.id not in course.earlier_of(person.id)
    here = set(course.session.scalars(select(Membership.person_id).where(Membership.left_at.is_(None))))
    hidden = set().union(*(course.earlier_of(person_id) for person_id in here))
    standings = course.standings()
    assert standings.keys() == here - hidden
    revoked = set(course.session.scalars(select(Certificate.attempt_id).where(Certificate.revoked_at.is_not(None))))
    passes = course.session.scalars(select(ResultRow).where(ResultRow.passed)).all()
    confirmed = {row[1] for row in course.own_rows() if row[0] == "confirmation"}
    for which, person in enumerate(course.people):
        earlier = course.earlier_of(person.id)
        own = [each for each in passes if each.person_id == person.id]
        theirs = [each for each in passes if each.person_id in earlier and each.attempt_id not in revoked]
        if person.id in standings:
            assert (standings[person.id] is Standing.PASSED) == bool(own or theirs)
        given = course.session.get(Acknowledgement, (person.id, POLICY.key, POLICY.version))
        assert bool(given) == bool({person.id, *earlier} & confirmed)
        assert bool(course.owed(which)) == bool(own or theirs) or which in course.gone


@example(RING, random.Random(1))
@example(REVOKED, random.Random(1))
@example(RENEWED, random.Random(1))
@given(STEPS, st.randoms(use_true_random=False))
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_brought_follows_from_the_joins_in_force_and_goes_with_them(
    database: Database, steps: list[tuple[str, int, int]], order: random.Random
) -> None:
    with database.transaction() as session:
        course = Course.begin(session)
        for step in steps:
            take(course, step)
            check(course)
        before, left = course.brought_rows(), list(course.in_force())
        for person in course.people:
            apply_joins_of(session, person.id, course.now)
        assert course.brought_rows() == before
        order.shuffle(left)
        for number in left:
            course.separates(number)
            check(course)
        assert course.brought_rows() == []
        for which in PEOPLE:
            owed, earned = course.owed(which), course.earned(which)
            assert len(owed) == bool(earned) and set(owed) <= set(earned)
        session.rollback()


@pytest.mark.parametrize("order", [[(2, 1), (1, 0)], [(1, 0), (2, 1)]])
def test_a_pass_comes_along_a_row_of_joins_whichever_was_made_first(
    course: Course, order: list[tuple[int, int]]
) -> None:
    course.passes(0)
    course.goes(0)
    for newer, earlier in order:
        course.joins(newer, earlier)
    assert course.standings() == {course.number(2): Standing.PASSED, course.number(3): Standing.NOT_STARTED}
    assert [grade[0] for grade in course.owed(2)] == [1.0]


def test_what_an_earlier_entry_passes_and_confirms_later_counts_for_the_newest_at_once(course: Course) -> None:
    course.joins(2, 1)
    course.joins(1, 0)
    course.passes(0)
    course.confirms(0)
    assert course.standings()[course.number(2)] is Standing.PASSED
    assert course.session.get(Acknowledgement, (course.number(2), POLICY.key, POLICY.version))


def test_what_they_confirmed_themselves_stays_when_a_join_is_undone(course: Course) -> None:
    course.confirms(0)
    number = course.joins(1, 0)
    course.confirms(1)
    course.separates(number)
    given = course.session.get_one(Acknowledgement, (course.number(1), POLICY.key, POLICY.version))
    assert (given.join_id, given.acknowledged_at) == (None, course.now)


def test_a_better_grade_of_the_earlier_entry_gives_way_to_their_own_when_a_join_is_undone(course: Course) -> None:
    course.passes(0)
    course.passes(1, "ask")
    own = course.owed(1)
    number = course.joins(1, 0)
    assert own[0][0] < 1 and course.owed(1)[0][0] == 1
    course.session.execute(update(Delivery).values(state=DeliveryState.DELIVERED, delivered_at=NOW))
    course.separates(number)
    assert course.owed(1) == own
    (delivery,) = course.session.scalars(select(Delivery).where(Delivery.person_id == course.number(1)))
    assert delivery.state is DeliveryState.WAITING


def test_a_grade_of_their_own_is_not_sent_again_when_a_join_that_brought_none_is_undone(course: Course) -> None:
    course.passes(0, "ask")
    course.passes(1)
    course.session.execute(update(Delivery).values(state=DeliveryState.DELIVERED, delivered_at=NOW))
    course.separates(course.joins(1, 0))
    assert {each.state for each in course.session.scalars(select(Delivery))} == {DeliveryState.DELIVERED}


def test_a_pass_whose_certificate_was_revoked_counts_under_no_other_entry(course: Course) -> None:
    course.passes(0)
    course.joins(1, 0)
    assert [grade[0] for grade in course.owed(1)] == [1.0]
    course.revokes(0)
    assert course.standings()[course.number(1)] is Standing.NOT_STARTED and course.owed(1) == []
    course.joins(2, 1)
    assert course.standings()[course.number(2)] is Standing.NOT_STARTED and course.owed(2) == []
