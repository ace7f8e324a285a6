"""The list of staff as a page: who sees whom, what its links and its form lead to, and what it says of no one."""

import csv
import io
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select

from core.domain.days import day_of
from core.filters import on_day
from core.grants.domain.grant import GrantRole
from db import Database, utcnow
from lti.domain.message import Purpose
from lti.domain.roles import Role
from managers.models import StaffEntry, StaffMember
from modules.passes.course_progress import Standing
from tests.managers.listing.staff import Taken, add_member
from tests.support.grants import a_school, give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite
from tests.support.visitor import words_of

TODAY = day_of(utcnow())
PASSED = Taken("photos", Standing.PASSED, ends_in=200)
ENDS_SOON = Taken("photos", Standing.PASSED, ends_in=10)
EXPIRED = Taken("photos", Standing.PASSED, ends_in=-3, due_in=-3)
LATE = Taken("photos", due_in=-1)
SOON = Taken("photos", Standing.IN_PROGRESS, due_in=14)


@pytest.fixture
def jo(school: School, database: Database) -> Browser:
    """Give someone who learns in a course of an LMS that confirms addresses."""
    return with_address(school, database)


@pytest.fixture
def schools(database: Database) -> dict[str, int]:
    """Give two schools with staff: five at Oak, one at Elm, and one who belongs to neither."""
    with database.transaction() as session:
        oak, elm = a_school(session).id, a_school(session, name="Élm High").id
        manager = add_member(session, TODAY, "Maud Head", school_id=oak, email="maud@oak.example").id
        for name, taken in (("Ada Passed", PASSED), ("Ben Late", LATE), ("Cas Soon", SOON), ("Dee Expired", EXPIRED)):
            add_member(session, TODAY, name, taken, school_id=oak, line_manager_id=manager, job_group="Teachers")
        add_member(session, TODAY, "Zoë Ends", ENDS_SOON, school_id=oak, email="z.ends@oak.example", number="77")
        add_member(session, TODAY, "Eli Elsewhere", LATE, school_id=elm, job_group="Site team")
        add_member(session, TODAY, "Flo Nowhere", Taken("photos"))
        add_member(session, TODAY, "Gus Other-Trust", LATE, trust="agora")
    return {"oak": oak, "elm": elm, "manager": manager}


def page_of(browser: Browser, query: str = "") -> str:
    answer = browser.get(f"/people{query}")
    assert answer.status_code == 200
    assert problems_of(answer.text) == []
    return answer.text


def names_on(page: str) -> list[str]:
    return re.findall(r'ftp-name">\s*(?:<a[^>]*>)?<bdi>([^<]+)', page)


def tiles_on(page: str) -> dict[str, tuple[int, str]]:
    """Return the number and the address of each count."""
    found = re.findall(r'tile" href="([^"]+)".*?number">([\d,]+)</span>\s*<span class="[^"]+">([^<]+)', page, re.DOTALL)
    return {label: (int(number), address.replace("&amp;", "&")) for address, number, label in found}


def follow(browser: Browser, address: str) -> str:
    return page_of(browser, address.removeprefix(f"{browser.visit}/people"))


class TestWhoSeesWhom:
    def test_a_school_lead_sees_the_staff_of_her_school_alone(
        self, jo: Browser, database: Database, schools: dict[str, int]
    ) -> None:
        give_grant(database, GrantRole.SCHOOL_LEAD, schools=(schools["oak"],))
        page = page_of(jo)
        assert names_on(page) == ["Ada Passed", "Ben Late", "Cas Soon", "Dee Expired", "Zoë Ends"]
        assert "Your school" in page and "Eli" not in page
        assert "Teachers" in page and "Site team" not in page

    def test_a_trust_lead_sees_everyone_of_the_trust(
        self, jo: Browser, database: Database, schools: dict[str, int]
    ) -> None:
        give_grant(database, GrantRole.TRUST_LEAD)
        assert len(names_on(page_of(jo))) == 7
        assert names_on(page_of(jo, f"?school={schools['elm']}")) == ["Eli Elsewhere"]
        assert names_on(page_of(jo, "?school=elm+high")) == ["Eli Elsewhere"]

    def test_a_line_manager_sees_whom_the_list_says_they_manage(
        self, jo: Browser, database: Database, schools: dict[str, int]
    ) -> None:
        give_grant(database, GrantRole.LINE_MANAGER)
        assert "names you as their line manager" in words_of(page_of(jo))
        with database.transaction() as session:
            own = session.merge(StaffEntry(person_id=jo.person_id, staff_id=schools["manager"]))
            session.flush()
            session.scalars(
                select(StaffMember).where(StaffMember.name == "Cas Soon")
            ).one().line_manager_id = own.staff_id
        assert names_on(page_of(jo)) == ["Ada Passed", "Ben Late", "Cas Soon", "Dee Expired"]

    def test_someone_with_several_grants_goes_from_one_scope_to_another(
        self, jo: Browser, database: Database, schools: dict[str, int]
    ) -> None:
        give_grant(database, GrantRole.TRUST_LEAD)
        give_grant(database, GrantRole.SCHOOL_LEAD, schools=(schools["elm"],))
        links = dict(re.findall(r'people\?(scope=[a-z]+)"(?: aria-current="page")?>([^<]+)<', page_of(jo)))
        assert links == {"scope=trust": "The whole trust", "scope=school": "Your school"}
        assert names_on(page_of(jo, "?scope=school")) == ["Eli Elsewhere"]

    @pytest.mark.parametrize("role", [GrantRole.ADMINISTRATOR, GrantRole.TRAINER, GrantRole.POLICY_OWNER])
    def test_other_grants_open_no_list(self, jo: Browser, database: Database, role: GrantRole) -> None:
        give_grant(database, role)
        for path in ("/people", "/people.csv", "/people.xlsx", "/people?scope=trust"):
            assert jo.get(path).status_code == 403

    @pytest.mark.parametrize("path", ["/people?scope=trust", "/people?scope=mine", "/people.csv?scope=course"])
    def test_a_scope_that_is_not_ones_own_is_refused(
        self, jo: Browser, database: Database, schools: dict[str, int], path: str
    ) -> None:
        give_grant(database, GrantRole.SCHOOL_LEAD, schools=(schools["oak"],))
        assert_polite(jo.get(path), 403, "This page is not for you")

    @pytest.mark.parametrize("query", ["?scope=galaxy", "?school=999", "?school=Elm+High"])
    def test_a_school_of_others_and_a_scope_that_there_is_not_are_not_found(
        self, jo: Browser, database: Database, schools: dict[str, int], query: str
    ) -> None:
        give_grant(database, GrantRole.SCHOOL_LEAD, schools=(schools["oak"],))
        for ending in ("", ".csv"):
            assert_polite(jo.get(f"/people{ending}{query}"), 404, "")

    def test_a_leader_keeps_the_course_and_finds_the_trust_beside_it(
        self, school: School, database: Database, schools: dict[str, int]
    ) -> None:
        lead = with_address(school, database, role=Role.TRAINER)
        give_grant(database, GrantRole.TRUST_LEAD)
        page = page_of(lead)
        assert "Who has finished" in page and "people?scope=trust" in page
        assert len(names_on(page_of(lead, "?scope=trust"))) == 7

    @pytest.mark.parametrize(("sought", "found"), [("zoe", ["Zoë Ade"]), ("COX", ["Ben Cox"]), ("%", [])])
    def test_a_leader_finds_people_of_the_course_on_the_page_and_in_the_file(
        self, school: School, sought: str, found: list[str]
    ) -> None:
        for name in ("Zoë Ade", "Ben Cox"):
            school.visit(name)
        leader = school.visit("Mo Aziz", Role.TRAINER)
        query = f"?q={quote(sought)}&sort=-name"
        assert names_on(page_of(leader, query)) == found
        rows = csv.DictReader(io.StringIO(leader.get(f"/people.csv{query}").data.decode("utf-8-sig"), newline=""))
        assert [row["Name"] for row in rows] == found

    def test_a_page_names_no_one_else_as_the_same_person_whom_one_may_not_see(
        self, jo: Browser, database: Database, schools: dict[str, int]
    ) -> None:
        with database.transaction() as session:
            oak, elm = schools["oak"], schools["elm"]
            ida = add_member(session, TODAY, "Ida Twice", LATE, school_id=oak).id
            add_member(session, TODAY, "Ida Twice", LATE, school_id=elm, email="ida@elm.example")
        give_grant(database, GrantRole.SCHOOL_LEAD, schools=(oak,))
        assert "ida@elm.example" not in jo.get(f"/people/{ida}").text
        give_grant(database, GrantRole.TRUST_LEAD)
        assert "ida@elm.example" in jo.get(f"/people/{ida}").text

    def test_a_leader_nudges_about_one_module_at_a_time(self, school: School) -> None:
        leader = school.visit("Mo Aziz", Role.TRAINER, purpose=Purpose.COURSE, activity_id=None)
        assert leader.get("/people/nudge").status_code == 404
        assert leader.get("/people/nudge?module=photos").status_code == 200

    def test_from_the_courses_menu_a_lead_sees_the_trust_and_a_leader_is_asked_for_a_module(
        self, school: School, database: Database, schools: dict[str, int]
    ) -> None:
        from_menu = {"purpose": Purpose.COURSE, "activity_id": None}
        lead = with_address(school, database)
        give_grant(database, GrantRole.TRUST_LEAD)
        assert len(names_on(page_of(school.on_another_device(lead, **from_menu)))) == 7
        leader = school.visit("Mo Aziz", Role.TRAINER, **from_menu)
        assert leader.get("/people").location.endswith("/course")


@pytest.fixture
def lead(jo: Browser, database: Database, schools: dict[str, int]) -> Browser:
    """Give someone who leads one school."""
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=(schools["oak"],))
    return jo


class TestFilters:
    def test_counts_are_links_to_whom_they_count(self, lead: Browser) -> None:
        tiles = tiles_on(page_of(lead))
        assert {label: number for label, (number, _) in tiles.items()} == {
            "Everyone": 5,
            "Nothing started": 1,
            "In progress": 1,
            "Some not passed": 0,
            "All passed": 2,
            "Policy not confirmed": 0,
            "Some expire soon": 1,
            "Some expired": 1,
            "Overdue": 2,
            "Due in 14 days": 1,
            "Grade needs attention": 0,
        }
        for number, address in tiles.values():
            assert len(names_on(follow(lead, address))) == number

    def test_a_count_that_is_chosen_leads_back(self, lead: Browser) -> None:
        page = follow(lead, tiles_on(page_of(lead))["Overdue"][1])
        assert names_on(page) == ["Ben Late", "Dee Expired"]
        assert page.count('aria-current="true"') == 1
        assert len(names_on(follow(lead, tiles_on(page)["Overdue"][1]))) == 5

    def test_filters_combine_and_the_address_says_all_of_them(self, lead: Browser) -> None:
        query = "?module=photos&due=overdue&standing=expired&group=Teachers&q=dee&sort=-due&column=group&column=due"
        page = page_of(lead, query)
        assert names_on(page) == ["Dee Expired"]
        assert "Your school Photos 1 Everyone" in words_of(page)
        for address in (each for _, each in tiles_on(page).values()):
            assert "q=dee" in address and "sort=-due" in address and "column=group" in address

    def test_people_are_found_by_parts_of_names_and_addresses_whatever_the_accents(self, lead: Browser) -> None:
        for sought in ("zoe", "ZOË", "ends", "z.ends@"):
            assert names_on(page_of(lead, f"?q={sought}")) == ["Zoë Ends"]

    def test_the_form_takes_all_along_that_it_does_not_ask_for(self, lead: Browser) -> None:
        page = page_of(lead, "?scope=school&sort=-due&q=zoe")
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
        assert hidden == {"scope": "school", "sort": "-due"}
        assert 'value="zoe"' in page and page.count("<form") == 1

    def test_no_one_is_said_in_words_with_a_way_on(self, lead: Browser) -> None:
        page = page_of(lead, "?standing=not-passed")
        assert "No one here matches what you chose" in page and "Clear all filters" in page
        assert "people.csv" not in page

    @pytest.mark.parametrize("query", ["standing=odd", "due=never", "page=x", "page=-4", "sort=shoe", "manager=1e9"])
    def test_what_an_address_names_wrongly_leaves_no_one_out(self, lead: Browser, query: str) -> None:
        assert len(names_on(page_of(lead, f"?{query}"))) == 5

    def test_a_module_that_there_is_not_is_said(self, lead: Browser) -> None:
        assert_polite(lead.get("/people?module=knitting"), 404, "")


class TestColumns:
    def test_someone_chooses_columns_and_the_address_keeps_them(self, lead: Browser) -> None:
        headings = re.findall(r'scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page_of(lead))
        assert [each.strip() for each in headings] == ["Name", "School", "Status", "Due by", "Valid until"]
        page = page_of(lead, "?column=number&column=email&column=nonsense")
        headings = re.findall(r'scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page)
        assert [each.strip() for each in headings] == ["Name", "E-mail address", "Staff number"]
        assert "z.ends@oak.example" in page and ">77<" in re.sub(r"</?bdi>|\s", "", page)

    def test_headings_sort_both_ways_and_say_so(self, lead: Browser) -> None:
        page = page_of(lead, "?sort=due")
        assert names_on(page) == ["Dee Expired", "Ben Late", "Cas Soon", "Ada Passed", "Zoë Ends"]
        assert page.count("aria-sort") == 1 and 'aria-sort="ascending"><a class="govuk-link"' in page
        (back,) = re.findall(r'href="[^"]+people([^"]+sort=-due)"', page)
        assert names_on(page_of(lead, back.replace("&amp;", "&")))[:3] == ["Cas Soon", "Ben Late", "Dee Expired"]

    def test_a_row_says_what_is_due_how_long_a_pass_lasts_and_how_many_are_passed(self, lead: Browser) -> None:
        words = words_of(page_of(lead, "?q=dee"))
        day = on_day(TODAY - timedelta(days=3))
        assert f"Dee Expired Oak Primary Some expired 0 of 1 passed, 1 overdue {day} Overdue {day}" in words


class TestFiles:
    def test_a_file_has_all_that_the_list_shows_and_says_what_was_filtered(self, lead: Browser) -> None:
        query = "?module=photos&due=overdue&sort=-name"
        answer = lead.get(f"/people.csv{query}")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert rows[0][:2] == ["Name", "E-mail address"]
        assert [row[0] for row in rows[1:]] == ["Dee Expired", "Ben Late"]
        assert rows[1][7:10] == ["Expired", (TODAY - timedelta(days=3)).isoformat(), "Yes"]
        with lead.get(f"/people.xlsx{query}") as answer:
            book = load_workbook(io.BytesIO(answer.data))
        about = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
        assert (about["Filtered by module"], about["Filtered by due date"]) == ("Photos", "Overdue")
        assert about["Rows"] == 2 and about["Made by"] == "Jo Hill"
        assert [row[0].value for row in book.worksheets[1].iter_rows()] == ["Name", "Dee Expired", "Ben Late"]

    def test_the_page_links_to_files_of_the_same_people(self, lead: Browser) -> None:
        page = page_of(lead, "?due=overdue&page=1")
        assert "/people.csv?scope=school&amp;due=overdue" in page

    def test_a_line_manager_may_take_the_list_along(
        self, jo: Browser, database: Database, schools: dict[str, int]
    ) -> None:
        give_grant(database, GrantRole.LINE_MANAGER)
        assert jo.get("/people.csv").data.decode("utf-8-sig").count("\n") == 1


@pytest.mark.parametrize("query", ["", "?module=photos", "?sort=school", "?module=photos&sort=status&q=a&school=1"])
@pytest.mark.parametrize("role", [GrantRole.TRUST_LEAD, GrantRole.SCHOOL_LEAD])
def test_a_page_takes_twelve_queries_at_most_however_many_people(
    jo: Browser, database: Database, schools: dict[str, int], query: str, role: GrantRole
) -> None:
    give_grant(database, role, schools=(schools["oak"],) if role is GrantRole.SCHOOL_LEAD else ())
    few = queries_for(jo, database, query)
    with database.transaction() as session:
        for number in range(40):
            place = {"school_id": schools["oak"], "job_group": f"Group {number % 7}"}
            add_member(session, TODAY, f"Person a {number}", LATE, Taken("posts"), **place)
    assert queries_for(jo, database, query) == few <= 12


def queries_for(browser: Browser, database: Database, query: str) -> int:
    page_of(browser, query)
    queries: list[str] = []

    def note(*told: object) -> None:
        queries.append(str(told[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    page_of(browser, query)
    event.remove(database.engine, "before_cursor_execute", note)
    return len([each for each in queries if not each.startswith(("PRAGMA", "BEGIN"))])
