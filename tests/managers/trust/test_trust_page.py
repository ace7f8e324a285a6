"""The trust page: who may see it, what it says, where its numbers lead, and what can be taken along."""

import csv
import io
import random
import re
from datetime import date, timedelta
from html import unescape

import pytest
from openpyxl import load_workbook
from sqlalchemy import event

import managers.trust.kept
from core.filters import on_day
from core.grants.domain.grant import GrantRole
from db import Database, utcnow
from lti.domain.roles import Role
from managers.models import StaleCourse
from managers.trust.jobs import count_all
from managers.trust.models import TrainingTally
from modules.passes.course_progress import Standing
from tests.managers.listing.staff import Taken, add_member
from tests.support.grants import give_grant, with_address
from tests.support.page_rules import problems_of
from tests.support.school import Browser, School, assert_polite

PASSED, NOT_STARTED = Standing.PASSED, Standing.NOT_STARTED
MODULES = "photos", "essentials"
Schools = tuple[int, int]


def page_of(browser: Browser, query: str = "") -> str:
    answer = browser.get(f"/trust{query}")
    assert answer.status_code == 200, answer.text
    assert problems_of(answer.text) == []
    return answer.text


def plain(html: str) -> str:
    return " ".join(re.sub("[\u2068\u2069]", "", unescape(re.sub(r"<[^>]+>", "", html))).split())


def rows_of(html: str, caption: str) -> list[str]:
    """Return the rows of the table with this caption as plain words."""
    table = next(found for found in re.findall(r"<table.*?</table>", html, re.DOTALL) if caption in plain(found))
    return [plain(row) for row in re.findall(r"<tr.*?</tr>", table.partition("<tbody")[2], re.DOTALL)]


@pytest.fixture
def staff(database: Database, schools: Schools, today: date) -> None:
    """Let Hillside lag behind Acorn Primary, and one person belong to neither."""
    hill, oak = schools
    with database.transaction() as session:
        add_member(session, today, "Ada", Taken("photos", NOT_STARTED, due_in=-1), school_id=hill)
        add_member(session, today, "Bo", Taken("photos", PASSED, -1), Taken("essentials", PASSED), school_id=hill)
        add_member(session, today, "Cy", Taken("photos", PASSED, 30), school_id=oak)
        add_member(session, today, "Di", Taken("photos", PASSED), school_id=oak)
        add_member(session, today, "Ed", Taken("photos", NOT_STARTED))


def keep(database: Database, day: date, school: int | None, module: str | None, people: int, passed: int) -> None:
    with database.transaction() as session:
        tally = TrainingTally(trust="invictus", day=day, module=module, school_id=school, people=people, passed=passed)
        tally.overdue, tally.expired, tally.counted_at = 0, 0, utcnow() - timedelta(days=(utcnow().date() - day).days)
        session.add(tally)


@pytest.mark.usefixtures("staff")
def test_the_school_that_lags_comes_first_with_its_numbers_and_what_to_do_about_it(lead: Browser) -> None:
    page = page_of(lead)
    assert "40% have passed all their training: 2 of 5." in plain(page)
    assert rows_of(page, "All their training, by school") == [
        "Hillside 0% ▼ 0 of 2 1 overdue 1 expired",
        "Acorn Primary 100% ✓ 2 of 2 None",
        "No school yet 0% ▼ 0 of 1 None",
    ]
    assert rows_of(page, "All schools, by module") == [
        "Photos 40% 2 of 5 1 overdue 1 expired",
        "Social media essentials for all staff 100% ✓ 1 of 1 None",
    ]
    assert rows_of(page, "Passed, overdue and expired, by school and module")[:2] == [
        "All schools 40% 2 of 5 1 overdue 1 expired 40% 2 of 5 1 overdue 1 expired 100% ✓ 1 of 1",
        "Hillside 0% ▼ 0 of 2 1 overdue 1 expired 0% ▼ 0 of 2 1 overdue 1 expired 100% ✓ 1 of 1",
    ]


@pytest.mark.usefixtures("staff")
def test_the_page_says_what_a_rate_means(lead: Browser) -> None:
    says = "A rate is the share of people whose pass is valid today, out of everyone who has to take the training."
    assert says in plain(page_of(lead))


@pytest.mark.usefixtures("staff")
def test_one_module_or_one_school_can_be_looked_at_alone(lead: Browser, schools: Schools) -> None:
    hill, _ = schools
    one_module = page_of(lead, "?module=photos")
    assert rows_of(one_module, "Photos, by school")[1] == "Acorn Primary 100% ✓ 2 of 2 None"
    assert f"trust?school={hill}&amp;module=photos" in one_module
    one_school = page_of(lead, f"?school={hill}")
    assert rows_of(one_school, "Hillside, by module")[0] == "Photos 0% ▼ 0 of 2 1 overdue 1 expired"
    both = page_of(lead, f"?school={hill}&module=photos")
    assert "0% have passed this module: 0 of 2." in plain(both)
    assert "No school yet" in plain(page_of(lead, "?school=0"))


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["Acorn Primary", "Hillside", "No school yet"]),
        ("overdue", ["Hillside", "Acorn Primary", "No school yet"]),
        ("rate", ["Hillside", "Acorn Primary", "No school yet"]),
        ("expired", ["Hillside", "Acorn Primary", "No school yet"]),
        ("nonsense", ["Hillside", "Acorn Primary", "No school yet"]),
    ],
)
def test_schools_are_sorted_as_someone_chooses(lead: Browser, sort: str, order: list[str]) -> None:
    rows = rows_of(page_of(lead, f"?sort={sort}"), "All their training, by school")
    assert [next(name for name in order if row.startswith(name)) for row in rows] == order


def test_what_has_changed_since_last_month_is_said_in_words_and_with_a_sign(
    lead: Browser, database: Database, staff: None, schools: Schools, today: date
) -> None:
    end = today.replace(day=1) - timedelta(days=1)
    hill, oak = schools
    for module in (None, "photos"):
        keep(database, end, hill, module, people=4, passed=1)
        keep(database, end, oak, module, people=4, passed=3)
    page = page_of(lead)
    assert f"2 of 5. −10 points since {on_day(end)}" in plain(page)
    assert rows_of(page, "All their training, by school") == [
        "Hillside 0% ▼ −25 points 0 of 2 1 overdue 1 expired",
        "Acorn Primary 100% ✓ +25 points 2 of 2 None",
        "No school yet 0% ▼ No record 0 of 1 None",
    ]
    assert "Acorn Primary 100% ✓ +25 2 of 2" in rows_of(page, "Passed, overdue and expired, by school and module")[-2]


def test_the_year_is_a_line_with_gaps_and_a_table_that_says_where_nothing_is_known(
    lead: Browser, database: Database, staff: None, schools: Schools, today: date
) -> None:
    last = today.replace(day=1) - timedelta(days=1)
    before = last.replace(day=1) - timedelta(days=1)
    keep(database, before - timedelta(days=2), schools[0], None, people=4, passed=1)
    page = page_of(lead)
    rows = rows_of(page, "Rate at the end of each month")
    assert len(rows) == 12
    assert rows[-3:] == [
        f"{before:%B %Y} 25% 1 of 4, on {on_day(before - timedelta(days=2))}",
        f"{last:%B %Y} No record",
        f"{today:%B %Y} 40% 2 of 5, today",
    ]
    drawing = re.search(r"<svg class=\"ftp-year__line\".*?</svg>", page, re.DOTALL)
    assert drawing and drawing[0].count("<circle") == 2 and drawing[0].count("ftp-year__stretch") == 2
    assert f"From 25% in {before:%B %Y} to 40% today" in drawing[0]
    assert "There is no record of last month to compare with." in plain(page)


def some_training(chance: random.Random, module: str) -> Taken:
    reached = chance.choice([PASSED, PASSED, NOT_STARTED])
    return Taken(module, reached, ends_in=chance.randint(-9, 9), due_in=chance.randint(-9, 9))


def test_every_number_of_the_page_leads_to_a_list_of_exactly_so_many_people(
    lead: Browser, database: Database, schools: Schools, today: date
) -> None:
    chance = random.Random(5)
    with database.transaction() as session:
        for number in range(30):
            taken = [some_training(chance, module) for module in chance.choice([MODULES, MODULES[:1]])]
            add_member(session, today, f"Person {number}", *taken, school_id=chance.choice([*schools, None]))
    links = set(re.findall(r'<a[^>]*href="([^"]+/people\?[^"]+)"[^>]*>(.*?)</a>', page_of(lead), re.DOTALL))
    assert len(links) > 40
    for address, words in links:
        listed = unescape(address).replace("/people?", "/people.csv?").removeprefix(lead.visit)
        people = list(csv.reader(io.StringIO(lead.get(listed).text)))[1:]
        assert len(people) == int(re.findall(r"\d+", plain(words))[0]), address


def test_a_trust_without_anyone_who_has_to_take_training_says_so(lead: Browser) -> None:
    assert "No one has to take any training yet." in page_of(lead)


@pytest.mark.usefixtures("staff")
def test_a_school_without_anyone_who_has_to_says_so_and_comes_last(lead: Browser) -> None:
    rows = rows_of(page_of(lead, "?module=essentials"), "Social media essentials for all staff, by school")
    assert rows[-1] == "No school yet No one has to take this"


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("query", ["?module=unknown", "?school=99", "?school=oak", "?school=-1", "?school=%00"])
def test_what_is_not_there_is_not_found(lead: Browser, query: str) -> None:
    assert lead.get(f"/trust{query}").status_code == 404


@pytest.mark.usefixtures("staff")
def test_those_who_lead_a_school_see_theirs_alone(school: School, database: Database, schools: Schools) -> None:
    give_grant(database, GrantRole.SCHOOL_LEAD, schools=schools[1:])
    jo = with_address(school, database)
    page = page_of(jo)
    assert "Hillside" not in page and "No school yet" not in page
    assert "100% have passed all their training: 2 of 2." in plain(page)
    assert "people?scope=school&amp;module=photos" in page
    assert jo.get(f"/trust?school={schools[0]}").status_code == 404
    assert [row["School"] for row in rows_in(jo, "?")] == ["Acorn Primary"] * 2


@pytest.mark.parametrize("role", sorted(set(GrantRole) - {GrantRole.TRUST_LEAD, GrantRole.SCHOOL_LEAD}, key=str))
def test_other_roles_do_not_open_the_page(school: School, database: Database, role: GrantRole) -> None:
    give_grant(database, role)
    jo = with_address(school, database)
    for address in ("/trust", "/trust.csv", "/trust.xlsx"):
        assert_polite(jo.get(address), 403, "not for you")
    assert "Training by school" not in jo.get("/desk").text


def test_those_who_lead_a_course_alone_do_not_see_the_trust(school: School) -> None:
    assert school.visit("Sam Reed", Role.TRAINER).get("/trust").status_code == 403


def test_the_desk_leads_to_the_page(lead: Browser) -> None:
    assert f'href="{lead.visit}/trust">Training by school</a>' in lead.get("/desk").text


def test_numbers_that_were_counted_a_moment_ago_say_so_and_can_be_counted_again(
    lead: Browser, database: Database, staff: None, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managers.trust.kept, "COUNTED_EACH_TIME", 1)
    count_all(database, utcnow())
    with database.transaction() as session:
        add_member(session, today, "Flo", Taken("photos", PASSED))
    page = page_of(lead)
    assert "These numbers are from" in page and "2 of 5" in plain(page)
    again = page_of(lead, "?now=yes")
    assert "These numbers are from" not in again and "3 of 6" in plain(again)


def test_the_page_says_that_people_are_being_brought_up_to_date(
    lead: Browser, database: Database, staff: None, school: School
) -> None:
    assert "being brought up to date" not in page_of(lead)
    with database.transaction() as session:
        session.add(StaleCourse(course_id=school.activity.course_id, since=utcnow()))
    assert "being brought up to date" in page_of(lead)


def rows_in(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/trust.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.usefixtures("staff")
def test_the_numbers_can_be_taken_along_as_csv(lead: Browser, schools: Schools) -> None:
    rows = rows_in(lead)
    assert [(row["School"], row["Module"], row["Passed and valid"], row["Have to take it"]) for row in rows] == [
        ("Acorn Primary", "Photos", "2", "2"),
        ("Acorn Primary", "All their training", "2", "2"),
        ("Hillside", "Photos", "0", "2"),
        ("Hillside", "Social media essentials for all staff", "1", "1"),
        ("Hillside", "All their training", "0", "2"),
        ("No school yet", "Photos", "0", "1"),
        ("No school yet", "All their training", "0", "1"),
    ]
    assert (rows[2]["Overdue"], rows[2]["Expired"], rows[0]["Rate"]) == ("1", "1", "100.0%")
    assert len(rows_in(lead, f"?school={schools[0]}&module=photos")) == 1


@pytest.mark.usefixtures("staff")
def test_the_numbers_can_be_taken_along_as_a_workbook_that_says_what_they_are(lead: Browser, schools: Schools) -> None:
    with lead.get(f"/trust.xlsx?school={schools[1]}") as answer:
        book = load_workbook(io.BytesIO(answer.data))
    about = dict(book.worksheets[0].iter_rows(values_only=True, max_col=2))
    assert (about["List"], about["Filtered by school"], about["Rows"]) == ("Training by school", "Acorn Primary", 2)
    assert [row[:5] for row in book.worksheets[1].iter_rows(values_only=True, min_row=2)] == [
        ("Acorn Primary", "Photos", 2, 2, 1),
        ("Acorn Primary", "All their training", 2, 2, 1),
    ]


def queries_for(browser: Browser, database: Database, query: str) -> int:
    asked: list[str] = []
    listen = lambda *told: asked.append(told[2])  # noqa: E731  # it has to be taken off again
    event.listen(database.engine, "before_cursor_execute", listen)
    page_of(browser, query)
    event.remove(database.engine, "before_cursor_execute", listen)
    return len([statement for statement in asked if not statement.startswith(("BEGIN", "PRAGMA"))])


def test_the_page_asks_as_few_questions_of_many_people_as_of_a_few(
    lead: Browser, database: Database, staff: None, schools: Schools, today: date
) -> None:
    page_of(lead)
    before = [queries_for(lead, database, query) for query in ("", "?module=photos", f"?school={schools[0]}")]
    with database.transaction() as session:
        for number in range(60):
            add_member(session, today, f"Person {number}", Taken("photos"), Taken("essentials"), school_id=schools[1])
    assert [queries_for(lead, database, query) for query in ("", "?module=photos", f"?school={schools[0]}")] == before
    assert max(before) <= 12
