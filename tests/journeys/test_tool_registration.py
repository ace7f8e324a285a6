"""An administrator of an LMS registers a tool: its page opens in a frame, registers, and says when it is done."""

from collections.abc import Iterator

import pytest
import requests
from flask import Flask, request
from playwright.sync_api import Browser, expect

from tests.support.looks import DESKTOP, look
from tests.support.practice_registrations import TOOL, asked_for, configuration
from tests.support.servers import Running, port_of

DONE = """<!doctype html><html lang="en-GB"><title>Done</title><h1>Nearly done</h1>
<button onclick="parent.postMessage({subject: 'org.imsglobal.lti.close'}, '*')">Finish</button></html>"""


@pytest.fixture
def registering_tool(practice: Running) -> Iterator[Running]:
    """Run a tool that does nothing but register itself."""
    app, here = Flask("registering-tool"), practice.tool_url

    @app.get("/lti/register")
    def register() -> str:
        bearer = {"Authorization": f"Bearer {request.args['registration_token']}"}
        told = requests.get(request.args["openid_configuration"], headers=bearer, timeout=10).json()
        target = f"{here}/lti/launch"
        fields = asked_for(
            initiate_login_uri=f"{here}/lti/login",
            redirect_uris=[target],
            jwks_uri=f"{here}/lti/jwks",
            logo_uri=None,
            **{TOOL: configuration(domain=here.partition("//")[2], target_link_uri=target)},
        )
        requests.post(told["registration_endpoint"], json=fields, headers=bearer, timeout=10).raise_for_status()
        return DONE

    with Running(app, port_of(here)) as running:
        yield running


@pytest.mark.parametrize(
    ("mood", "steps"), [("moodle", {"Activate": "Active"}), ("canvas", {"Turn on": "On", "Deploy": "Active"})]
)
def test_registered_tool_is_taken_step_by_step_to_a_course(
    browser: Browser,
    practice: Running,
    registering_tool: Running,
    mood: str,
    steps: dict[str, str],
) -> None:
    requests.post(f"{practice.url}/mood", data={"mood": mood}, timeout=10)
    page = browser.new_page(viewport=DESKTOP)
    page.goto(f"{practice.url}/registrations/new")
    assert look(page, page, f"practice-new-registration-{mood}") == []
    page.get_by_label("Registration address").fill(f"{practice.tool_url}/lti/register?invite=abc")
    page.get_by_role("button", name="Continue").click()
    finish = page.frame_locator("iframe.registration").get_by_role("button", name="Finish")
    expect(finish).to_be_visible()
    assert look(page, page, f"practice-registration-{mood}") == []
    finish.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The tool is registered")
    assert look(page, page, f"practice-registered-{mood}") == []
    for button, state in steps.items():
        page.get_by_role("button", name=button).click()
        expect(page.locator(".state")).to_have_text(state)
    assert look(page, page, f"practice-tools-{mood}") == []
    page.get_by_role("link", name="Newly connected school").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Newly connected school")
    page.context.close()


def test_switches_are_pleasant_to_look_at(browser: Browser, practice: Running) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(f"{practice.url}/log")
    page.get_by_label("Canvas", exact=True).check()
    page.get_by_label("People on a page").fill("3")
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("Canvas", exact=True)).to_be_checked()
    expect(page.get_by_label("People on a page")).to_have_value("3")
    page.get_by_label("Hanging").check()
    page.get_by_role("button", name="Switch").click()
    expect(page.get_by_label("Hanging")).to_be_checked()
    assert look(page, page, "practice-log") == []
    page.context.close()
