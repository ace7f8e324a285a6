"""Who has finished: what managers see of a course, on a real database."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db import Database
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.grades.deliveries import Grade, owe_grade
from lti.models import Activity, Membership, Person, Platform
from managers.people import PeoplePage, Standing, course_query, people_page
from modules.content.publish import publish
from modules.models import Attempt, ModuleVersion, ResultRow
from modules.passes.passes import held_by, note_passes
from tests.support.factories import CONTENT, NOW, add_activity, add_person, add_platform


class School:
    """A course in which people stand where a test wants them."""

    def __init__(self, session: Session) -> None:
        self.session, self.content, self.now = session, CONTENT, NOW
        self.platform: Platform = add_platform(session)
        self.activity: Activity = add_activity(session, self.platform)
        self.version: ModuleVersion = publish(session, CONTENT, NOW)
        session.flush()

    def person(self, name: str, role: Role = Role.STAFF) -> Person:
        return add_person(self.session, self.activity, self.platform, name, role)

    def attempt(self, person: Person, marks: int | None = None, days: int = 0) -> None:
        """Add an attempt: an open one without marks, a finished one with so many of 30."""
        at = NOW + timedelta(days=days)
        attempt = Attempt(
            person_id=person.id,
            activity_id=self.activity.id,
            module="photos",
            version_id=self.version.id,
            started_at=at,
            finished_at=at if marks is not None else None,
        )
        self.session.add(attempt)
        self.session.flush()
        if marks is not None:
            columns = {"marks": marks, "out_of": 30, "score": marks / 30, "passed": marks >= 24, "finished_at": at}
            self.session.add(ResultRow(attempt_id=attempt.id, person_id=person.id, module="photos", **columns))
            if marks >= 24:
                note_passes(self.session, attempt, held_by(self.session, person.id, ["photos"]), at)
            self.session.flush()

    def grade(self, person: Person, state: DeliveryState) -> None:
        owed = owe_grade(self.session, self.activity.id, person.id, Grade(0.9, "Passed.", NOW, NOW), NOW)
        assert owed
        owed.state = state
        self.session.flush()

    def page(self, only: Standing | None = None, number: int = 1, size: int = 50) -> PeoplePage:
        asked = course_query(self.session, self.activity.course_id, self.content.module, self.now)
        return people_page(self.session, asked, only, number, size)


@pytest.fixture
def school(session: Session) -> School:
    return School(session)


def standings(page: PeoplePage) -> dict[str | None, Standing]:
    return {row.name: row.standing for row in page.rows}


def test_each_person_stands_where_their_records_say(school: School) -> None:
    school.person("Never came")
    school.attempt(school.person("Under way"))
    school.attempt(school.person("Fell short"), marks=20)
    school.attempt(school.person("Has passed"), marks=24)
    page = school.page()
    assert standings(page) == {
        "Never came": Standing.NOT_STARTED,
        "Under way": Standing.IN_PROGRESS,
        "Fell short": Standing.NOT_PASSED,
        "Has passed": Standing.PASSED,
    }
    assert (
        page.counts == dict.fromkeys(Standing, 1) | {Standing.EXPIRED: 0, Standing.UNCONFIRMED: 0} and page.total == 4
    )


def test_a_second_try_after_falling_short_is_in_progress(school: School) -> None:
    person = school.person("Tries again")
    school.attempt(person, marks=20)
    school.attempt(person)
    assert standings(school.page()) == {"Tries again": Standing.IN_PROGRESS}


def test_who_has_passed_stays_so_while_playing_again(school: School) -> None:
    person = school.person("Plays again")
    school.attempt(person, marks=30)
    school.attempt(person, marks=10, days=1)
    school.attempt(person, days=2)
    assert standings(school.page()) == {"Plays again": Standing.PASSED}


def test_the_best_score_is_shown_with_the_day_it_was_first_reached(school: School) -> None:
    person = school.person("Had three goes")
    for marks, days in ((24, 0), (30, 1), (30, 2)):
        school.attempt(person, marks=marks, days=days)
    best = school.page().rows[0].best
    assert best and (best.score, best.finished_at) == (1.0, NOW + timedelta(days=1))


def test_those_who_lead_the_course_are_not_on_the_list(school: School) -> None:
    school.person("A trainer", Role.TRAINER)
    assert school.page().rows == []


def test_who_has_left_is_not_on_the_list(school: School) -> None:
    person = school.person("Has left")
    membership = school.session.get_one(Membership, (school.activity.course_id, person.id))
    membership.left_at = NOW
    school.session.flush()
    assert school.page().rows == []


def test_the_list_can_be_narrowed_to_one_standing_while_the_counts_stay(school: School) -> None:
    school.person("Never came")
    school.attempt(school.person("Has passed"), marks=24)
    page = school.page(only=Standing.PASSED)
    assert list(standings(page)) == ["Has passed"]
    assert page.counts[Standing.NOT_STARTED] == 1


def test_people_come_by_name_whatever_its_case_a_page_at_a_time(school: School) -> None:
    for name in ("zoë", "Ada", "mo", "Ben", "Cas"):
        school.person(name)
    assert [row.name for row in school.page(size=2).rows] == ["Ada", "Ben"]
    assert [row.name for row in school.page(number=3, size=2).rows] == ["zoë"]


def test_accents_make_no_difference_to_the_order(school: School) -> None:
    for name in ("Zoë Abbot", "Álvaro Cruz", "Adam Poe", "Łukasz Nowak", "Mo Aziz", "Øyvind Dahl", "Ola Berg"):
        school.person(name)
    in_order = ["Adam Poe", "Álvaro Cruz", "Łukasz Nowak", "Mo Aziz", "Ola Berg", "Øyvind Dahl", "Zoë Abbot"]
    assert [row.name for row in school.page().rows] == in_order


def test_who_is_given_another_name_is_found_under_it(school: School) -> None:
    ada = school.person("Ada Okafor")
    school.person("Ben Cole")
    ada.name = "Zara Okafor"
    school.session.flush()
    assert [row.name for row in school.page().rows] == ["Ben Cole", "Zara Okafor"]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8])
def test_every_person_is_on_one_page_and_in_order(school: School, size: int) -> None:
    for name in "GACEBFD":
        school.person(name)
    pages = [school.page(number=number, size=size).rows for number in range(1, -(-7 // size) + 1)]
    assert "".join(row.name or "" for rows in pages for row in rows) == "ABCDEFG"


@pytest.mark.parametrize("number", [-1, 0, 99])
def test_a_page_that_does_not_exist_shows_the_nearest(school: School, number: int) -> None:
    school.person("Ada")
    assert [row.name for row in school.page(number=number).rows] == ["Ada"]


def test_grades_that_need_attention_and_those_on_their_way_are_counted(school: School) -> None:
    for name, state in (
        ("A", DeliveryState.NEEDS_ATTENTION),
        ("B", DeliveryState.WAITING),
        ("C", DeliveryState.SENDING),
        ("D", DeliveryState.DELIVERED),
    ):
        school.grade(school.person(name), state)
    page = school.page()
    assert (page.needs_attention, page.waiting) == (1, 2)
    assert [row.grade.delivery.state for row in page.rows if row.grade] == [
        DeliveryState.NEEDS_ATTENTION,
        DeliveryState.WAITING,
        DeliveryState.SENDING,
        DeliveryState.DELIVERED,
    ]


def test_people_of_other_courses_are_not_shown(school: School, session: Session) -> None:
    school.person("Ada")
    elsewhere = course_query(session, school.activity.course_id + 1, CONTENT.module, NOW)
    assert people_page(session, elsewhere, None, 1, 50).rows == []


@pytest.mark.parametrize("people", [2, 40])
def test_the_number_of_queries_does_not_grow_with_the_people(school: School, database: Database, people: int) -> None:
    for number in range(people):
        person = school.person(f"Person {number}")
        school.attempt(person, marks=24)
        school.grade(person, DeliveryState.DELIVERED)
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    assert len(school.page().rows) == people
    assert len(queries) == 7
