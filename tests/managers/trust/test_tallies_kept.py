"""What is kept of each month, when it is shown, and what is made up for where a month was missed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

import managers.trust.kept
from db import Database
from managers.models import StaffTraining, StaleCourse
from managers.trust.counting import count_tallies
from managers.trust.domain.choice import NamedModule, NamedSchool, TrustChoice
from managers.trust.domain.tally import StaffTally
from managers.trust.history import last_month, months_kept
from managers.trust.jobs import count_all
from managers.trust.kept import kept_today, whole_trust
from managers.trust.matrix import quick_matrix
from managers.trust.models import TrainingTally
from managers.trust.rebuild import past_tallies
from modules.models import Pass
from modules.passes.course_progress import Standing
from tests.managers.listing.staff import Taken, add_member
from tests.support.factories import NOW, add_activity, add_platform
from tests.support.grants import a_school
from tests.support.school import Browser

TODAY = date(2026, 11, 20)
WHOLE = whole_trust("invictus")
MODULE = NamedModule("essentials", "Essentials")
PASSED = Taken("essentials", Standing.PASSED)
NOT_STARTED = Taken("essentials", Standing.NOT_STARTED)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def add(database: Database, *people: Taken, school: str | None = None) -> None:
    with database.transaction() as session:
        school_id = a_school(session, name=school).id if school else None
        for taken in people:
            add_member(session, TODAY, "Ada Okafor", taken, school_id=school_id)


def days_kept(database: Database) -> list[date]:
    with database.reading() as session:
        return list(session.scalars(select(TrainingTally.day).distinct().order_by(TrainingTally.day)))


def test_of_each_month_the_last_day_that_was_counted_is_kept(database: Database) -> None:
    add(database, PASSED)
    for day in (date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 31), TODAY, TODAY):
        count_all(database, at(day))
    assert days_kept(database) == [date(2026, 9, 30), date(2026, 10, 31), TODAY]


def test_a_day_ends_at_midnight_in_britain_in_summer_too(database: Database) -> None:
    add(database, PASSED)
    count_all(database, datetime(2026, 6, 30, 22, 59, tzinfo=UTC))
    count_all(database, datetime(2026, 6, 30, 23, 1, tzinfo=UTC))
    assert days_kept(database) == [date(2026, 6, 30), date(2026, 7, 1)]


def test_a_month_is_compared_with_what_was_kept_of_the_last_one(database: Database) -> None:
    add(database, NOT_STARTED, NOT_STARTED, school="Hillside")
    count_all(database, at(date(2026, 10, 31)))
    add(database, PASSED, PASSED, school="Hillside")
    with database.reading() as session:
        last = last_month(session, WHOLE, TODAY)
        hill = a_school(session, name="Hillside").id
    assert last and last.day == date(2026, 10, 31)
    assert (last.at("essentials", hill), last.in_all("essentials")) == (StaffTally(2, 0), StaffTally(2, 0))
    assert last.at("essentials", None) is None


def test_without_a_record_of_last_month_there_is_nothing_to_compare_with(database: Database) -> None:
    add(database, PASSED)
    count_all(database, at(date(2026, 9, 30)))
    with database.reading() as session:
        assert last_month(session, WHOLE, TODAY) is None


def test_the_months_on_record_are_about_what_was_chosen(database: Database) -> None:
    add(database, PASSED, NOT_STARTED, school="Hillside")
    add(database, PASSED)
    with database.transaction() as session:
        add_member(session, TODAY, "Bo", PASSED, Taken("photos"))
        hill = NamedSchool(a_school(session, name="Hillside").id, "Hillside")
    count_all(database, at(date(2026, 10, 31)))
    choices = {
        TrustChoice(): StaffTally(4, 2),
        TrustChoice(MODULE): StaffTally(4, 3),
        TrustChoice(MODULE, hill): StaffTally(2, 1),
        TrustChoice(None, NamedSchool(None, "No school yet")): StaffTally(2, 1),
    }
    with database.reading() as session:
        for choice, tally in choices.items():
            kept = months_kept(session, WHOLE, choice, TODAY)
            assert kept[date(2026, 10, 1)].tally == tally


def test_a_few_people_are_counted_each_time_and_many_are_shown_as_counted_a_moment_ago(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(database, PASSED, NOT_STARTED)
    count_all(database, NOW)
    soon = NOW + timedelta(minutes=9)
    with database.reading() as session:
        assert quick_matrix(session, WHOLE, soon).as_of is None
        monkeypatch.setattr(managers.trust.kept, "COUNTED_EACH_TIME", 1)
        matrix = quick_matrix(session, WHOLE, soon)
        assert (matrix.as_of, matrix.in_all("essentials")) == (NOW, StaffTally(2, 1))


def test_what_was_counted_too_long_ago_or_yesterday_is_not_shown_as_todays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managers.trust.kept, "COUNTED_EACH_TIME", 0)
    add(database, PASSED)
    late = datetime(2026, 11, 20, 23, 55, tzinfo=UTC)
    count_all(database, late)
    with database.reading() as session:
        assert kept_today(session, WHOLE, late + timedelta(minutes=4))
        assert kept_today(session, WHOLE, late + timedelta(minutes=6)) is None
        assert kept_today(session, WHOLE, late + timedelta(minutes=31)) is None


def test_while_people_are_brought_up_to_date_nothing_is_put_on_record(database: Database) -> None:
    with database.transaction() as session:
        activity = add_activity(session, add_platform(session))
        add_member(session, TODAY, "Ada", PASSED)
        session.add(StaleCourse(course_id=activity.course_id, since=NOW))
    count_all(database, NOW)
    assert days_kept(database) == []


@pytest.fixture
def ada_passed(ada: Browser, database: Database) -> None:
    """Let someone have had to take training since 1 September, and have passed on 10 October for forty days."""
    ada.play()
    with database.transaction() as session:
        session.execute(update(StaffTraining).values(since=date(2026, 9, 1)))
        session.execute(update(Pass).values(passed_at=at(date(2026, 10, 10)), valid_until=date(2026, 11, 19)))


@pytest.mark.usefixtures("ada_passed")
def test_a_month_that_was_missed_is_worked_out_from_the_records_and_says_so(database: Database) -> None:
    count_all(database, at(date(2026, 12, 20)))
    with database.reading() as session:
        kept = months_kept(session, WHOLE, TrustChoice(), date(2026, 12, 20))
        november = TrainingTally.day == date(2026, 11, 30), TrainingTally.module == "photos"
        row = session.scalars(select(TrainingTally).where(*november)).one()
    # In September they had not passed, in October they had, and by the end of November the pass had expired.
    assert {day.day: (day.tally.people, day.tally.passed) for day in kept.values()} == {
        date(2026, 9, 30): (1, 0),
        date(2026, 10, 31): (1, 1),
        date(2026, 11, 30): (1, 0),
    }
    assert all(day.is_later for day in kept.values())
    assert (row.people, row.passed, row.expired, row.overdue) == (1, 0, 1, None)


@pytest.mark.usefixtures("ada_passed")
def test_what_was_counted_in_time_stays_and_nothing_is_made_up_from_before_the_records(database: Database) -> None:
    count_all(database, at(date(2026, 10, 31)))
    with database.transaction() as session:
        session.execute(update(Pass).values(passed_at=at(date(2026, 9, 10))))
    count_all(database, at(date(2026, 12, 20)))
    with database.reading() as session:
        kept = months_kept(session, WHOLE, TrustChoice(), date(2026, 12, 20))
    assert sorted((day.day, day.is_later) for day in kept.values()) == [
        (date(2026, 9, 30), True),
        (date(2026, 10, 31), False),
        (date(2026, 11, 30), True),
    ]


@pytest.mark.usefixtures("ada_passed")
def test_a_day_is_worked_out_as_it_was_counted_on_the_day(database: Database) -> None:
    day = date(2026, 11, 19)
    with database.reading() as session:
        then = count_tallies(session, WHOLE, day)
        later = past_tallies(session, "invictus", day)
    assert later == then
