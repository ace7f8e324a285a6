"""A trust lead: sees which school lags, and who there needs a nudge."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core.domain.days import day_of
from db import Database, utcnow
from db import database as database_of
from managers.trust.models import TrainingTally
from modules.passes.course_progress import Standing
from tests.journeys.conftest import Visit
from tests.journeys.managers.test_desk import ZOE, at_desk
from tests.managers.listing.staff import Taken, add_member
from tests.support.grants import a_school
from tests.support.looks import PHONE
from tests.support.servers import Running

PASSED, NOT_STARTED = Standing.PASSED, Standing.NOT_STARTED
MODULES = "essentials", "boundaries", "photos-and-consent"


@pytest.fixture
def trust(tool: Running) -> Database:
    """Let one school of three lag, and Zoë lead the trust."""
    database = database_of(tool.app)
    today = day_of(utcnow())
    with database.transaction() as session:
        schools = {name: a_school(session, name=name) for name in ("Elmbridge High", "Oakfield Primary", "St Mary’s")}
        for number in range(30):
            name, behind = list(schools)[number % 3], number % 3 == 1 and number > 4
            first = Taken("essentials", NOT_STARTED, due_in=-3) if behind else Taken("essentials", PASSED, 40, 40)
            trainings = first, Taken("boundaries", PASSED, -1 if number == 3 else 90)
            add_member(session, today, f"{name} {number}", *trainings, school_id=schools[name].id)
        for months, passed in ((1, 6), (2, 5), (4, 3)):
            _keep(session, today, months, [school.id for school in schools.values()], passed)
    invoke = tool.app.test_cli_runner().invoke
    for words in (f"grants give --trust invictus --role trust-lead --email {ZOE}", "lti addresses 1 confirmed"):
        answer = invoke(args=words.split())
        assert answer.exit_code == 0, answer.output
    return database


def _keep(session, today, months: int, schools: list[int], passed: int) -> None:
    """Put on record how far the schools were at the end of a month."""
    day = today
    for _ in range(months):
        day = day.replace(day=1) - timedelta(days=1)
    for school in schools:
        for module in (None, "essentials", "boundaries"):
            tally = TrainingTally(trust="invictus", day=day, module=module, school_id=school, people=10, passed=passed)
            tally.overdue, tally.expired, tally.counted_at = 0, 0, utcnow() - (today - day)
            session.add(tally)


@pytest.mark.usefixtures("trust")
def test_a_trust_lead_sees_which_school_lags_and_finds_those_who_are_late_in_two_clicks(
    new_visit: Callable[..., Visit],
) -> None:
    visit = new_visit()
    at_desk(visit)
    navigation = visit.tool.get_by_role("navigation", name="Your desk")
    navigation.get_by_role("link", name="Training by school").click()
    visit.heading("Training by school")
    visit.look("trust")
    lagging = visit.tool.get_by_role("region", name="Schools").get_by_role("row").nth(1)
    expect(lagging).to_contain_text("Oakfield Primary")
    lagging.get_by_role("link", name="8 overdue").click()
    visit.heading()
    expect(visit.tool.locator("tbody tr")).to_have_count(8)
    expect(visit.tool.locator("tbody tr").first).to_contain_text("Oakfield Primary")


@pytest.mark.usefixtures("trust")
def test_the_same_by_keyboard_alone_module_by_module_on_a_phone(new_visit: Callable[..., Visit]) -> None:
    visit = new_visit(size=PHONE)
    at_desk(visit)
    visit.press(visit.tool.get_by_role("navigation").get_by_role("link", name="Training by school"), "Enter")
    visit.heading("Training by school")
    modules = visit.tool.get_by_role("region", name="Modules")
    visit.press(modules.get_by_role("link", name="Social media essentials for all staff"), "Enter")
    visit.heading("Training by school Social media essentials for all staff")
    visit.look("trust-module")
    row = visit.tool.get_by_role("region", name="Schools").get_by_role("row").filter(has_text="Oakfield Primary")
    visit.press(row.get_by_role("link", name="Oakfield Primary"), "Enter")
    expect(visit.heading()).to_contain_text("Oakfield Primary")
    visit.look("trust-module-in-school")
    visit.press(visit.tool.get_by_role("link", name="8 Overdue"), "Enter")
    expect(visit.tool.locator("tbody tr")).to_have_count(8)


@pytest.mark.usefixtures("trust")
def test_a_trust_lead_sorts_schools_and_takes_the_numbers_along(new_visit: Callable[..., Visit]) -> None:
    visit = new_visit()
    at_desk(visit)
    visit.go("/trust")
    visit.tool.get_by_label("Sort by").select_option("name")
    visit.tool.get_by_role("button", name="Sort").click()
    visit.tool.wait_for_url("**sort=name**")
    expect(visit.tool.get_by_role("region", name="Schools").get_by_role("row").nth(1)).to_contain_text("Elmbridge High")
    with visit.page.expect_download() as download:
        visit.tool.get_by_role("link", name="Download these numbers for Excel (XLSX)").click()
    assert download.value.suggested_filename.startswith("training-by-school-")
