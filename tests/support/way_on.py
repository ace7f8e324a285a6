"""The button of a page that says what went wrong, read and pressed."""

import re
from html import unescape

from werkzeug.test import TestResponse

from tests.support.page_rules import problems_of
from tests.support.school import Browser

BUTTON = re.compile(r'<a class="govuk-button" href="([^"]+)"[^>]*>([^<]+)</a>')


def buttons_of(page: TestResponse) -> list[tuple[str, str]]:
    """Return the buttons of an error page: what each says, and where it leads."""
    assert page.status_code >= 400 and "What to do next" in page.text and problems_of(page.text) == []
    return [(words.strip(), unescape(address)) for address, words in BUTTON.findall(page.text.partition("<main")[2])]


def button_of(page: TestResponse) -> tuple[str, str]:
    (button,) = buttons_of(page)
    return button


def leads_on(browser: Browser, page: TestResponse) -> tuple[str, str]:
    """Press the button of an error page, and return what it says and the heading of the page behind it."""
    words, address = button_of(page)
    opened = browser.client.get(address, follow_redirects=True)
    assert opened.status_code == 200
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", opened.text, re.S)
    assert heading
    return words, " ".join(re.sub(r"<[^>]+>", "", heading[1]).split())
