"""The whole way with the practice LMS: invited, connected, put to use, launched, played, and the grade has arrived."""

import re
import time
from html import unescape
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select

import db
from lti.models import Deployment, Platform
from tests.support.servers import Running
from tests.support.visitor import Form, Visitor

COURSE = "newcomer"
STEPS = {"moodle": 1, "canvas": 2}


class Administrator:
    """Somebody who looks after the practice LMS, and was sent the address of an invitation."""

    def __init__(self, practice: Running, tool: Running, mood: str) -> None:
        self.practice, self.tool, self.mood = practice.url, tool, mood
        requests.post(f"{self.practice}/mood", data={"mood": mood}, timeout=10)

    def is_invited(self, *words: str) -> str:
        """Get an address from whoever runs the tool."""
        said = self.tool.app.test_cli_runner().invoke(args=["lti", "invite", "--trust", "invictus", *words])
        assert said.exit_code == 0, said.output
        return said.output.splitlines()[-1]

    def opens(self, address: str) -> requests.Response:
        """Paste the address in the LMS; the tool's page in its frame."""
        page = requests.post(f"{self.practice}/registrations/new", data={"address": address}, timeout=10)
        return requests.get(unescape(re.findall(r'<iframe class="registration"[^>]* src="([^"]*)"', page.text)[0]))

    def connects(self, address: str) -> requests.Response:
        """Press the button on the tool's page."""
        page = self.opens(address)
        form = Form(page.text)
        return requests.post(f"{self.tool.url}{form.action}", data=form.fields, timeout=20)

    def puts_to_use(self) -> None:
        """Do in the LMS what the tool's page told."""
        for _ in range(STEPS[self.mood]):
            step = f"{self.practice}/tools/{self.platform.client_id}/next-step"
            requests.post(step, data={"course": COURSE}, timeout=10).raise_for_status()

    @property
    def platform(self) -> Platform:
        """The LMS as the tool knows it since."""
        with db.database(self.tool.app).reading() as session:
            return session.scalars(select(Platform).order_by(Platform.id.desc())).first()

    def grades(self) -> list[Any]:
        """What the gradebook of the course holds for the person who plays."""
        held = requests.get(f"{self.practice}/courses/{COURSE}/gradebook.json", timeout=10).json()["grades"]
        return [grade["percent"] for grade in held if grade["person"] == "5" and grade["percent"] is not None]


@pytest.fixture(params=STEPS)
def administrator(request: pytest.FixtureRequest, practice: Running, tool: Running) -> Administrator:
    return Administrator(practice, tool, request.param)


def deployments_of(app: Flask, platform: Platform) -> list[str]:
    with db.database(app).reading() as session:
        of_platform = select(Deployment.deployment_id).where(Deployment.platform_id == platform.id)
        return list(session.scalars(of_platform))


def test_an_lms_is_connected_launches_the_training_and_gets_its_grades(administrator, practice, tool):
    page = administrator.connects(administrator.is_invited())
    assert "Your LMS is connected" in page.text, unescape(page.text)
    assert "Not granted" not in page.text
    platform = administrator.platform
    assert (platform.family, platform.trust) == (administrator.mood, "invictus")
    # Canvas's registration names no deployment: the first launch does.
    assert platform.takes_new_deployments is (administrator.mood == "canvas")
    administrator.puts_to_use()
    staff = Visitor(practice.url, practice.tool_url, COURSE)
    page = staff.launch("106")
    assert "Social media essentials" in page.text, unescape(page.text)
    assert len(deployments_of(tool.app, platform)) == 1
    staff.play(staff.submit(page))
    for _ in range(200):
        if administrator.grades():
            break
        time.sleep(0.1)
    assert len(administrator.grades()) == 1


def test_an_invitation_connects_once(administrator):
    address = administrator.is_invited()
    administrator.connects(address)
    assert "This invitation has been used" in administrator.opens(address).text


def test_a_registration_again_needs_another_invitation_and_keeps_the_connection(practice, tool):
    administrator = Administrator(practice, tool, "moodle")
    administrator.connects(administrator.is_invited())
    before = administrator.platform
    assert "Your LMS is connected" in administrator.connects(administrator.is_invited()).text
    assert (administrator.platform.id, administrator.platform.client_id) == (before.id, before.client_id)
    assert len(deployments_of(tool.app, before)) == 1
    administrator.puts_to_use()
    assert "Social media essentials" in Visitor(practice.url, practice.tool_url, COURSE).launch("106").text


def test_an_lms_that_has_run_out_of_patience_is_told_of_in_its_own_words(practice, tool):
    administrator = Administrator(practice, tool, "moodle")
    page = administrator.opens(address := administrator.is_invited())
    form = Form(page.text)
    asked = form.fields | {"registration_token": "no-token-of-the-lms"}
    shown = requests.get(f"{tool.url}/lti/register", params=asked, timeout=20)
    refused = requests.post(f"{tool.url}{form.action}", data=Form(shown.text).fields, timeout=20)
    assert refused.status_code == 424
    assert "It answered with status 401: unknown_registration_token" in unescape(refused.text)
    assert "Your LMS is connected" in administrator.connects(address).text
