"""People with roles for the trust: the way to their desk, giving and withdrawing roles, and a code by e-mail."""

import re
from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import expect

from config import Settings
from tests.journeys.conftest import Visit
from tests.support.servers import Running

ZOE = "zoe.fairweather@school.example"
AISHA = "aisha.begum@school.example"


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    """Name the folder in which mail arrives."""
    return tmp_path / "mail"


@pytest.fixture
def settings(settings: Settings, mailbox: Path) -> Settings:
    return replace(settings, mail_url=f"folder:{mailbox}")


@pytest.fixture
def command(tool: Running) -> Callable[[str], str]:
    """Give commands as an administrator of the server does."""

    def give(words: str) -> str:
        answer = tool.app.test_cli_runner().invoke(args=words.split())
        assert answer.exit_code == 0, answer.output
        return answer.output

    return give


def at_desk(visit: Visit) -> None:
    """Go to the desk by the link on the module's front page."""
    visit.open()
    visit.heading()
    visit.tool.locator("main").get_by_role("link", name="Your desk").click()
    visit.heading("Your desk")


def test_an_administrator_finds_the_desk_gives_a_role_and_withdraws_it(
    new_visit: Callable[..., Visit], command: Callable[[str], str]
) -> None:
    command("schools add --trust invictus Oakfield")
    command("schools add --trust invictus Elmbridge")
    command(f"grants give --trust invictus --role administrator --email {ZOE}")
    visit = new_visit()
    at_desk(visit)
    visit.look("desk")
    visit.tool.get_by_role("navigation", name="Your desk").get_by_role("link", name="Roles").click()
    visit.heading("Roles")
    visit.tool.get_by_role("button", name="Give the role").click()
    expect(visit.tool.get_by_role("alert")).to_be_visible()
    visit.look("grants-error")
    visit.tool.get_by_label("School lead").check()
    visit.tool.get_by_label("E-mail address").fill(AISHA)
    visit.tool.get_by_label("Elmbridge").check()
    for part, value in (("Day", "31"), ("Month", "8"), ("Year", "2099")):
        visit.tool.get_by_label(part, exact=True).fill(value)
    visit.tool.get_by_role("button", name="Give the role").click()
    expect(visit.tool.get_by_role("status")).to_contain_text("is now school lead until 31 August 2099")
    visit.look("grants")
    visit.tool.get_by_role("row").filter(has_text=AISHA).get_by_role("link").click()
    visit.heading("Withdraw this role?")
    visit.look("grants-withdraw")
    visit.tool.get_by_role("button", name="Withdraw the role").click()
    expect(visit.tool.get_by_role("region", name="Roles that have ended")).to_contain_text(AISHA)
    visit.look("grants-ended")
    visit.tool.get_by_role("row").filter(has_text=ZOE).get_by_role("link").click()
    visit.heading("You cannot withdraw the last administrator")
    visit.look("grants-last-administrator")


def test_an_address_is_confirmed_with_a_mailed_code_by_keyboard_alone(
    new_visit: Callable[..., Visit], command: Callable[[str], str], mailbox: Path
) -> None:
    command(f"grants give --trust invictus --role administrator --email {ZOE}")
    command("lti addresses 1 unconfirmed")
    visit = new_visit()
    at_desk(visit)
    visit.look("desk-to-confirm")
    visit.press(visit.tool.get_by_role("link", name="Confirm your address"), "Enter")
    visit.heading("Confirm your address")
    visit.look("address")
    visit.press(visit.tool.get_by_role("button", name="Send the code"), "Enter")
    expect(visit.tool.get_by_label("Code", exact=True)).to_be_visible()
    visit.press(visit.tool.get_by_label("Code", exact=True), "Enter")
    expect(visit.tool.get_by_role("alert")).to_contain_text("Enter the code from the e-mail")
    visit.look("address-code")
    code = code_in(visit, mailbox)
    visit.press(visit.tool.get_by_label("Code", exact=True), code[0])
    visit.page.keyboard.type(code[1:])
    visit.page.keyboard.press("Enter")
    visit.heading("Your desk")
    visit.press(visit.tool.get_by_role("navigation", name="Your desk").get_by_role("link", name="Roles"), "Enter")
    visit.heading("Roles")


def code_in(visit: Visit, mailbox: Path) -> str:
    """Wait for the message with the code, as whoever it is for would, and read it."""
    for _ in range(40):
        if arrived := [file for file in mailbox.rglob("*") if file.suffix == ".eml"]:
            break
        visit.page.wait_for_timeout(250)
    message = message_from_bytes(arrived[0].read_bytes(), policy=policy.default)
    assert message["To"] == ZOE
    body = message.get_body(("plain",))
    found = re.search(r"Your code is (\d{6})\b", body.get_content() if body else "")
    assert found
    return found[1]
