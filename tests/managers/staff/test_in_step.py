"""Staff and their training agree with the records, whatever people, trainers and LMSs do in whatever order."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from core.audit.domain.event import by_command
from core.changes import courses_changed, follow, records_changed
from core.schools import add_school
from db import Database
from lti.domain.member import Member
from lti.domain.roles import Role
from lti.learners import LEARNS_NOW
from lti.models import Activity, Membership, Person, Platform
from lti.registration.remove import switch_off, switch_on
from lti.services.roster import keep_members, mark_leavers
from managers.models import CourseSchool, StaffEntry, StaffMember, StaffOverview, StaffTraining, StaleCourse
from managers.staff.refresh import StaffInStep, refresh_people
from managers.staff.stale import bring_up_to_date, is_under_way, mark_stale
from modules.content.assign import assign
from modules.content.publish import publish
from modules.domain.progress import Answer
from modules.models import Attempt, Join, JoinState, Pass
from modules.passes.attempts import find_attempt
from modules.passes.course_progress import Standing
from modules.passes.join_errors import CannotJoin
from modules.passes.joins import join, separate
from modules.play.answers import give_answer, start_attempt
from modules.play.drop import drop_attempt
from tests.support.factories import CONTENT, NOW, add_activity, add_platform

MODULES = "photos", "posts"
ADMINISTRATOR = by_command("root", "lti remove-platform")
WAYS = (
    "enrol",
    "enrol",
    "enrol",
    "leave",
    "start",
    "pass",
    "pass",
    "fail",
    "drop",
    "join",
    "join",
    "undo",
    "change",
    "off",
)


class Trust:
    """Two LMSs of a trust, each with a course and an activity, and four people whom both know by other ids."""

    def __init__(self, session: Session) -> None:
        self.session, self.days = session, 0
        for key in MODULES:
            publish(session, replace(CONTENT, module=replace(CONTENT.module, key=key, valid_months=12)), NOW)
        self.platforms = [add_platform(session, issuer=f"https://{name}.example") for name in ("one", "two")]
        for platform in self.platforms:
            platform.family = "moodle"
        self.activities = [
            add_activity(session, platform, key) for platform, key in zip(self.platforms, MODULES, strict=True)
        ]

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.days)

    def enrol(self, at: int, which: int, shares: bool = True) -> Person:
        """Put someone on a roster, with their address if the LMS shares it."""
        name = "ABCD"[which] * 2
        member = Member(f"sub-{name}", Role.STAFF, f"Person {name}", f"{name}@School.example" if shares else None)
        keep_members(self.session, self.activities[at].course_id, [member], self.now)
        return self.person(at, which)

    def person(self, at: int, which: int) -> Person | None:
        same = Person.platform_id == self.platforms[at].id, Person.subject == f"sub-{'ABCD'[which] * 2}"
        return self.session.scalar(select(Person).where(*same))

    def answer(self, at: int, person: Person, best: bool) -> None:
        activity = self.activities[at]
        begun = start_attempt(self.session, person.id, activity.id, activity.module, "invictus", self.now)
        attempt = find_attempt(self.session, begun.id, person.id)
        key = "decline" if best else "post"
        for scenario, scene in (("fork", "first"), ("fork", "second"), ("short", "only")):
            with suppress(Exception):
                give_answer(self.session, attempt, Answer(scenario, scene, key), activity.id, self.now)

    def take(self, way: str, at: int, which: int) -> None:
        """Let something happen that changes where people stand."""
        self.days += 1
        person, activity, platform = self.person(at, which), self.activities[at], self.platforms[at]
        if way == "enrol":
            self.enrol(at, which, shares=which != 0)
        elif way == "change":
            activity.chosen_here = True
            with suppress(Exception):
                assign(self.session, activity.id, MODULES[which % 2], "invictus", self.now)
        elif way == "off":
            change = switch_on if platform.switched_off_at else switch_off
            change(self.session, platform, ADMINISTRATOR, self.now)
        elif way == "undo":
            made = self.session.scalar(select(Join.id).where(Join.state == JoinState.JOINED).limit(1))
            if made:
                separate(self.session, made, "Mo Aziz", "", self.now)
        elif person:
            self.take_person(way, at, which, person)

    def take_person(self, way: str, at: int, which: int, person: Person) -> None:
        activity = self.activities[at]
        if way == "leave":
            mark_leavers(self.session, activity.course_id, [person.id], self.now, self.now)
        elif way == "start" and activity.module:
            start_attempt(self.session, person.id, activity.id, activity.module, "invictus", self.now)
        elif way in {"pass", "fail"} and activity.module:
            self.answer(at, person, way == "pass")
        elif way == "drop":
            open_one = Attempt.person_id == person.id, Attempt.finished_at.is_(None), Attempt.dropped_at.is_(None)
            if attempt := self.session.scalar(select(Attempt).where(*open_one)):
                with suppress(Exception):
                    drop_attempt(self.session, find_attempt(self.session, attempt.id, person.id), self.now)
        elif way == "join" and (other := self.person(1 - at, which)):
            with suppress(CannotJoin):
                join(self.session, person.id, other.id, "Mo Aziz", "", self.now)


def people_in(session: Session) -> dict[int, set[int]]:
    """Return the entries of each staff member."""
    found: dict[int, set[int]] = {}
    for row in session.scalars(select(StaffEntry)):
        found.setdefault(row.staff_id, set()).add(row.person_id)
    return found


def learning(session: Session, entries: set[int]) -> set[str]:
    """Return the modules that people have to take, read row by row."""
    found = set()
    for membership in session.scalars(select(Membership).where(Membership.person_id.in_(entries), *LEARNS_NOW)):
        for activity in session.scalars(select(Activity).where(Activity.course_id == membership.course_id)):
            platform = session.get_one(Platform, session.get_one(Person, membership.person_id).platform_id)
            if activity.module and not platform.switched_off_at:
                found.add(activity.module)
    return found


def reached(session: Session, entries: set[int], module: str) -> Standing:
    attempts = session.scalars(select(Attempt).where(Attempt.person_id.in_(entries), Attempt.module == module)).all()
    if session.scalars(select(Pass).where(Pass.person_id.in_(entries), Pass.module == module)).first():
        return Standing.PASSED
    if any(attempt.is_open for attempt in attempts):
        return Standing.IN_PROGRESS
    return Standing.NOT_PASSED if any(each.finished_at for each in attempts) else Standing.NOT_STARTED


def check(trust: Trust) -> None:
    """Check that every row says what the records say, and that no row is missing."""
    session = trust.session
    session.flush()
    session.expire_all()
    rows = {(row.staff_id, row.module): row for row in session.scalars(select(StaffTraining))}
    wanted = set()
    for staff_id, entries in people_in(session).items():
        for module in learning(session, entries):
            wanted.add((staff_id, module))
            assert rows[staff_id, module].reached is reached(session, entries, module)
            ends = session.scalars(select(Pass.valid_until).where(Pass.person_id.in_(entries), Pass.module == module))
            assert rows[staff_id, module].valid_until == max(ends.all(), default=None)
    assert rows.keys() == wanted
    check_overviews(session, rows.values())


def check_overviews(session: Session, rows: Collection[StaffTraining]) -> None:
    """Check that everyone's training has come to what their overview says, and that no one else has one."""
    overviews = {row.staff_id: row for row in session.scalars(select(StaffOverview))}
    assert overviews.keys() == {row.staff_id for row in rows}
    for staff_id, overview in overviews.items():
        theirs = [row for row in rows if row.staff_id == staff_id]
        passed = [row for row in theirs if row.reached is Standing.PASSED]
        assert (overview.modules, overview.passed) == (len(theirs), len(passed))
        assert (overview.reached is Standing.PASSED) == (len(passed) == len(theirs))
        assert overview.valid_until == min((row.valid_until for row in theirs if row.valid_until), default=None)
        assert overview.sort_name == theirs[0].sort_name


def check_who_is_one(trust: Trust) -> None:
    """Check that those with one address, and those who are joined, are one, and no others."""
    session = trust.session
    staff_of = {row.person_id: row.staff_id for row in session.scalars(select(StaffEntry))}
    joined = {
        frozenset((each.person_id, each.same_as_id))
        for each in session.scalars(select(Join).where(Join.state == JoinState.JOINED))
    }
    for which in range(4):
        one, other = (trust.person(at, which) for at in (0, 1))
        if one and other:
            together = which != 0 or frozenset((one.id, other.id)) in joined
            assert (staff_of[one.id] == staff_of[other.id]) == together
    assert len(set(staff_of.values())) >= len({person.name for person in session.scalars(select(Person))})


STEPS = st.lists(st.tuples(st.sampled_from(WAYS), st.integers(0, 1), st.integers(0, 3)), min_size=10, max_size=25)


@given(STEPS)
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_training_agrees_with_the_records_whatever_happens_in_whatever_order(
    database: Database, steps: list[tuple[str, int, int]]
) -> None:
    database.session_info.clear()
    follow(database, StaffInStep())
    with database.transaction() as session:
        trust = Trust(session)
        for step in steps:
            trust.take(*step)
            check(trust)
            check_who_is_one(trust)
        session.rollback()


@pytest.fixture
def followed(database: Database) -> Database:
    database.session_info.clear()
    follow(database, StaffInStep())
    return database


@pytest.fixture
def trust(followed: Database) -> Iterator[Trust]:
    with followed.transaction() as session:
        yield Trust(session)


def members(trust: Trust) -> list[StaffMember]:
    trust.session.flush()
    return list(trust.session.scalars(select(StaffMember).order_by(StaffMember.id)))


def test_someone_whom_two_lmss_give_one_address_is_one(trust: Trust) -> None:
    trust.enrol(0, 1)
    trust.enrol(1, 1)
    (member,) = members(trust)
    assert (member.email, member.name) == ("bb@school.example", "Person BB")


def test_an_address_that_people_may_have_chosen_themselves_makes_no_one_someone_else(trust: Trust) -> None:
    trust.platforms[1].confirms_addresses = False
    trust.enrol(0, 1)
    trust.enrol(1, 1)
    assert [member.email for member in members(trust)] == ["bb@school.example", None]


def test_an_address_that_two_people_share_does_not_make_them_one(trust: Trust) -> None:
    course = trust.activities[0].course_id
    office = "office@school.example"
    both = [Member("a", Role.STAFF, "Ada Okafor", office), Member("b", Role.STAFF, "Wei Chen", office)]
    keep_members(trust.session, course, both, NOW)
    assert [member.name for member in members(trust)] == ["Ada Okafor", "Wei Chen"]
    assert [member.email for member in members(trust)] == [office, None]


def test_without_an_address_no_one_is_taken_for_another_of_their_name(trust: Trust) -> None:
    trust.enrol(0, 0, shares=False)
    trust.enrol(1, 0, shares=False)
    assert len(members(trust)) == 2


def test_when_a_join_is_undone_each_has_what_they_earned_themselves(trust: Trust) -> None:
    one, other = trust.enrol(0, 0, shares=False), trust.enrol(1, 0, shares=False)
    trust.answer(0, one, best=True)
    made = join(trust.session, other.id, one.id, "Mo Aziz", "", trust.now)
    assert len(people_in(trust.session)) == 1
    separate(trust.session, made.id, "Mo Aziz", "", trust.now)
    assert sorted(map(len, people_in(trust.session).values())) == [1, 1]
    check(trust)


def test_people_belong_to_the_school_of_their_course_unless_a_list_gives_another(trust: Trust) -> None:
    names = "Hillside", "Riverside"
    hillside, riverside = (add_school(trust.session, "invictus", name, ADMINISTRATOR, NOW) for name in names)
    trust.enrol(0, 1)
    trust.enrol(0, 2)
    course = trust.activities[0].course_id
    given = members(trust)[0]
    given.school_id, given.school_given = riverside.id, True
    trust.session.add(CourseSchool(course_id=course, school_id=hillside.id))
    courses_changed(trust.session, [course], NOW)
    assert [member.school_id for member in members(trust)] == [riverside.id, hillside.id]
    rows = trust.session.scalars(select(StaffTraining).order_by(StaffTraining.staff_id)).all()
    assert [row.school_id for row in rows] == [riverside.id, hillside.id]


def test_a_large_course_is_brought_up_to_date_by_a_job_and_pages_can_say_so(followed: Database) -> None:
    with followed.transaction() as session:
        trust = Trust(session)
        activity = trust.activities[0]
        activity.module = None
        several = [Member(f"s{each}", Role.STAFF, f"Person {each}", None) for each in range(210)]
        keep_members(session, activity.course_id, several, NOW)
        assign(session, activity.id, "photos", "invictus", NOW)
        assert is_under_way(session, "invictus") and not is_under_way(session, "agora")
        assert session.scalars(select(StaffTraining)).all() == []
    assert bring_up_to_date(followed) == 1
    with followed.reading() as session:
        assert len(session.scalars(select(StaffTraining)).all()) == 210
        assert not is_under_way(session, "invictus")


def test_all_that_is_kept_can_be_worked_out_anew(followed: Database) -> None:
    with followed.transaction() as session:
        Trust(session).enrol(0, 1)
        session.flush()
        row = session.scalars(select(StaffTraining)).one()
        row.reached = Standing.PASSED
    with followed.transaction() as session:
        assert mark_stale(session, None, NOW) == 2
    bring_up_to_date(followed)
    with followed.reading() as session:
        assert session.scalars(select(StaffTraining)).one().reached is Standing.NOT_STARTED
        assert session.scalars(select(StaleCourse)).all() == []


def test_what_someone_does_is_followed_without_asking_anew_who_they_are(followed: Database) -> None:
    with followed.transaction() as session:
        trust = Trust(session)
        person = trust.enrol(0, 1)
        queries: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *call: queries.append(call[2]))
        records_changed(session, [person.id], NOW)
        assert len(queries) <= 12 and not [each for each in queries if "joins" in each and "same_as_id IN" in each]


def test_someone_who_does_something_before_they_were_placed_is_placed(followed: Database) -> None:
    with followed.transaction() as session:
        trust = Trust(session)
        person = trust.enrol(0, 1)
        session.execute(delete(StaffEntry))
        session.expire_all()
        records_changed(session, [person.id], NOW)
        check(trust)
        assert people_in(session).keys() == {members(trust)[-1].id}


def test_many_people_are_followed_with_as_many_queries_as_a_few(followed: Database) -> None:
    def queries_for(count: int) -> int:
        with followed.transaction() as session:
            people = session.scalars(select(Person.id).limit(count)).all()
            queries: list[str] = []
            event.listen(session.connection(), "before_cursor_execute", lambda *call: queries.append(call[2]))
            refresh_people(session, people, NOW)
        return len(queries)

    with followed.transaction() as session:
        trust = Trust(session)
        several = [Member(f"s{each}", Role.STAFF, f"Person {each}", f"{each}@x.example") for each in range(60)]
        keep_members(session, trust.activities[0].course_id, several, NOW)
    assert queries_for(2) == queries_for(60) <= 23
