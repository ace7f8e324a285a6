"""A launch from another site, in a browser that blocks third-party cookies."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright

from tests.journeys.conftest import QUIET, Plays, Visit, chromium
from tests.support.looks import DESKTOP
from tests.support.servers import Running

BLOCKED = {"profile": {"block_third_party_cookies": True, "cookie_controls_mode": 1}}


@pytest.fixture
def tool_host() -> str:
    """Put the tool on another site than the LMS: two ports of localhost would be the same."""
    return "127.0.0.1"


@pytest.fixture
def strict_page(playwright: Playwright, tmp_path: Path) -> Iterator[Page]:
    profile = tmp_path / "profile" / "Default"
    profile.mkdir(parents=True)
    (profile / "Preferences").write_text(json.dumps(BLOCKED))
    context = playwright.chromium.launch_persistent_context(
        profile.parent, executable_path=chromium(), args=QUIET, viewport=DESKTOP
    )
    yield context.pages[0]
    context.close()


def sets_cookie(staff: Visit, attributes: str) -> bool:
    """Say whether the tool's page can keep a cookie with these attributes."""
    return bool(
        staff.tool.evaluate(
            "(rest) => { document.cookie = 'probe=1; Secure; SameSite=None' + rest;"
            " return document.cookie.includes('probe=1') }",
            attributes,
        )
    )


def test_staff_play_and_pass_though_third_party_cookies_are_blocked(
    strict_page: Page, practice: Running, somebody_plays: Plays
) -> None:
    somebody_plays(but_the_last_story=True)
    staff = Visit(strict_page, practice.url)
    staff.open()
    staff.heading("Social media essentials for all staff")
    assert not sets_cookie(staff, ""), "this browser was to block third-party cookies"
    assert sets_cookie(staff, "; Partitioned")
    staff.start("Continue where you left off")
    staff.play("best")
    staff.heading("You have passed")


def test_the_session_cookie_is_kept_apart_for_the_lms_and_holds_the_visit_alone(
    strict_page: Page, practice: Running, tool: Running
) -> None:
    staff = Visit(strict_page, practice.url)
    staff.open()
    staff.heading("Social media essentials for all staff")
    cookies = {c["name"]: c for c in strict_page.context.cookies() if c["name"].startswith("fit-to-post")}
    assert list(cookies) == ["fit-to-post-visit"]
    cookie = cookies["fit-to-post-visit"]
    assert cookie["secure"] and cookie["httpOnly"] and cookie["sameSite"] == "None"
    assert cookie["partitionKey"] == "http://localhost"
    assert len(cookie["value"]) == 43
