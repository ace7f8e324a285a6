"""Whatever is chosen and combined: every count is the number of people that its link shows, each where they belong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.domain.names import folded, sort_name
from core.schools import add_school
from db import Database
from lti.domain.delivery import DeliveryState
from lti.grades.deliveries import Grade, owe_grade
from managers.listing.conditions import PeopleList, people_list
from managers.listing.counts import count
from managers.listing.domain.query import PARTS, Due, ListQuery, ListStatus, Order, Sort
from managers.listing.pages import ids_of_page, segments
from managers.listing.rows import staff_rows
from managers.scope import ScopeKind, StaffScope
from modules.passes.course_progress import Standing
from tests.managers.listing.staff import Taken, add_member
from tests.support.factories import ADMINISTRATOR, MODULE, NOW, POLICY, add_activity, add_person, add_platform

TODAY = date(2026, 11, 28)
MODULES = (
    replace(MODULE, acknowledges=True, renew_days=60),
    replace(MODULE, key="posts", acknowledges=False, renew_days=0),
)
SCHOOLS = "Élm High", "Oak Primary"
NAMES = "Zoë Abbot", "zoe abbot", "Álvaro Cruz", "Mo Aziz", "Łukasz Nowak"
EDGES = (-400, -1, 0, 1, 14, 15, 30, 31, 60, 61, 300)


@dataclass(frozen=True)
class Someone:
    """A staff member as a test makes them up."""

    name: str
    school: int | None
    group: str | None
    manages: bool
    confirmed: str | None
    refused: str | None
    trainings: tuple[Taken, ...]


def taken(module: str) -> st.SearchStrategy[Taken]:
    ends = st.none() | st.sampled_from(EDGES)
    return st.builds(Taken, st.just(module), st.sampled_from([*Standing][:4]), ends, ends)


PEOPLE = st.lists(
    st.builds(
        Someone,
        st.sampled_from(NAMES),
        st.sampled_from([None, 0, 1]),
        st.sampled_from([None, "Teachers", "Site team"]),
        st.booleans(),
        st.sampled_from([None, "0", "1"]),
        st.sampled_from([None, None, "photos", "posts"]),
        st.tuples(taken("photos"), taken("posts")) | st.tuples(taken("photos")) | st.tuples(taken("posts")),
    ),
    max_size=12,
)
QUESTIONS = st.builds(
    ListQuery,
    module=st.sampled_from([None, "photos", "posts"]),
    standing=st.none() | st.sampled_from(ListStatus),
    due=st.none() | st.sampled_from(Due),
    needs_attention=st.booleans(),
    school=st.sampled_from([None, 0, 1]),
    group=st.sampled_from([None, "Teachers"]),
    manager=st.sampled_from([None, None, 0]),
    q=st.sampled_from(["", "zoe", "LUK", "a", "@oak", "%"]),
    order=st.builds(Order, st.sampled_from(Sort), st.booleans()),
)


@dataclass(frozen=True)
class Known:
    """A staff member in the database, with what a list in plain Python needs to know."""

    staff_id: int
    someone: Someone
    email: str
    has_manager: bool

    def rows(self, module: str | None) -> list[Taken]:
        return [each for each in self.someone.trainings if module in {None, each.module}]

    def ends(self, module: str | None) -> list[date]:
        passed = [each for each in self.rows(module) if each.reached is Standing.PASSED and each.ends_in is not None]
        return [TODAY + timedelta(days=each.ends_in or 0) for each in passed]

    def dues(self, module: str | None) -> list[date]:
        return [TODAY + timedelta(days=each.due_in) for each in self.rows(module) if each.due_in is not None]

    def reached(self, module: str | None) -> Standing:
        found = {each.reached for each in self.rows(module)}
        if len(found) == 1:
            return found.pop()
        return Standing.NOT_PASSED if Standing.NOT_PASSED in found else Standing.IN_PROGRESS

    def part(self, module: str | None) -> ListStatus:
        """Return the one part of the list that they are in."""
        if any(day < TODAY for day in self.ends(module)):
            return ListStatus.EXPIRED
        return ListStatus(self.reached(module).value)

    def is_unconfirmed(self, module: str | None) -> bool:
        asking = [each for each in self.rows(module) if each.module == "photos" and each.reached is Standing.PASSED]
        lacks = self.someone.confirmed != "1" and bool(asking)
        return lacks and (module is None or self.part(module) is ListStatus.PASSED)

    def has(self, status: ListStatus, module: str | None) -> bool:
        if status is ListStatus.UNCONFIRMED:
            return self.is_unconfirmed(module)
        if status is ListStatus.EXPIRING:
            first, days = min(self.ends(module), default=None), 60 if module == "photos" else 30
            return first is not None and TODAY <= first <= TODAY + timedelta(days=days)
        return self.part(module) is status

    def is_due(self, due: Due, module: str | None) -> bool:
        first = min(self.dues(module), default=None)
        if first is None:
            return False
        return first < TODAY if due is Due.OVERDUE else TODAY <= first <= TODAY + timedelta(days=14)

    def is_shown(self, asked: ListQuery) -> bool:
        someone, module = self.someone, asked.module
        return (
            bool(self.rows(module))
            and (asked.standing is None or self.has(asked.standing, module))
            and (asked.due is None or self.is_due(asked.due, module))
            and (not asked.needs_attention or (someone.refused is not None and module in {None, someone.refused}))
            and (asked.school is None or someone.school == asked.school)
            and (asked.group is None or someone.group == asked.group)
            and (asked.manager is None or self.has_manager)
            and (folded(asked.q) in folded(someone.name) or asked.q.lower() in self.email)
        )


class Trust:
    """A trust with two schools, and the people of a test."""

    def __init__(self, session: Session, people: Sequence[Someone]) -> None:
        self.session = session
        issuers = {"photos": "https://lms.example", "posts": "https://other.example"}
        self.platforms = {module: add_platform(session, issuer=issuer) for module, issuer in issuers.items()}
        self.schools = [add_school(session, "invictus", name, ADMINISTRATOR, NOW).id for name in SCHOOLS]
        self.activities = {module: add_activity(session, at, module) for module, at in self.platforms.items()}
        self.manager = add_member(session, TODAY, "The manager").id
        self.known = [self._add(number, someone) for number, someone in enumerate(people)]

    def _add(self, number: int, someone: Someone) -> Known:
        email = f"p{number}@{'oak' if number % 2 else 'elm'}.example"
        school = None if someone.school is None else self.schools[someone.school]
        manager = self.manager if someone.manages else None
        columns = {"email": email, "school_id": school, "job_group": someone.group, "line_manager_id": manager}
        person_id = self._refused(number, someone.refused) if someone.refused else None
        member = add_member(
            self.session,
            TODAY,
            someone.name,
            *someone.trainings,
            person_id=person_id,
            confirmed=someone.confirmed,
            **columns,
        )
        return Known(member.id, someone, email, someone.manages)

    def _refused(self, number: int, module: str) -> int:
        activity = self.activities[module]
        person = add_person(self.session, activity, self.platforms[module], f"Entry {number}")
        owed = owe_grade(self.session, activity.id, person.id, Grade(0.9, "Passed.", NOW, NOW), NOW)
        assert owed
        owed.state = DeliveryState.NEEDS_ATTENTION
        self.session.flush()
        return person.id

    def people_list(self, asked: ListQuery) -> PeopleList:
        scope = StaffScope(ScopeKind.TRUST, "invictus", "The whole trust")
        found = people_list(self.session, asked, scope, MODULES, POLICY, TODAY)
        # No one has confirmed in the records, which do not matter here.
        return replace(found, versions=("1",) if found.asking else ())

    def ask(self, asked: ListQuery) -> ListQuery:
        """Return a question with the numbers that schools and the manager have here."""
        school = None if asked.school is None else self.schools[asked.school]
        return replace(asked, school=school, manager=None if asked.manager is None else self.manager)

    def ids(self, asked: ListQuery, size: int = 50) -> list[int]:
        """Return the ids of a list, read page by page."""
        of = self.people_list(self.ask(asked))
        counted = count(self.session, of)
        parts = segments(self.session, of, counted)
        starts = range(0, counted.chosen, size)
        return [each for first in starts for each in ids_of_page(self.session, of, parts, first, size)]

    def expected(self, asked: ListQuery) -> list[int]:
        """Return the ids of a list, worked out one by one."""
        shown = sorted((each for each in self.known if each.is_shown(asked)), key=self._by_name)
        by, down = asked.order.by, asked.order.descending
        if by is Sort.NAME:
            return [each.staff_id for each in (shown[::-1] if down else shown)]
        if by in {Sort.DUE, Sort.UNTIL}:
            return self._by_day(shown, asked, down)
        place = self._place_of_school if by is Sort.SCHOOL else lambda each: PARTS.index(each.part(asked.module))
        if by is Sort.STATUS and asked.standing:
            return [each.staff_id for each in shown]
        return [each.staff_id for each in sorted(shown, key=lambda each: -place(each) if down else place(each))]

    def _by_day(self, shown: list[Known], asked: ListQuery, down: bool) -> list[int]:
        def day(each: Known) -> date | None:
            found = each.dues(asked.module) if asked.order.by is Sort.DUE else each.ends(asked.module)
            return min(found, default=None)

        dated = sorted((each for each in shown if day(each)), key=lambda each: (day(each), self._by_name(each)))
        return [
            each.staff_id for each in [*(dated[::-1] if down else dated), *(each for each in shown if not day(each))]
        ]

    def _by_name(self, each: Known) -> tuple[str, int]:
        return sort_name(each.someone.name, None, None), each.staff_id

    def _place_of_school(self, each: Known) -> int:
        return 2 if each.someone.school is None else each.someone.school


@given(PEOPLE, QUESTIONS, st.integers(1, 5))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_combination_shows_the_people_that_python_would_choose_in_its_order_page_by_page(
    database: Database, people: list[Someone], asked: ListQuery, size: int
) -> None:
    with database.transaction() as session:
        trust = Trust(session, people)
        wanted = trust.expected(asked)
        assert trust.ids(asked, size) == wanted
        of = trust.people_list(trust.ask(asked))
        shown = {each.staff_id: each for each in trust.known}
        for row in staff_rows(session, of, wanted):
            assert_row(row, shown[row.staff_id], asked.module)
        session.rollback()


def assert_row(row, known: Known, module: str | None) -> None:
    """Check what a row says of someone against what is known of them."""
    unconfirmed = module is not None and known.is_unconfirmed(module)
    assert row.status is (ListStatus.UNCONFIRMED if unconfirmed else known.part(module))
    assert (row.name, row.email, row.job_group) == (known.someone.name, known.email, known.someone.group)
    assert row.school == (None if known.someone.school is None else SCHOOLS[known.someone.school])
    assert row.manager == ("The manager" if known.has_manager else None)
    assert row.due_on == min(known.dues(module), default=None)
    assert row.valid_until == min(known.ends(module), default=None)
    assert row.has_trouble == (known.someone.refused is not None and module in {None, known.someone.refused})
    rows = known.rows(module)
    assert row.modules == len(rows)
    assert row.overdue == sum(each.due_in is not None and each.due_in < 0 for each in rows)
    lasting = (each for each in rows if each.reached is Standing.PASSED and (each.ends_in is None or each.ends_in >= 0))
    assert row.passed == len(list(lasting))


@given(PEOPLE, QUESTIONS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_count_is_the_number_of_people_that_its_link_shows(
    database: Database, people: list[Someone], asked: ListQuery
) -> None:
    with database.transaction() as session:
        trust = Trust(session, people)
        counted = count(session, trust.people_list(trust.ask(asked)))
        for status, number in counted.statuses.items():
            assert number == len(trust.expected(asked.but(standing=status)))
        for due, number in counted.dues.items():
            assert number == len(trust.expected(asked.but(due=due)))
        assert counted.needing_attention == len(trust.expected(asked.but(needs_attention=True)))
        assert counted.chosen == len(trust.expected(asked))
        assert counted.everyone == len(trust.expected(asked.but(standing=None, due=None, needs_attention=False)))
        parts = [number for status, number in counted.statuses.items() if status in PARTS]
        assert sum(parts) == len(trust.expected(asked.but(standing=None)))
        session.rollback()
