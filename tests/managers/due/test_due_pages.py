"""Pages of due dates: rules and exceptions are made there, and staff see when their training is due."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from core.grants.domain.grant import GrantRole
from core.services import service
from db import Database
from lti.domain.roles import Role
from managers.due.domain.absences import Absence
from managers.due.domain.rules import Audience
from managers.due.exceptions import add_exception
from managers.due.models import DueException, DueRule, ExceptionReason
from managers.due.refresh import DueJobs
from managers.models import StaffMember
from tests.managers.due.due_rules import BY_OCTOBER, COMMAND, asked_since, dates_in, has_rule, staff_of
from tests.support.factories import NOW
from tests.support.grants import a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import Form

# Forms and words: the tests of the use cases ask both kinds of database what these pages ask.
pytestmark = pytest.mark.databases("sqlite")

YEARLY = {"module": "", "school": "", "group": "", "kind": "year", "days": "30"}
YEARLY |= {"date_day": "31", "date_month": "10", "date_year": "2026"}
SICK = {"reason": "long-sickness", "module": "", "first_day": "1", "first_month": "11", "first_year": "2026"}
SICK |= {"last_day": "30", "last_month": "11", "last_year": "2026"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def administrator(school: School, database: Database) -> Browser:
    give_grant(database, GrantRole.ADMINISTRATOR)
    return with_address(school, database, role=Role.TRAINER)


@pytest.fixture
def member(school: School, ada: Browser, database: Database) -> StaffMember:
    """Give Ada as a staff member who was asked for her training in September."""
    with database.transaction() as session:
        found = staff_of(session, ada.person_id)
        asked_since(session, date(2026, 9, 1))
        return found


def lead_of(school: School, database: Database, *names: str) -> Browser:
    with database.transaction() as session:
        numbers = tuple(a_school(session, name=name).id for name in names)
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=numbers)
    return with_address(school, database, role=Role.STAFF)


def words_on(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200 and problems_of(answer.text) == []
    return words_of(answer.text)


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def send(browser: Browser, path: str, seen_on: str = "/due/new", **fields: str) -> TestResponse:
    token = Form(browser.get(seen_on).text).fields["csrf_token"]
    return browser.post(path, {"csrf_token": token, **fields})


def work_out(school: School) -> None:
    """Do what a worker does."""
    service(DueJobs, school._app).work_out_now()


def test_a_rule_is_looked_at_then_added_and_staff_see_the_date(
    school: School, administrator: Browser, ada: Browser, member: StaffMember, database: Database
) -> None:
    assert "There are no rules yet" in words_on(administrator, "/due")
    seen = send(administrator, "/due/preview", **YEARLY)
    assert seen.status_code == 200 and problems_of(seen.text) == []
    assert "All training: by 31 October each year, for everyone" in words_of(seen.text)
    assert "This rule applies to one person; 1 would be overdue today." in words_of(seen.text)
    with database.reading() as session:
        assert session.scalars(select(DueRule)).all() == []
    added = administrator.post("/due", Form(seen.text).fields)
    assert added.status_code == 303
    assert "Due dates are being worked out." in words_on(administrator, "/due?done=added")
    work_out(school)
    page = words_on(administrator, "/due")
    assert "being worked out" not in page and "All training: by 31 October each year, for everyone" in page
    assert "First due on 31 October 2026. Anyone who starts after the date has 30 days." in page
    assert "This was due on 31 October 2026. Take the training as soon as you can." in words_on(ada, "/module")


def test_a_rule_can_be_changed_before_it_is_added(administrator: Browser) -> None:
    seen = send(administrator, "/due/preview", **YEARLY)
    back = administrator.post("/due", Form(seen.text).fields | {"change": "yes"})
    assert back.status_code == 200 and problems_of(back.text) == []
    assert re.search(r'value="year"[^>]* checked', back.text) and 'value="2026"' in back.text


def test_a_rule_is_ended_and_what_staff_see_goes_with_it(
    school: School, administrator: Browser, ada: Browser, member: StaffMember, database: Database
) -> None:
    with database.transaction() as session:
        number = has_rule(session).id
    assert "This was due on" in words_on(ada, "/module")
    assert send(administrator, f"/due/{number}/end", "/due").status_code == 303
    work_out(school)
    assert "due" not in words_on(ada, "/module").lower().replace("due date", "")
    assert_polite(send(administrator, f"/due/{number}/end", "/due/new"), 404, "")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "Select how the due date is worked out"),
        ({"date_day": ""}, "Date must include a day"),
        ({"date_day": "", "date_month": "", "date_year": ""}, "Enter the date by which the training is due"),
        ({"date_day": "31", "date_month": "9"}, "Date must be a real date"),
        ({"date_year": "26"}, "Year of the date must have four figures"),
        ({"date_year": "2206"}, "Date must be in the next five years"),
        ({"date_year": "2025"}, "Date must be 1 September 2026 or later"),
        ({"days": "-1"}, "Enter a number of days from 0 to 365"),
        ({"days": "366"}, "Enter a number of days from 0 to 365"),
        ({"days": "many"}, "Enter a number of days from 0 to 365"),
        ({"days": ""}, "Enter a number of days from 0 to 365"),
        ({"module": "nothing"}, "Select a module from the list"),
        ({"school": "99"}, "Select a school from the list"),
        ({"group": "Nobody"}, "Select a job group from the list"),
    ],
)
def test_a_rule_that_cannot_be_is_asked_for_again_with_nothing_lost(
    administrator: Browser, database: Database, wrong: dict[str, str], words: str
) -> None:
    for path in ("/due/preview", "/due"):
        answer = send(administrator, path, **(YEARLY | wrong))
        assert answer.status_code == 422 and words in words_of(answer.text)
        assert problems_of(answer.text) == []
        assert 'value="10"' in answer.text or "date_month" in wrong
    with database.reading() as session:
        assert session.scalars(select(DueRule)).all() == []


def test_a_number_of_days_needs_no_date(administrator: Browser) -> None:
    days = YEARLY | {"kind": "start", "days": "14", "date_day": "", "date_month": "", "date_year": ""}
    seen = send(administrator, "/due/preview", **days)
    assert "All training: within 14 days of starting work, for everyone" in words_of(seen.text)


def test_a_school_lead_decides_for_their_own_schools_alone(school: School, database: Database) -> None:
    lead = lead_of(school, database, "Oak Primary")
    with database.transaction() as session:
        oak, elm = a_school(session).id, a_school(session, name="Elm High").id
        for_all = has_rule(session).id
    form = words_on(lead, "/due/new")
    assert "Oak Primary" in form and "Elm High" not in form
    for number, words in [("", "Select one of your schools"), (str(elm), "Select a school from the list")]:
        answer = send(lead, "/due", **(YEARLY | {"school": number}))
        assert answer.status_code == 422 and words in words_of(answer.text)
    assert send(lead, "/due", **(YEARLY | {"school": str(oak)})).status_code == 303
    page = words_on(lead, "/due")
    assert "All training: by 31 October each year, for everyone at Oak Primary" in page
    assert "A trust lead or an administrator can end it." in page
    assert send(lead, f"/due/{for_all}/end").status_code == 404


def test_people_to_be_excepted_are_found_by_name_without_accents_and_only_in_ones_schools(
    school: School, member: StaffMember, database: Database
) -> None:
    lead = lead_of(school, database, "Oak Primary")
    assert "No one found for “okafor”." in words_on(lead, "/due?q=okafor")
    with database.transaction() as session:
        session.get_one(StaffMember, member.id).school_id = a_school(session).id
    page = lead.get("/due?q=%C3%B3kafor")
    assert "One person found for “ókafor”: Ada Okafor, Oak Primary" in words_of(page.text)
    assert f'href="{lead.visit}{path_of(member)}"' in page.text and problems_of(page.text) == []
    assert "No one found for “%”." in words_on(lead, "/due?q=%25")


@pytest.mark.parametrize("path", ["/due", "/due/new"])
def test_people_without_a_grant_are_kept_out(school: School, path: str) -> None:
    for role in (Role.STAFF, Role.TRAINER, Role.MANAGER):
        assert school.visit(f"Person {role.value}", role).get(path).status_code == 403


def path_of(member: StaffMember) -> str:
    return f"/people/{member.id}/due"


def test_an_exception_lifts_what_is_overdue_and_its_end_brings_it_back(
    school: School, administrator: Browser, ada: Browser, member: StaffMember, database: Database
) -> None:
    with database.transaction() as session:
        has_rule(session)
    page = words_on(administrator, path_of(member))
    assert "Due dates for Ada Okafor" in page and "Photos Overdue since 31 October 2026" in page
    assert "We keep only this reason." in page
    assert send(administrator, path_of(member), path_of(member), **SICK).status_code == 303
    page = words_on(administrator, path_of(member) + "?done=added")
    assert "Photos Due by 30 November 2026" in page
    assert "From 1 November 2026 to 30 November 2026 Long-term sickness All training End" in page
    assert "Due by 30 November 2026." in words_on(ada, "/module")
    assert "sickness" not in words_on(ada, "/module")
    with database.reading() as session:
        number = session.scalars(select(DueException.id)).one()
    end = f"{path_of(member)}/{number}/end"
    assert "From 1 November 2026 to 30 November 2026, all training." in words_on(administrator, end)
    assert send(administrator, end, end, how="mistake").status_code == 303
    page = words_on(administrator, path_of(member) + "?done=ended")
    assert "Photos Overdue since 31 October 2026" in page and "Entered by mistake" in page
    assert administrator.get(end).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": ""}, "Select a reason"),
        ({"reason": "a bad back"}, "Select a reason"),
        ({"first_day": "", "first_month": "", "first_year": ""}, "Enter the first day of the absence"),
        ({"first_day": "31"}, "First day must be a real date"),
        ({"first_year": "0001"}, "First day must be in 2000 or later"),
        ({"last_year": "2025"}, "Last day must be the first day or later"),
        ({"module": "nothing"}, "Select training from the list"),
    ],
)
def test_an_exception_that_cannot_be_is_asked_for_again(
    administrator: Browser, member: StaffMember, database: Database, wrong: dict[str, str], words: str
) -> None:
    answer = send(administrator, path_of(member), path_of(member), **(SICK | wrong))
    assert answer.status_code == 422 and words in words_of(answer.text)
    assert problems_of(answer.text) == []
    with database.reading() as session:
        assert session.scalars(select(DueException)).all() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Select why the exception ends"),
        ({"how": "back"}, "Enter the last day of the absence"),
        ({"how": "back", "last_day": "31", "last_month": "10", "last_year": "2026"}, "Last day must be the first day"),
    ],
)
def test_the_end_of_an_exception_says_why_and_when(
    administrator: Browser, member: StaffMember, database: Database, given: dict[str, str], words: str
) -> None:
    send(administrator, path_of(member), path_of(member), **SICK)
    with database.reading() as session:
        end = f"{path_of(member)}/{session.scalars(select(DueException.id)).one()}/end"
    answer = send(administrator, end, end, **given)
    assert answer.status_code == 422 and words in words_of(answer.text)
    assert problems_of(answer.text) == []
    back = {"how": "back", "last_day": "10", "last_month": "11", "last_year": "2026"}
    assert send(administrator, end, end, **back).status_code == 303
    assert "From 1 November 2026 to 10 November 2026" in words_on(administrator, path_of(member))


def test_a_school_lead_excepts_people_of_their_own_schools_alone(
    school: School, member: StaffMember, database: Database
) -> None:
    lead = lead_of(school, database, "Oak Primary")
    assert lead.get(path_of(member)).status_code == 404
    assert lead.get("/people/99999/due").status_code == 404
    with database.transaction() as session:
        oak = a_school(session).id
        session.get_one(StaffMember, member.id).school_id = oak
    assert lead.get(path_of(member)).status_code == 200
    assert send(lead, path_of(member), path_of(member), **SICK).status_code == 303


def test_someone_who_has_passed_sees_when_it_is_due_again(
    school: School, ada: Browser, member: StaffMember, database: Database
) -> None:
    with database.transaction() as session:
        has_rule(session, BY_OCTOBER)
    ada.play()
    # The pass of this school’s module does not expire.
    assert "due" not in words_on(ada, "/module").lower()
    assert dates_in(database) == {member.id: None}


def test_the_front_page_asks_one_question_more_for_its_due_date(
    school: School, ada: Browser, member: StaffMember, database: Database
) -> None:
    queries: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    ada.get("/module")
    assert len([query for query in queries if "due_on" in query or "due_rules" in query]) == 1


def test_trainers_and_people_who_only_look_see_no_due_date(
    school: School, database: Database, member: StaffMember
) -> None:
    with database.transaction() as session:
        has_rule(session)
    trainer = school.visit("Tess", Role.TRAINER)
    assert "This was due on" not in words_on(trainer, "/module") and "Due by" not in words_on(trainer, "/module")


def test_pages_of_due_dates_take_as_many_queries_however_much_there_is(
    administrator: Browser, member: StaffMember, database: Database
) -> None:
    queries: list[str] = []

    def counts() -> list[int]:
        found = []
        for path in ("/due", "/due/new", path_of(member)):
            administrator.get(path)
            queries.clear()
            assert administrator.get(path).status_code == 200
            found.append(len([query for query in queries if not query.startswith(("PRAGMA", "BEGIN"))]))
        return found

    event.listen(database.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    few = counts()
    with database.transaction() as session:
        for number in range(10):
            school_id = a_school(session, name=f"School {number}").id
            has_rule(session, audience=Audience(school=school_id))
            away = Absence(date(2027, 1, 1 + number), None)
            add_exception(session, member.id, None, ExceptionReason.LEAVE, away, COMMAND, NOW)
    assert counts() == few
    assert max(few) <= 12
