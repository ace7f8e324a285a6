"""The page of one staff member: what is on record of them, for those who may see them and for no one else."""

import pytest
from sqlalchemy import event, update

from core.grants.domain.grant import GrantRole
from db import Database, utcnow
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.models import Delivery, DeliveryTry
from managers.models import StaffEntry, StaffMember
from tests.managers.listing.staff import Taken, add_member
from tests.managers.listing.test_staff_pages import ENDS_SOON, LATE, TODAY, jo, schools
from tests.support.grants import give_grant
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import words_of

__all__ = ["jo", "schools"]


@pytest.fixture
def ada(school: School) -> Browser:
    """Give someone who failed nothing, played to the end and passed."""
    ada = school.visit("Ada Okafor")
    ada.play()
    return ada


def staff_of(database: Database, browser: Browser) -> int:
    with database.reading() as session:
        return session.get_one(StaffEntry, browser.person_id).staff_id


def page_of(browser: Browser, staff_id: int) -> str:
    answer = browser.get(f"/people/{staff_id}")
    assert answer.status_code == 200
    assert problems_of(answer.text) == []
    return words_of(answer.text)


def test_a_lead_reads_what_is_on_record_of_someone_the_latest_first(
    school: School, ada: Browser, jo: Browser, database: Database
) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    with database.transaction() as session:
        grade = session.query(Delivery).one()
        session.add(DeliveryTry(delivery_id=grade.id, version=1, stamp=utcnow(), begun_at=utcnow(), words="Refused."))
        session.execute(update(Delivery).values(state=DeliveryState.NEEDS_ATTENTION))
    words = page_of(jo, staff_of(database, ada))
    for latest in ("Certificate for Photos", "Passed Photos with 100%"):
        assert words.index(latest) < words.index("Started Photos in Induction")
    assert "sent to “ Photos ”. Refused." in words
    assert "Answers are not shown here" in words


def test_only_those_who_may_see_someone_open_their_page(
    school: School, jo: Browser, schools: dict[str, int], database: Database
) -> None:
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=(schools["oak"],))
    with database.reading() as session:
        of = {member.name: member.id for member in session.query(StaffMember)}
    assert "Ben Late" in page_of(jo, of["Ben Late"])
    for name in ("Eli Elsewhere", "Flo Nowhere", "Gus Other-Trust"):
        assert_polite(jo.get(f"/people/{of[name]}"), 404, "")
    assert_polite(jo.get("/people/999999"), 404, "")
    assert school.visit("Kim Lee").get(f"/people/{of['Ben Late']}").status_code == 403


def test_those_who_lead_a_course_see_its_people_and_what_is_of_the_course(
    school: School, ada: Browser, schools: dict[str, int], database: Database
) -> None:
    leader = school.visit("Mo Aziz", Role.TRAINER)
    words = page_of(leader, staff_of(database, ada))
    assert "Passed Photos" in words and "You see only the record of your course" in words
    with database.reading() as session:
        (ben,) = session.query(StaffMember).filter_by(name="Ben Late")
    assert leader.get(f"/people/{ben.id}").status_code == 404


def test_the_page_says_what_is_due_and_until_when_a_pass_is_valid(jo: Browser, database: Database) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    with database.transaction() as session:
        staff_id = add_member(session, TODAY, "Ben Late", LATE, Taken("posts", ENDS_SOON.reached, ends_in=-1)).id
    words = page_of(jo, staff_id)
    assert "Overdue" in words and "Expired" in words and "Nothing is on record yet" in words


def test_someone_with_the_same_name_is_shown_with_what_to_do(jo: Browser, database: Database) -> None:
    with database.transaction() as session:
        one = add_member(session, TODAY, "Zoë Abbot", LATE, email="zoe@oak.example").id
        add_member(session, TODAY, "zoe abbot", LATE, email="z.abbot@elm.example")
    give_grant(database, GrantRole.TRUST_LEAD)
    words = page_of(jo, one)
    assert "may be the same person" in words and "z.abbot@elm.example" in words
    assert "say whether they are one person" in words


def test_a_line_manager_sees_their_people_and_is_told_whom_to_ask(
    school: School, jo: Browser, schools: dict[str, int], database: Database
) -> None:
    give_grant(database, GrantRole.LINE_MANAGER)
    with database.transaction() as session:
        session.merge(StaffEntry(person_id=jo.person_id, staff_id=schools["manager"]))
        (ben,) = session.query(StaffMember).filter_by(name="Ben Late")
        add_member(session, TODAY, "ben late", LATE, line_manager_id=schools["manager"])
    words = page_of(jo, ben.id)
    assert "Line manager Maud Head" in words and "tell a trust lead" in words


def test_the_number_of_queries_does_not_grow_with_what_is_on_record(
    school: School, ada: Browser, jo: Browser, database: Database
) -> None:
    give_grant(database, GrantRole.TRUST_LEAD)
    staff_id = staff_of(database, ada)
    few = queries_for(jo, database, staff_id)
    ada.play()
    assert queries_for(jo, database, staff_id) == few


def queries_for(browser: Browser, database: Database, staff_id: int) -> int:
    page_of(browser, staff_id)
    queries: list[str] = []

    def note(*told: object) -> None:
        queries.append(str(told[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    page_of(browser, staff_id)
    event.remove(database.engine, "before_cursor_execute", note)
    return len(queries)
