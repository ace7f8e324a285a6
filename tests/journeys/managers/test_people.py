"""A deputy head looks for those who are overdue in her school, by keyboard alone, and reads about one of them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

import db
from core.domain.days import day_of
from db import utcnow
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
            add_member(
                session, today, f"Late Person {number}", late, Taken("contact"), school_id=1, job_group="Teachers"
            )
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
