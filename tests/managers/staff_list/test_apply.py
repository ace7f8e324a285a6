"""A list is applied as a whole or not at all, and undone exactly, whatever happens at the same time."""

import subprocess
import sys
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.audit.models import AuditEvent
from core.changes import follow
from core.grants.grants import list_grants
from core.schools import schools_of
from db import Database
from lti.domain.member import Member
from lti.domain.roles import Role
from lti.services.roster import keep_members
from managers.models import StaffEntry, StaffMember, StaffTraining
from managers.staff.refresh import StaffInStep
from managers.staff.stale import is_under_way
from managers.staff_list import jobs
from managers.staff_list.apply import NoLongerFits, NothingToApply, ask_to_apply
from managers.staff_list.jobs import apply_waiting
from managers.staff_list.lists import clear_away
from managers.staff_list.models import ListState, StaffList
from managers.staff_list.undo import CannotUndo
from modules.content.publish import publish
from tests.managers.staff_list.keeper import ListKeeper, member, written
from tests.support.factories import CONTENT, NOW, add_activity, add_platform


@pytest.fixture
def followed(database: Database) -> Database:
    follow(database, StaffInStep())
    return database


@pytest.fixture
def keeper(followed: Database) -> ListKeeper:
    return ListKeeper(followed)


def enrol(database: Database, *names: str) -> int:
    """Put people on the roster of a Moodle course, and return the course."""
    with database.transaction() as session:
        publish(session, CONTENT, NOW)
        platform = add_platform(session, issuer="https://moodle.example")
        platform.family = "moodle"
        activity = add_activity(session, platform)
        people = [Member(f"s-{name}", Role.STAFF, name.title(), f"{name}@oak.example") for name in names]
        keep_members(session, activity.course_id, people, NOW)
        return activity.course_id


def all_that_is_known(database: Database) -> list[Any]:
    """Return all that a list can change."""
    columns = StaffMember.__table__.c
    tables = [
        select(*columns).order_by(columns.id),
        select(*StaffTraining.__table__.c).order_by(StaffTraining.staff_id, StaffTraining.module),
        select(StaffEntry.person_id, StaffEntry.staff_id).order_by(StaffEntry.person_id),
    ]
    with database.reading() as session:
        held = [each.grant for each in list_grants(session, NOW, "invictus") if each.is_in_force]
        grants = sorted((grant.email, grant.role.value) for grant in held)
        return [
            *([tuple(row) for row in session.execute(each)] for each in tables),
            grants,
            [school.name for school in schools_of(session, "invictus")],
        ]


def test_a_list_changes_people_whom_an_lms_knows_and_those_it_does_not(keeper: ListKeeper, followed: Database) -> None:
    enrol(followed, "asha", "dan")
    keeper.applied(
        written(
            "asha@oak.example,S1,Oak Primary,-,Leader,2019-09-01",
            "dan@oak.example,,Oak Primary,S1,Teacher,",
            "new@oak.example,,Elm High,dan@oak.example,,",
        )
    )
    with followed.reading() as session:
        asha, dan, new = (member(session, f"{name}@oak.example") for name in ("asha", "dan", "new"))
        assert (asha.name, asha.number, asha.job_group) == ("Asha", "S1", "Leader")
        assert (dan.line_manager_id, new.line_manager_id) == (asha.id, dan.id)
        trainings = session.scalars(select(StaffTraining).where(StaffTraining.staff_id == dan.id)).all()
        assert [each.school_id for each in trainings] == [dan.school_id]


def test_someone_of_the_list_is_known_once_an_lms_sends_their_address(keeper: ListKeeper, followed: Database) -> None:
    keeper.applied(written("asha@oak.example,S1,Oak Primary,,,"))
    enrol(followed, "asha")
    with followed.reading() as session:
        asha = session.scalars(select(StaffMember).where(StaffMember.email == "asha@oak.example")).one()
        assert (asha.name, asha.number) == ("Asha", "S1")
        assert len(session.scalars(select(StaffEntry).where(StaffEntry.staff_id == asha.id)).all()) == 1


PEOPLE = "asha", "dan", "eve", "fay"
ROWS = st.dictionaries(
    st.sampled_from(PEOPLE),
    st.tuples(
        st.sampled_from(["", "-", "S1", "S2", "S3"]),
        st.sampled_from(["", "-", "Oak Primary", "Elm High"]),
        st.sampled_from(["", "-", *(f"{name}@oak.example" for name in PEOPLE)]),
        st.sampled_from(["", "-", "Teacher", "=1+1"]),
        st.sampled_from(["", "-", "03/04/2020", "2001-01-01"]),
    ),
    min_size=1,
)


@given(st.lists(ROWS, min_size=1, max_size=4))
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undoing_every_list_in_turn_puts_back_exactly_what_was_there(
    keeper: ListKeeper, followed: Database, lists: list[dict[str, tuple[str, ...]]]
) -> None:
    with followed.reading() as session:
        is_new = session.scalar(select(StaffMember.id).where(StaffMember.email == "dan@oak.example")) is None
    if is_new:
        enrol(followed, "asha", "dan")
    before = []
    for rows in lists:
        lines = [",".join((f"{name}@oak.example", *cells)) for name, cells in rows.items()]
        number = keeper.keep(written(*lines))
        keeper.add_schools(number)
        if not keeper.look(number).plan.problems:
            before.append((number, all_that_is_known(followed)))
            keeper.apply(number)
    for number, known in reversed(before):
        keeper.undo(number)
        assert all_that_is_known(followed) == known


def test_only_the_list_that_was_applied_last_is_undone_and_only_once(keeper: ListKeeper) -> None:
    first = keeper.applied(written("asha@oak.example,S1,,,,"))
    second = keeper.applied(written("asha@oak.example,S2,,,,"))
    with pytest.raises(CannotUndo):
        keeper.undo(first)
    keeper.undo(second)
    with pytest.raises(CannotUndo):
        keeper.undo(second)
    keeper.undo(first)


def test_what_has_happened_since_stays_when_a_list_is_undone(keeper: ListKeeper, followed: Database) -> None:
    number = keeper.applied(written("asha@oak.example,S1,Oak Primary,,,"))
    enrol(followed, "asha")
    keeper.undo(number)
    with followed.reading() as session:
        asha = member(session, "asha@oak.example")
        assert (asha.name, asha.number, asha.school_id) == ("Asha", None, None)


def test_of_two_lists_at_the_same_time_one_is_applied_and_the_other_is_told(
    keeper: ListKeeper, followed: Database
) -> None:
    numbers = [keeper.keep(written(f"asha@oak.example,{number},,,,")) for number in ("S1", "S2")]
    barrier, told = Barrier(2), []

    def run(number: int) -> None:
        barrier.wait()
        try:
            keeper.apply(number)
        except NoLongerFits:
            told.append(number)

    threads = [Thread(target=run, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with followed.reading() as session:
        states = [session.get_one(StaffList, number).state for number in numbers]
        asha = member(session, "asha@oak.example")
    if told:
        assert sorted(state.value for state in states) == ["applied", "read"]
        (lost,) = told
        assert asha.number == ("S2" if lost == numbers[0] else "S1")
    else:
        # The second was only looked at once the first was there.
        assert [state.value for state in states] == ["applied", "applied"]


def test_a_list_is_applied_once_however_often_the_button_is_pressed(keeper: ListKeeper) -> None:
    number = keeper.applied(written("asha@oak.example,S1,,,,"))
    with pytest.raises(NothingToApply):
        keeper.apply(number)


KILLED = """
import os, signal, sys
from db import Database
from managers.staff_list import apply, jobs
whole = getattr(apply, sys.argv[2])
def ending(*told, **named):
    if sys.argv[3] == "after":
        whole(*told, **named)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(apply, sys.argv[2], ending)
jobs.apply_waiting(Database(sys.argv[1]))
"""


@pytest.mark.parametrize(
    "step", ["write_changes before", "write_changes after", "give_to_all after", "follow_up after"]
)
def test_a_process_that_is_killed_half_way_changes_nothing_and_the_next_one_does_it_all(
    keeper: ListKeeper, followed: Database, prepared_database: str, step: str
) -> None:
    enrol(followed, "asha", "dan")
    number = keeper.keep(written("asha@oak.example,S1,,dan@oak.example,,", "eve@oak.example,S9,,,,"))
    wanted = keeper.look(number).plan.digest
    with followed.transaction() as session:
        ask_to_apply(session, session.get_one(StaffList, number), wanted, keeper.actor, NOW)
    before = all_that_is_known(followed)
    ended = subprocess.run([sys.executable, "-c", KILLED, prepared_database, *step.split()], check=False)
    assert ended.returncode == -9
    assert all_that_is_known(followed) == before
    assert apply_waiting(followed) == 1
    with followed.reading() as session:
        assert session.get_one(StaffList, number).state is ListState.APPLIED
        assert member(session, "asha@oak.example").line_manager_id == member(session, "dan@oak.example").id
        assert member(session, "eve@oak.example").number == "S9"


def test_a_list_that_no_longer_fits_when_its_turn_comes_changes_nothing_and_its_page_says_so(
    keeper: ListKeeper, followed: Database
) -> None:
    number = keeper.keep(written("asha@oak.example,S1,,,,"))
    with followed.transaction() as session:
        ask_to_apply(session, session.get_one(StaffList, number), keeper.look(number).plan.digest, keeper.actor, NOW)
    keeper.applied(written("asha@oak.example,S2,,,,"))
    assert apply_waiting(followed) == 1
    with followed.reading() as session:
        kept = session.get_one(StaffList, number)
        assert (kept.state, kept.trouble) == (ListState.READ, jobs.NO_LONGER_FITS)
        assert member(session, "asha@oak.example").number == "S2"


def test_the_training_of_many_people_follows_their_school_at_once_and_the_rest_soon(
    keeper: ListKeeper, followed: Database
) -> None:
    names = [f"p{each}" for each in range(210)]
    enrol(followed, *names)
    keeper.applied(written(*(f"{name}@oak.example,,Oak Primary,,," for name in names)))
    with followed.reading() as session:
        (school,) = schools_of(session, "invictus")
        assert set(session.scalars(select(StaffTraining.school_id))) == {school.id}
        assert is_under_way(session, "invictus")


def test_what_is_on_record_names_no_one(keeper: ListKeeper, followed: Database) -> None:
    keeper.undo(keeper.applied(written("asha@oak.example,S1,Oak Primary,dan@oak.example,,", "dan@oak.example,,,,,")))
    with followed.reading() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.thing_kind == "staff list")).all()
    assert [event.action for event in found] == ["uploaded", "applied", "undone"]
    assert found[1].details == {
        "trust": "invictus",
        "added": 2,
        "changed": 0,
        "schools": 1,
        "grants": 1,
        "withdrawn": 0,
    }


def test_rows_are_kept_for_a_day_or_until_a_list_can_no_longer_be_undone(
    keeper: ListKeeper, followed: Database
) -> None:
    looked, applied = keeper.keep(written("asha@oak.example,S1,,,,")), keeper.applied(written("dan@oak.example,S2,,,,"))

    def left(days: int) -> list[tuple[int, bool]]:
        with followed.transaction() as session:
            clear_away(session, NOW + timedelta(days=days))
        with followed.reading() as session:
            return [
                (each.id, each.sheet is not None) for each in session.scalars(select(StaffList).order_by(StaffList.id))
            ]

    assert left(0) == [(looked, True), (applied, True)]
    assert left(2) == [(applied, True)]
    assert left(91) == [(applied, False)]
