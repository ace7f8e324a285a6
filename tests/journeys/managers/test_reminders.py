"""Reminders: a trust lead switches them on by keyboard, someone due tomorrow gets one digest, and a manager nudges."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import expect
from sqlalchemy import select, update

import db
from core.domain.days import day_of
from core.grants.domain.grant import GrantRole
from db import utcnow
from managers.models import StaffMember, StaffTraining
from managers.reminders.domain.quiet import QuietTimes
from tests.journeys.conftest import Visit
from tests.support.grants import give_grant
from tests.support.servers import Running
from tests.support.visitor import Visitor

ZOE, NO_DATE = "5", "6"


@pytest.fixture(autouse=True)
def _always_school_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be no quiet time, on whichever day and at whichever hour this runs."""
    monkeypatch.setattr(QuietTimes, "covers", lambda _times, _moment: False)


@pytest.fixture
def lead(new_visit: Callable[..., Visit], practice: Running, tool: Running) -> Visit:
    """Let the deputy head be the trust's lead, with two people on the staff, one of whom is due tomorrow."""
    for person in (ZOE, NO_DATE):
        Visitor(practice.url, tool.url, person=person).launch()
    with db.database(tool.app).transaction() as session:
        zoe = session.scalars(select(StaffMember.id).where(StaffMember.name == "Zoë Fairweather")).one()
        due = day_of(utcnow()) + timedelta(days=1)
        session.execute(update(StaffTraining).where(StaffTraining.staff_id == zoe).values(due_on=due))
    give_grant(db.database(tool.app), GrantRole.TRUST_LEAD, "martin.okafor@school.example")
    visit = new_visit()
    visit.page.request.post(f"{visit.practice_url}/courses/invictus/person", form={"person": "4"})
    visit.open()
    visit.heading()
    return visit


def mailbox(practice_url: str) -> str:
    return requests.get(f"{practice_url}/mailbox", timeout=10).text


def wait_for_mail(visit: Visit, words: str) -> str:
    """Look into the mailbox until there is a message with these words in its subject."""
    for _ in range(60):
        if words in (page := mailbox(visit.practice_url)):
            return page
        visit.page.wait_for_timeout(500)
    raise AssertionError(f"no mail says: {words}")


def test_a_trust_lead_switches_reminders_on_someone_gets_one_and_another_is_nudged(
    lead: Visit, new_visit: Callable[..., Visit]
) -> None:
    lead.go("/reminders")
    lead.heading("Reminders")
    lead.look("reminders-off")
    lead.press(lead.tool.get_by_role("button", name="Switch reminders on"), "Enter")
    expect(lead.tool.get_by_text("Reminders are on.")).to_be_visible()
    lead.look("reminders-on")
    page = wait_for_mail(lead, "A reminder about your training at Invictus Education Trust")
    assert page.count("A reminder about your training") == 1
    assert "zoe.fairweather@school.example" in page
    reader = new_visit().page
    reader.goto(f"{lead.practice_url}/")
    reader.get_by_role("link", name="Mailbox").first.click()
    reader.get_by_role("link", name="A reminder about your training").click()
    expect(reader.get_by_text("Hello Zoë Fairweather,")).to_be_visible()
    reader.get_by_role("article").get_by_role("link").click()
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    _nudges(lead)
    lead.go("/reminders/record")
    lead.look("reminders-record")


def _nudges(lead: Visit) -> None:
    lead.go("/people?scope=trust")
    lead.press(lead.tool.get_by_role("link", name="Nudge"), "Enter")
    # How many learn in the course is the LMS's business.
    expect(lead.heading()).to_have_text(re.compile(r"Nudge [\d,]+ (person|people)\?"))
    expect(lead.tool.get_by_text("1 person was reminded today")).to_be_visible()
    lead.look("nudge-ask")
    lead.press(lead.tool.get_by_role("button", name="Nudge"), "Enter")
    expect(lead.heading()).to_have_text(re.compile(r"(person|people) will be reminded"))
    lead.look("nudge-done")
    wait_for_mail(lead, "Martin Okafor asks you to do your training")


def test_the_pages_of_settings_are_for_everyone(lead: Visit) -> None:
    for path, heading, name in (
        ("/reminders/settings", "When reminders are sent", "settings"),
        ("/reminders/calendar", "Holidays", "calendar"),
        ("/reminders/words/digest", "Wording of reminders to staff", "words"),
    ):
        lead.go(path)
        lead.heading(heading)
        lead.look(f"reminders-{name}")
    lead.go("/reminders/calendar")
    lead.press(lead.tool.get_by_label("Name"), "x")
    lead.press(lead.tool.get_by_role("button", name="Add the holiday"), "Enter")
    expect(lead.tool.get_by_role("alert")).to_be_visible()
    lead.look("reminders-calendar-wrong")
