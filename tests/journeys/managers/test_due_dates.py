"""Due dates: an administrator sets a rule, staff see it, an exception lifts it, and an LMS that takes dates has it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import requests
from playwright.sync_api import Locator, expect
from sqlalchemy import select, update

import db
from core.filters import on_day
from core.grants.domain.grant import GrantRole
from db import utcnow
from managers.due.domain.rules import DueKind, Terms
from managers.models import StaffMember
from tests.journeys.conftest import Visit
from tests.managers.due.due_rules import has_rule
from tests.support.grants import give_grant
from tests.support.servers import Running
from tests.support.visitor import Visitor

STARTED = timedelta(days=60)


@pytest.fixture
def zoe(practice: Running, tool: Running) -> int:
    """Give Zoë's number as a staff member, who started work two months ago."""
    Visitor(practice.url, tool.url).launch()
    with db.database(tool.app).transaction() as session:
        number = session.scalars(select(StaffMember.id).where(StaffMember.name == "Zoë Fairweather")).one()
        started = update(StaffMember).where(StaffMember.id == number).values(starts_on=utcnow().date() - STARTED)
        session.execute(started)
    return number


def administrator(visit: Visit, tool: Running) -> Visit:
    """Let the deputy head be an administrator of the trust, and open the activity."""
    give_grant(db.database(tool.app), GrantRole.ADMINISTRATOR, "martin.okafor@school.example")
    visit.page.request.post(f"{visit.practice_url}/courses/invictus/person", form={"person": "4"})
    visit.open()
    visit.heading()
    return visit


def staff(visit: Visit) -> Visit:
    visit.page.request.post(f"{visit.practice_url}/courses/invictus/person", form={"person": "5"})
    visit.open()
    visit.heading("Social media essentials for all staff")
    return visit


def write(visit: Visit, field: Locator, words: str) -> None:
    """Go to a field with the tabulator, and write in it."""
    visit.press(field, "Control+A")
    visit.page.keyboard.type(words)


def test_an_administrator_sets_a_rule_by_keyboard_staff_see_it_and_an_exception_lifts_it(
    new_visit: Callable[..., Visit], tool: Running, zoe: int
) -> None:
    visit = administrator(new_visit(), tool)
    visit.go("/due")
    visit.heading("Due dates")
    visit.look("due-none")
    visit.press(visit.tool.get_by_role("link", name="Add a rule"), "Enter")
    visit.heading("Add a rule for due dates")
    visit.look("due-new")
    visit.press(visit.tool.get_by_label("Training", exact=True), "S")
    visit.press(visit.tool.get_by_label("By a date", exact=True), "Space")
    for _ in range(2):
        visit.page.keyboard.press("ArrowDown")
    write(visit, visit.tool.get_by_label("Number of days", exact=True), "14")
    visit.press(visit.tool.get_by_role("button", name="Check the rule"), "Enter")
    visit.heading("Add this rule?")
    expect(visit.tool.get_by_text("; 1 would be overdue today.")).to_be_visible()
    visit.look("due-look")
    visit.press(visit.tool.get_by_role("button", name="Add this rule"), "Enter")
    visit.heading("Due dates")
    expect(
        visit.tool.get_by_role("heading", name="Social media essentials for all staff: within 14 days")
    ).to_be_visible()
    visit.look("due-added")
    due = utcnow().date() - STARTED + timedelta(days=14)
    learner = new_visit()
    learner.look_again_until(f"This was due on {on_day(due)}.", lambda: staff(learner))
    learner.look("module-overdue")
    visit.press(visit.tool.get_by_label("Part of their name or e-mail address"), "Control+A")
    visit.page.keyboard.type("zoe")
    visit.page.keyboard.press("Enter")
    expect(visit.tool.get_by_text("One person found")).to_be_visible()
    visit.look("due-found")
    visit.press(visit.tool.get_by_role("link", name="Zoë Fairweather"), "Enter")
    visit.heading("Due dates for Zoë Fairweather")
    expect(visit.tool.get_by_text(f"Overdue since {on_day(due)}")).to_be_visible()
    visit.press(visit.tool.get_by_label("Leave", exact=True), "Space")
    first, last = due - timedelta(days=4), utcnow().date() + timedelta(days=30)
    for name, day in [("First day", first), ("Last day (optional)", last)]:
        group = visit.tool.get_by_role("group", name=name)
        for part in ("day", "month", "year"):
            write(visit, group.get_by_label(part.capitalize()), str(getattr(day, part)))
    visit.press(visit.tool.get_by_role("button", name="Add the exception"), "Enter")
    expect(visit.tool.get_by_text("The exception has been added")).to_be_visible()
    visit.look("exceptions")
    moved = last + timedelta(days=5)
    expect(visit.tool.get_by_text(f"Due by {on_day(moved)}")).to_be_visible()
    expect(staff(learner).tool.get_by_text(f"Due by {on_day(moved)}.")).to_be_visible()
    learner.look("module-due")
    visit.press(visit.tool.get_by_role("link", name="End exception: Leave"), "Enter")
    visit.heading("End this exception for Zoë Fairweather?")
    visit.look("exception-end")
    visit.press(visit.tool.get_by_label("They are back, or have a date of return"), "Space")
    visit.page.keyboard.press("ArrowDown")
    visit.press(visit.tool.get_by_role("button", name="End the exception"), "Enter")
    expect(visit.tool.get_by_text(f"Overdue since {on_day(due)}")).to_be_visible()


def test_a_form_that_cannot_be_says_so_accessibly(new_visit: Callable[..., Visit], tool: Running, zoe: int) -> None:
    visit = administrator(new_visit(), tool)
    visit.go("/due/new")
    visit.tool.get_by_label("By a date in each academic year").check()
    visit.tool.get_by_label("Number of days", exact=True).fill("many")
    visit.tool.get_by_role("button", name="Check the rule").click()
    expect(visit.tool.get_by_role("heading", name="There is a problem")).to_be_visible()
    visit.look("due-new-wrong")
    visit.tool.get_by_role("link", name="Enter the date by which the training is due").click()
    expect(visit.tool.get_by_label("Day", exact=True)).to_be_focused()
    visit.go(f"/people/{zoe}/due")
    visit.tool.get_by_role("button", name="Add the exception").click()
    expect(visit.tool.get_by_role("heading", name="There is a problem")).to_be_visible()
    visit.look("exceptions-wrong")


def test_what_canvas_is_told_of_a_rule_is_the_date_that_people_see_there(
    new_visit: Callable[..., Visit], practice: Running, tool: Running
) -> None:
    requests.post(f"{practice.url}/mood", data={"mood": "canvas"}, timeout=5)
    next_year = date(utcnow().year + 1, 10, 31)
    with db.database(tool.app).transaction() as session:
        has_rule(session, Terms(DueKind.YEAR, 30, next_year))
    visit = new_visit()
    visit.page.request.post(f"{practice.url}/courses/invictus/person", form={"person": "3"})
    visit.page.goto(f"{practice.url}/courses/invictus/add-activity")
    choosing = visit.page.frame_locator("iframe.tool")
    expect(choosing.get_by_text(f"Due by {on_day(next_year)}").first).to_be_visible()
    choosing.get_by_label("Social media essentials for all staff").check()
    choosing.get_by_role("button", name="Add training").click()
    expect(visit.page.get_by_text(f"Due 31 Oct {next_year.year}, 23:59 UTC")).to_be_visible()
