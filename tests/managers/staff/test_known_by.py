"""Who is one person: by staff number, by an address that was confirmed, and with whoever a list named."""

import pytest
from sqlalchemy import select

from core.changes import follow, people_changed
from db import Database
from lti.domain.member import Member, member_from
from lti.domain.roles import Role
from lti.models import Person
from lti.services.roster import keep_members
from lti.visits.models import ConfirmedAddress
from managers.models import StaffEntry, StaffMember
from managers.staff.refresh import StaffInStep
from tests.managers.staff_list.keeper import ListKeeper, written
from tests.support.factories import NOW, add_activity, add_platform


class TwoCourses:
    """A Moodle and another LMS of a trust, which does not confirm addresses, with a course each."""

    def __init__(self, database: Database) -> None:
        follow(database, StaffInStep())
        self.database = database
        with database.transaction() as session:
            moodle, other = (add_platform(session, issuer=f"https://{name}.example") for name in ("moodle", "other"))
            moodle.family = "moodle"
            self.courses = [add_activity(session, each).course_id for each in (moodle, other)]

    def enrol(self, at: int, email: str | None = None, number: str | None = None, name: str = "Asha Patel") -> None:
        with self.database.transaction() as session:
            member = Member(f"s-{name}", Role.STAFF, name, email, number=number)
            keep_members(session, self.courses[at], [member], NOW)

    def staff(self) -> list[tuple[str | None, str | None, str | None, int]]:
        """Return the name, address, number and entries of each staff member."""
        with self.database.reading() as session:
            found = []
            for each in session.scalars(select(StaffMember).order_by(StaffMember.id)):
                entries = session.scalars(select(StaffEntry).where(StaffEntry.staff_id == each.id)).all()
                found.append((each.name, each.email, each.number, len(entries)))
            return found


@pytest.fixture
def two(database: Database) -> TwoCourses:
    return TwoCourses(database)


def test_a_roster_and_a_launch_say_the_staff_number() -> None:
    entry = {"user_id": "7", "roles": ["Learner"], "lis_person_sourcedid": " S1003 "}
    assert member_from(entry).number == "S1003"
    assert member_from({**entry, "lis_person_sourcedid": "$Person.sourcedId"}).number is None


def test_the_number_that_an_lms_gives_finds_whom_a_list_calls_by_it(two: TwoCourses) -> None:
    ListKeeper(two.database).applied(written(",S1,Oak Primary,,Teacher,"))
    two.enrol(0, "asha@oak.example", "S1")
    assert two.staff() == [("Asha Patel", "asha@oak.example", "S1", 1)]


def test_a_list_finds_by_number_whom_the_lms_has_told_of_before(two: TwoCourses) -> None:
    two.enrol(0, "asha@oak.example", "S1")
    ListKeeper(two.database).applied(written(",S1,Oak Primary,,Teacher,"))
    with two.database.reading() as session:
        assert session.scalars(select(StaffMember)).one().job_group == "Teacher"


def test_whom_a_list_and_an_lms_know_apart_is_one_once_the_lms_tells_the_number(two: TwoCourses) -> None:
    two.enrol(0, "asha@oak.example")
    ListKeeper(two.database).applied(written(",S1,Oak Primary,,Teacher,", "dan@oak.example,,,S1,,"))
    assert len(two.staff()) == 3
    two.enrol(0, "asha@oak.example", "S1")
    assert sorted(two.staff(), key=str) == [
        ("Asha Patel", "asha@oak.example", "S1", 1),
        (None, "dan@oak.example", None, 0),
    ]
    with two.database.reading() as session:
        dan = session.scalars(select(StaffMember).where(StaffMember.email == "dan@oak.example")).one()
        asha = session.scalars(select(StaffMember).where(StaffMember.number == "S1")).one()
        assert (dan.line_manager_id, asha.job_group) == (asha.id, "Teacher")


def test_a_number_that_people_may_have_chosen_themselves_makes_no_one_someone_else(two: TwoCourses) -> None:
    two.enrol(0, "asha@oak.example", "S1")
    two.enrol(1, "asha@oak.example", "S1")
    assert two.staff() == [("Asha Patel", "asha@oak.example", "S1", 1), ("Asha Patel", None, None, 1)]


def test_two_of_other_names_with_one_number_are_two(two: TwoCourses) -> None:
    two.enrol(0, "asha@oak.example", "S1")
    two.enrol(0, "wei@oak.example", "S1", name="Wei Chen")
    assert two.staff() == [("Asha Patel", "asha@oak.example", "S1", 1), ("Wei Chen", "wei@oak.example", None, 1)]


def test_an_address_that_its_holder_has_confirmed_makes_them_one(two: TwoCourses) -> None:
    two.enrol(0, "asha@oak.example")
    two.enrol(1, "Asha@oak.example")
    assert len(two.staff()) == 2
    with two.database.transaction() as session:
        person = session.scalars(select(Person).order_by(Person.id.desc())).first()
        session.add(ConfirmedAddress(person_id=person.id, address="asha@oak.example", confirmed_at=NOW))
        people_changed(session, [person.id], NOW)
    assert ("Asha Patel", "asha@oak.example", None, 2) in two.staff()
