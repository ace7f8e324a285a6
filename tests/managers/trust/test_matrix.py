"""The matrix says how many people there are for each of its numbers, and a list shows exactly so many."""

from datetime import date
from html import unescape
from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.schools import add_school
from managers.listing.conditions import people_list
from managers.listing.counts import count
from managers.listing.domain.query import Due, ListQuery, ListStatus
from managers.models import StaffMember, StaffTraining
from managers.scope import ScopeKind, StaffScope
from managers.trust.counting import count_tallies
from managers.trust.domain.choice import NamedModule, NamedSchool
from managers.trust.domain.tally import StaffTally
from managers.trust.kept import whole_trust
from managers.trust.matrix import Matrix, matrix_of
from managers.trust.views.trust import PeopleLinks
from modules.content.publish import content_of, contents_of_trust, latest_and_in_force
from modules.passes.course_progress import Standing
from tests.managers.listing.staff import Taken, add_member
from tests.support.factories import ADMINISTRATOR, NOW

TODAY = date(2026, 11, 20)
MODULES = "essentials", "boundaries"
WHOLE = whole_trust("invictus")
PASSED, NOT_STARTED, NOT_PASSED = Standing.PASSED, Standing.NOT_STARTED, Standing.NOT_PASSED

DAYS = st.none() | st.integers(-2, 2)
REACHED = st.sampled_from([PASSED, PASSED, NOT_STARTED, Standing.IN_PROGRESS, NOT_PASSED])
TRAININGS = st.lists(
    st.builds(Taken, st.sampled_from(MODULES), REACHED, DAYS, DAYS), unique_by=lambda taken: taken.module, max_size=2
)
PEOPLE = st.lists(st.tuples(st.sampled_from([None, 0, 1]), TRAININGS), max_size=12)
PARTS = {
    Markup(): lambda tally: tally.people,
    Markup("&amp;standing=passed"): lambda tally: tally.passed,
    Markup("&amp;due=overdue"): lambda tally: tally.overdue,
    Markup("&amp;standing=expired"): lambda tally: tally.expired,
}


@pytest.fixture
def school_ids(session: Session) -> list[int]:
    return [add_school(session, "invictus", name, ADMINISTRATOR, NOW).id for name in ("Hillside", "Oak Tree")]


def by_hand(session: Session, module: str | None, school: int | None) -> StaffTally:
    """Count one cell person by person."""
    found = StaffTally()
    for member in session.scalars(select(StaffMember).where(StaffMember.school_id.is_not_distinct_from(school))):
        theirs = session.scalars(select(StaffTraining).where(StaffTraining.staff_id == member.id)).all()
        taken = [row for row in theirs if module in {None, row.module}]
        ends = [row.valid_until for row in taken if row.valid_until]
        has_passed = all(row.reached is PASSED for row in taken) and all(end >= TODAY for end in ends)
        is_late = any(row.due_on and row.due_on < TODAY for row in taken)
        has_expired = any(end < TODAY for end in ends)
        found += StaffTally(1, has_passed, is_late, has_expired) if taken else StaffTally()
    return found


def asked_in(address: str) -> ListQuery:
    """Return what a link to a list of people asks for."""
    parts = {name: values[0] for name, values in parse_qs(unescape(address).partition("?")[2]).items()}
    return ListQuery(
        scope=parts["scope"],
        module=parts.get("module"),
        school=int(parts["school"]) if "school" in parts else None,
        standing=ListStatus(parts["standing"]) if "standing" in parts else None,
        due=Due(parts["due"]) if "due" in parts else None,
    )


def number_listed(session: Session, asked: ListQuery) -> int:
    modules = [content.module for content in contents_of_trust(session, "invictus").values()]
    _, in_force = latest_and_in_force(session, MODULES[0], "invictus")
    return count(session, people_list(session, asked, WHOLE, modules, content_of(in_force).policy, TODAY)).chosen


def check(session: Session, matrix: Matrix) -> None:
    """Check every number of a matrix, totals included, against a count by hand and the list behind it."""
    links = PeopleLinks("/people?scope=trust")
    named: list[NamedModule | None] = [None, *matrix.modules]
    for module in named:
        key, ids = module.key if module else None, [school.id for school in matrix.schools]
        by_school = {school: matrix.at(key, school) for school in ids}
        assert by_school == {school: by_hand(session, key, school) for school in ids}
        assert matrix.in_all(key) == sum(by_school.values(), StaffTally())
        for school in (None, *matrix.schools):
            tally = matrix.at(key, school.id) if school else matrix.in_all(key)
            for part, number in PARTS.items():
                assert number_listed(session, asked_in(links.to(module, school) + part)) == number(tally)


@given(PEOPLE)
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_number_is_right_and_its_link_shows_exactly_so_many(
    session: Session, school_ids: list[int], people: list[tuple[int | None, list[Taken]]]
) -> None:
    with session.begin_nested() as tried:
        for place, trainings in people:
            school = None if place is None else school_ids[place]
            add_member(session, TODAY, "Ada Okafor", *trainings, school_id=school)
        check(session, matrix_of(session, WHOLE, TODAY))
        tried.rollback()
    session.expire_all()


def test_a_person_counts_once_and_as_passed_only_with_all_they_have_to_take(
    session: Session, school_ids: list[int]
) -> None:
    hill, oak = school_ids
    both = [Taken(module, PASSED, 10) for module in MODULES]
    add_member(session, TODAY, "Ada", *both, school_id=hill)
    add_member(session, TODAY, "Bo", both[0], Taken(MODULES[1], NOT_STARTED, due_in=-1), school_id=hill)
    add_member(session, TODAY, "Cy", Taken(MODULES[0], PASSED, ends_in=-1), school_id=oak)
    matrix = matrix_of(session, WHOLE, TODAY)
    assert matrix.at(None, hill) == StaffTally(2, 1, 1, 0)
    assert matrix.at(MODULES[0], hill) == StaffTally(2, 2, 0, 0)
    assert matrix.in_all(MODULES[0]) == StaffTally(3, 2, 0, 1)
    assert matrix.in_all(None) == StaffTally(3, 1, 1, 1)


def test_a_pass_counts_up_to_its_last_day_and_training_is_late_after_its_due_date(
    session: Session, school_ids: list[int]
) -> None:
    add_member(session, TODAY, "Ada", Taken(MODULES[0], PASSED, ends_in=0), school_id=school_ids[0])
    add_member(session, TODAY, "Bo", Taken(MODULES[0], NOT_STARTED, due_in=0), school_id=school_ids[0])
    assert matrix_of(session, WHOLE, TODAY).in_all(None) == StaffTally(2, 1, 0, 0)
    assert matrix_of(session, WHOLE, date(2026, 11, 21)).in_all(None) == StaffTally(2, 0, 1, 1)


def test_people_without_a_school_have_a_row_of_their_own_and_schools_without_people_too(
    session: Session, school_ids: list[int]
) -> None:
    add_member(session, TODAY, "Ada", Taken(MODULES[0]), school_id=school_ids[1])
    names = [school.name for school in matrix_of(session, WHOLE, TODAY).schools]
    assert names == ["Hillside", "Oak Tree"]
    add_member(session, TODAY, "Bo", Taken(MODULES[0]))
    assert [school.name for school in matrix_of(session, WHOLE, TODAY).schools] == [*names, "No school yet"]


def test_those_who_lead_schools_see_these_and_totals_of_these_alone(session: Session, school_ids: list[int]) -> None:
    hill, oak = school_ids
    for school in (hill, oak, None):
        add_member(session, TODAY, "Ada", Taken(MODULES[0], PASSED), school_id=school)
    scope = StaffScope(ScopeKind.SCHOOL, "invictus", "Your school", school_ids=frozenset({oak}))
    matrix = matrix_of(session, scope, TODAY)
    assert matrix.schools == (NamedSchool(oak, "Oak Tree"),)
    assert matrix.in_all(None) == StaffTally(1, 1, 0, 0)


def test_other_trusts_are_not_counted(session: Session) -> None:
    add_member(session, TODAY, "Ada", Taken(MODULES[0]), trust="agora")
    assert count_tallies(session, WHOLE, TODAY) == {}
