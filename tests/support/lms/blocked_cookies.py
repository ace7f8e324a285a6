"""What our own pages do where a browser keeps no cookies in the LMS's frame."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import TestResponse

from tests.support.lms.double import Asked, Lms
from tests.support.lms.signing import Changes
from tests.support.visitor import Form

OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}


def told_to_storage(page: TestResponse) -> dict[str, str]:
    """What a page tells the script that speaks with the LMS's storage."""
    found = re.search(r'<script[^>]* id="lms-storage"[^>]*>', page.text)
    return {name: unescape(value) for name, value in re.findall(r'data-(\w+)="([^"]*)"', found[0])} if found else {}


def asked_by(page: TestResponse) -> Asked:
    """What the tool asks of the LMS, in the address to which the page of a login leads on."""
    query = parse_qs(urlsplit(told_to_storage(page)["platform"]).query)
    return Asked(query["state"][0], query["nonce"][0])


def held(lms: Lms, changes: Changes | None = None) -> str:
    """Launch without a cookie, and return the ticket under which the message is held."""
    asked = lms.begins_login()
    lms.browser.delete_cookie(f"fit-to-post-login-{asked.state}", path="/lti/")
    return ticket_of(lms.answers(asked, changes))


def ticket_of(page: TestResponse) -> str:
    """Return the ticket that a page of ours carries."""
    return Form(page.text).fields["ticket"]


def opens_window(lms: Lms, ticket: str, headers: dict[str, str] = OURS) -> TestResponse:
    """Let our page ask in a window of its own."""
    return lms.browser.post("/lti/window", data={"ticket": ticket}, headers=headers)


def goes_on(lms: Lms, headers: dict[str, str] = OURS, **form: str) -> TestResponse:
    """Let our page go on with these fields."""
    return lms.browser.post("/lti/continue", data=form, headers=headers)
