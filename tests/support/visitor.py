"""A person at the practice LMS without a browser: follows forms and redirects over real HTTP, and keeps cookies."""

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter


class Form(HTMLParser):
    """The first form of a page: where it goes, and what its fields hold."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.choices: list[str] = []
        self._ended = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = values.get("action") or ""
        elif tag == "input" and self.action is not None and not self._ended and values.get("name"):
            if values.get("type") == "radio":
                self.choices.append(values["value"] or "")
            else:
                self.fields[values["name"] or ""] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._ended = self._ended or (tag == "form" and self.action is not None)


def words_of(page: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def first_choice(form: Form) -> str:
    """Return the choice that stands first."""
    return form.choices[0]


class SecureHere(HTTPAdapter):
    """Sends secure cookies to this machine over plain http, as browsers do and the library does not."""

    def __init__(self, jar: requests.cookies.RequestsCookieJar) -> None:
        super().__init__()
        self._jar = jar

    def add_headers(self, request: requests.PreparedRequest, **kwargs: Any) -> None:
        fitting = [cookie for cookie in self._jar if request.path_url.startswith(cookie.path)]
        request.headers["Cookie"] = "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)


def visit_in(address: str) -> str:
    """Return the part of an address beneath which a visit takes place, or nothing."""
    found = re.match(r"/visits/[^/]+(?=/)", urlsplit(address).path)
    return found[0] if found else ""


class Visitor:
    """Somebody who opens the practice LMS and from there the tool."""

    def __init__(self, practice_url: str, tool_url: str, course: str = "invictus", person: str = "5") -> None:
        self.practice_url, self.tool_url, self.course = practice_url, tool_url, course
        self.visit = ""
        self.http = requests.Session()
        for url in (practice_url, tool_url):
            self.http.mount(url, SecureHere(self.http.cookies))
        self.http.post(f"{practice_url}/courses/{course}/person", data={"person": person}, timeout=10)

    def launch(self, activity: str = "101") -> requests.Response:
        """Open an activity: login, authorisation, launch, first page."""
        return self.enter(f"/launch/{activity}")

    def enter(self, path: str) -> requests.Response:
        """Go from an address of the LMS into the tool, by hand where a script would go on; its first page."""
        page = self.submit(self.http.get(self.practice_url + path, timeout=10))
        if onward := re.search(r'id="onward" href="([^"]+)"', page.text):
            page = self.http.get(unescape(onward[1]), timeout=10)
        landed = self.submit(page)
        self.visit = visit_in(landed.url)
        return landed

    def submit(self, page: requests.Response, **fields: str) -> requests.Response:
        """Send the first form of a page, with these fields changed."""
        form = Form(page.text)
        assert form.action is not None, page.text
        url = urljoin(page.url, form.action)
        return self.http.post(url, data=form.fields | fields, headers={"Referer": page.url}, timeout=10)

    def get(self, path: str) -> requests.Response:
        """Open a page of the tool, in the visit that the last launch began."""
        return self.http.get(self.tool_url + self.visit + path, timeout=10)

    def play(
        self,
        page: requests.Response,
        answers: int | None = None,
        choose: Callable[[Form], str] = first_choice,
        until: str | None = None,
    ) -> requests.Response:
        """Choose in each scene, the first choice unless told: to the module's end, to a story, or so many times."""
        given = 0
        while (form := Form(page.text)).choices and given != answers and form.fields.get("scenario") != until:
            consequence = self.submit(page, choice=choose(form))
            given += 1
            page = self.http.get(consequence.url.partition("/answers/")[0], timeout=10)
        return page
