"""A trust lead proves to an auditor who was certified on a past day, by keyboard alone, and takes the list along."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import select

import db
from lti.models import Person
from managers.evidence.domain.on_day import Record
from tests.journeys.conftest import Visit
from tests.managers.evidence.records import certificate
from tests.support.servers import Running

ZOE = "zoe.fairweather@school.example"
ISSUED = Record(datetime(2026, 3, 1, 9, tzinfo=UTC), date(2026, 3, 1), date(2027, 3, 1))
REVOKED = datetime(2026, 8, 1, 9, tzinfo=UTC)
LONG = "Bartholomew Featherstonehaugh-Cholmondeley"
NAMES = ("Zoë Fairweather", '=HYPERLINK("https://evil.example")', "لينا الحسن", LONG)


def certify(tool: Running) -> None:
    """Put certificates on record, the second of which was revoked later."""
    with db.database(tool.app).transaction() as session:
        first = session.scalars(select(Person)).first()
        assert first
        for number, name in enumerate(NAMES):
            person = Person(platform_id=first.platform_id, subject=f"evidence-{number}", name=name)
            session.add(person)
            session.flush()
            record = replace(ISSUED, revoked_at=REVOKED) if number == 1 else ISSUED
            session.add(certificate(person, record, module="essentials"))


def test_an_auditor_gets_the_evidence_of_a_past_day_by_keyboard_alone(
    new_visit: Callable[..., Visit], tool: Running
) -> None:
    tool.app.test_cli_runner().invoke(
        args=["grants", "give", "--trust", "invictus", "--role", "trust-lead", "--email", ZOE]
    )
    visit = new_visit()
    visit.open()
    visit.heading()
    certify(tool)
    visit.press(visit.tool.locator("main").get_by_role("link", name="Your desk"), "Enter")
    visit.heading("Your desk")
    visit.press(visit.tool.get_by_role("navigation", name="Your desk").get_by_role("link", name="Evidence"), "Enter")
    visit.heading("Who is certified today")
    visit.look("evidence-today")
    for part, value in (("Day", "31"), ("Month", "6"), ("Year", "2026")):
        visit.press(visit.tool.get_by_label(part, exact=True), "Control+a")
        visit.page.keyboard.type(value)
    visit.page.keyboard.press("Enter")
    expect(visit.tool.get_by_role("alert")).to_contain_text("Day must be a real date")
    visit.look("evidence-error")
    visit.press(visit.tool.get_by_label("Day", exact=True), "Control+a")
    visit.page.keyboard.type("30")
    visit.page.keyboard.press("Enter")
    visit.heading("Who was certified on 30 June 2026")
    expect(visit.tool.locator("main")).to_contain_text("4 people held 4 certificates when this day ended.")
    expect(visit.tool.get_by_role("row").filter(has_text="HYPERLINK")).to_contain_text("Revoked on 1 August 2026")
    visit.look("evidence")
    with visit.page.expect_download() as workbook:
        visit.press(visit.tool.get_by_role("link", name="Download this list for Excel (XLSX)"), "Enter")
    with Path(workbook.value.path()).open("rb") as file:
        book = load_workbook(file)
    assert {row[1] for row in book["List"].iter_rows(min_row=2, values_only=True)} == set(NAMES)
    with visit.page.expect_download() as download:
        visit.press(visit.tool.get_by_role("link", name="Download this list as CSV"), "Enter")
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert {row["Name now"].lstrip("'") for row in csv.DictReader(file)} == set(NAMES)
