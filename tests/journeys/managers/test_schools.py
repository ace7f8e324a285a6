"""A trust lead adds schools, uploads the staff list and undoes it, and says who is one person."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.managers.test_desk import ZOE, at_desk, command  # noqa: F401  # a fixture
from tests.managers.staff_list.keeper import written
from tests.support.servers import Running

LINES = (
    f"{ZOE},S1003,Oakfield,martin.okafor@school.example,Support,03/04/2020",
    "martin.okafor@school.example,S1002,Oakfield,-,Leadership,01/09/2015",
    "new.starter@school.example,,Elmbridge,S1002,=Teacher,01/09/2026",
)


@pytest.fixture
def lead(new_visit: Callable[..., Visit], command: Callable[[str], str]) -> Visit:  # noqa: F811
    command("schools add --trust invictus Oakfield")
    command(f"grants give --trust invictus --role trust-lead --email {ZOE}")
    visit = new_visit()
    at_desk(visit)
    return visit


def go_to(visit: Visit, words: str, heading: str) -> None:
    visit.press(visit.tool.get_by_role("navigation", name="Your desk").get_by_role("link", name=words), "Enter")
    visit.heading(heading)


def test_a_staff_list_is_uploaded_corrected_applied_and_undone(lead: Visit, tmp_path: Path) -> None:
    go_to(lead, "Staff list", "Staff list")
    lead.look("staff-list")
    lead.tool.get_by_role("button", name="Check the changes").click()
    expect(lead.tool.get_by_role("alert")).to_contain_text("Select a CSV file")
    lead.look("staff-list-error")
    file = tmp_path / "staff.csv"
    file.write_bytes(written(*LINES))
    lead.tool.get_by_label("Staff list (CSV)").set_input_files(file)
    lead.press(lead.tool.get_by_role("button", name="Check the changes"), "Enter")
    expect(lead.tool.get_by_role("alert")).to_contain_text("This list cannot be applied yet")
    lead.look("staff-list-problems")
    lead.tool.get_by_label("Add this school").check()
    lead.press(lead.tool.get_by_role("button", name="Check the changes again"), "Enter")
    expect(lead.tool.get_by_role("region", name="Changes, person by person")).to_contain_text("=Teacher")
    lead.look("staff-list-changes")
    lead.press(lead.tool.get_by_role("button", name="Apply all"), "Enter")
    expect(lead.tool.get_by_role("status")).to_contain_text("The list has been applied")
    lead.look("staff-list-applied")
    lead.press(lead.tool.get_by_role("button", name="Undo the list of"), "Enter")
    expect(lead.tool.get_by_role("status")).to_contain_text("The list has been undone")
    lead.look("staff-list-undone")


def test_schools_are_added_and_given_their_courses(lead: Visit) -> None:
    go_to(lead, "Schools", "Schools")
    lead.tool.get_by_role("button", name="Add the school").click()
    expect(lead.tool.get_by_role("alert")).to_contain_text("from 1 to 200 characters long")
    lead.look("schools-error")
    lead.tool.get_by_label("Name of the school").fill("Elmbridge")
    lead.press(lead.tool.get_by_role("button", name="Add the school"), "Enter")
    expect(lead.tool.get_by_role("status")).to_contain_text("The school has been added.")
    lead.tool.get_by_label("Invictus Education Trust").select_option(label="\u2068Elmbridge\u2069")
    lead.press(lead.tool.get_by_role("button", name="Save"), "Enter")
    expect(lead.tool.get_by_role("status")).to_contain_text("The schools of these courses have been saved.")
    lead.look("schools")
    lead.tool.get_by_role("link", name="Rename Oakfield").click()
    lead.heading("Rename Oakfield")
    lead.look("schools-rename")


def test_someone_says_that_two_are_one_person(lead: Visit, tool: Running, tmp_path: Path) -> None:
    go_to(lead, "Possible duplicates", "Possible duplicates")
    lead.look("same-people-none")
