"""People who may be the same are shown, and someone who knows them says whether they are one person or two."""

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.audit.models import AuditEvent
from core.grants.domain.grant import GrantRole
from db import Database
from lti.domain.member import Member
from lti.domain.roles import Role
from lti.services.roster import keep_members
from managers.models import StaffEntry, StaffMember
from managers.staff.same_people import may_be_same
from modules.models import Join
from tests.managers.staff_list.keeper import ListKeeper, written
from tests.support.factories import NOW, add_activity, add_platform
from tests.support.grants import give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form, words_of
from tests.support.writes import writes_of_gets


@pytest.fixture
def lead(school: School, database: Database) -> Browser:
    give_grant(database, GrantRole.TRUST_LEAD)
    return with_address(school, database)


def enrol(school: School, database: Database, *people: tuple[str, str | None], confirms: bool = False) -> None:
    """Put people on the roster of another LMS of the trust, which does not confirm addresses unless it is said to."""
    with database.transaction() as session:
        count = session.scalar(select(func.count()).select_from(StaffEntry))
        platform = add_platform(session, issuer=f"https://lms{count}.example")
        platform.confirms_addresses = confirms
        course = add_activity(session, platform).course_id
        keep_members(session, course, [Member(f"s-{name}", Role.STAFF, name, email) for name, email in people], NOW)


def send(browser: Browser, path: str) -> TestResponse:
    return browser.post(path, {"csrf_token": Form(browser.get("/schools").text).fields["csrf_token"]})


def staff(database: Database, name: str = "Asha Patel") -> list[tuple[int, str | None, int]]:
    """Return the staff members of a name, their addresses, and how many entries each has."""
    with database.reading() as session:
        found = session.scalars(select(StaffMember).where(StaffMember.name == name).order_by(StaffMember.id)).all()
        entries = [session.scalars(select(StaffEntry).where(StaffEntry.staff_id == each.id)).all() for each in found]
        return [(each.id, each.email, len(theirs)) for each, theirs in zip(found, entries, strict=True)]


def test_two_of_the_same_name_are_one_person_once_someone_says_so(
    lead: Browser, school: School, database: Database
) -> None:
    enrol(school, database, ("Asha Patel", "asha@oak.example"), confirms=True)
    enrol(school, database, ("Asha Patel", None))
    (one, *_), (other, *_) = staff(database)
    with writes_of_gets(database) as written_by_gets:
        page = lead.get("/same-people").text
    assert written_by_gets == [] and problems_of(page) == []
    assert "Asha Patel and Asha Patel" in words_of(page)
    assert send(lead, f"/same-people/{one}/{other}/same").status_code == 303
    assert staff(database) == [(one, "asha@oak.example", 2)]
    page = lead.get("/same-people?done=yes").text
    assert "There are no possible duplicates." in page and "One person, decided on" in words_of(page)
    assert problems_of(page) == []
    with database.reading() as session:
        assert session.scalars(select(Join)).all() == []
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "decided")).one()
        assert (event.person_id, event.details["same"]) == (lead.person_id, True)
    assert send(lead, "/same-people/decisions/1/undo").status_code == 303
    assert [entries for _, _, entries in staff(database)] == [1, 1]


def test_two_people_of_the_same_name_are_not_shown_again(lead: Browser, school: School, database: Database) -> None:
    enrol(school, database, ("Asha Patel", None))
    enrol(school, database, ("Asha Patel", None))
    (one, *_), (other, *_) = staff(database)
    send(lead, f"/same-people/{one}/{other}/apart")
    assert len(staff(database)) == 2
    assert "There are no possible duplicates." in lead.get("/same-people").text
    with database.reading() as session:
        assert may_be_same(session, session.get_one(StaffMember, one)) == []
    send(lead, "/same-people/decisions/1/undo")
    with database.reading() as session:
        assert [each.id for each in may_be_same(session, session.get_one(StaffMember, one))] == [other]


def test_an_address_that_no_lms_confirms_is_shown_and_becomes_theirs_once_someone_says_so(
    lead: Browser, school: School, database: Database
) -> None:
    ListKeeper(database).applied(written("asha@oak.example,S1,Oak Primary,,Teacher,"))
    enrol(school, database, ("Asha Patel", "Asha@Oak.example"))
    with database.reading() as session:
        listed = session.scalars(select(StaffMember).where(StaffMember.email == "asha@oak.example")).one().id
    ((known, address, _),) = staff(database)
    assert address is None
    assert "asha@oak.example and Asha Patel" in words_of(lead.get("/same-people").text)
    send(lead, f"/same-people/{listed}/{known}/same")
    ((_, address, entries),) = staff(database)
    assert (address, entries) == ("asha@oak.example", 1)
    with database.reading() as session:
        assert session.scalars(select(StaffMember.job_group).where(StaffMember.number == "S1")).one() == "Teacher"


def test_alike_names_are_found_for_one_person(school: School, lead: Browser, database: Database) -> None:
    enrol(school, database, ("Asha Patel", None), ("PATEL Asha K.", None), ("Wei Chen", None))
    with database.reading() as session:
        asha = session.scalars(select(StaffMember).where(StaffMember.name == "Asha Patel")).one()
        assert [each.name for each in may_be_same(session, asha)] == ["PATEL Asha K."]


def test_no_one_decides_about_people_of_another_trust_or_without_the_role(
    lead: Browser, school: School, database: Database
) -> None:
    enrol(school, database, ("Asha Patel", None))
    enrol(school, database, ("Asha Patel", None))
    (one, *_), (other, *_) = staff(database)
    with database.transaction() as session:
        session.get_one(StaffMember, other).trust = "agora"
    assert_polite(send(lead, f"/same-people/{one}/{other}/same"), 404, "")
    assert_polite(send(lead, f"/same-people/{one}/{one}/same"), 404, "")
    assert_polite(send(lead, "/same-people/decisions/7/undo"), 404, "")
    assert_polite(school.visit("Sam Reed").get("/same-people"), 403, "")
