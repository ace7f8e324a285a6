"""A deputy head finds those who are overdue in her school, reads about one, nudges them, and takes the list along."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import select

import db
from core.domain.days import day_of
from db import utcnow
from managers.reminders.models import Reminder
from modules.passes.course_progress import Standing
from tests.journeys.conftest import Visit
from tests.managers.listing.staff import Taken, add_member
from tests.support.looks import DESKTOP
from tests.support.servers import Running

ZOE = "zoe.fairweather@school.example"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def school(tool: Running) -> None:
    """Let Zoë lead a school with staff: ten are overdue, some have passed, and one has a pass that has expired."""
    runner = tool.app.test_cli_runner()
    for words in ("schools add --trust invictus Oakfield", "schools add --trust invictus Elmbridge"):
        assert runner.invoke(args=words.split()).exit_code == 0
    role = f"grants give --trust invictus --role school-lead --email {ZOE} --school Oakfield"
    assert runner.invoke(args=role.split()).exit_code == 0
    today = day_of(utcnow())
    with db.database(tool.app).transaction() as session:
        for number in range(10):
            late = Taken("essentials", Standing.NOT_STARTED, due_in=-number - 1)
            about = {"school_id": 1, "job_group": "Teachers", "email": f"late.{number}@school.example"}
            add_member(session, today, f"Late Person {number}", late, Taken("contact"), **about)
        for name, ends_in in (("Álvaro Cruz", 200), ("Zoë Abbot", -4), ("Mo Aziz", 20)):
            add_member(session, today, name, Taken("essentials", Standing.PASSED, ends_in), school_id=1)
        add_member(session, today, "Someone Elsewhere", Taken("essentials", due_in=-9), school_id=2)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_deputy_head_finds_who_is_overdue_in_her_school_in_three_steps_by_keyboard(
    school: None, new_visit: Callable[..., Visit], size: dict[str, int]
) -> None:
    visit = new_visit(size=size)
    visit.open()
    visit.heading()
    visit.press(visit.tool.locator("main").get_by_role("link", name="Your desk"), "Enter")
    visit.heading("Your desk")
    visit.press(visit.tool.locator("main").get_by_role("link", name="People", exact=True).last, "Enter")
    visit.heading("Your school All training")
    visit.look(f"people-of-a-school-{size['width']}")
    visit.press(visit.tool.get_by_role("link", name="10 Overdue"), "Enter")
    expect(visit.tool.locator("tbody tr")).to_have_count(10)
    expect(visit.tool.get_by_text("Someone Elsewhere")).to_have_count(0)
    visit.look(f"people-overdue-{size['width']}")
    visit.tool.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true })")
    visit.look(f"people-filters-{size['width']}")
    visit.press(visit.tool.get_by_role("link", name="Late Person 3"), "Enter")
    visit.heading("Late Person 3")
    visit.look(f"person-{size['width']}")


def test_a_deputy_head_finds_who_is_overdue_nudges_them_and_takes_the_list_along_in_eight_clicks(
    school: None, new_visit: Callable[..., Visit], tool: Running
) -> None:
    visit = new_visit()
    visit.open()
    visit.heading()
    clicks: list[str] = []

    def click(role: str, name: str) -> None:
        clicks.append(name)
        visit.tool.locator("main").get_by_role(role, name=name).last.click()

    click("link", "Your desk")
    visit.heading("Your desk")
    click("link", "People")
    visit.heading("Your school All training")
    click("link", "10 Overdue")
    expect(visit.tool.locator("tbody tr")).to_have_count(10)
    click("link", "Nudge")
    visit.heading("Nudge 10 people?")
    click("button", "Nudge")
    expect(visit.heading()).to_have_text("10 people will be reminded")
    click("link", "Back to the list")
    expect(visit.tool.locator("tbody tr")).to_have_count(10)
    with visit.page.expect_download() as download:
        click("link", "Excel")
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    assert len(clicks) <= 8
    assert book.worksheets[1].max_row == 11
    with db.database(tool.app).reading() as session:
        told = session.scalars(select(Reminder.recipient).order_by(Reminder.recipient)).all()
    assert told == [f"late.{number}@school.example" for number in range(10)]
