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
    """The first form of a page: where it goes, what its fields hold, and the values of each group of radios."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.groups: dict[str, list[str]] = {}
        self._ended = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form" and self.action is None:
            self.action = values.get("action") or ""
        elif tag == "input" and self.action is not None and not self._ended and values.get("name"):
            if values.get("type") == "radio":
                self.groups.setdefault(values["name"] or "", []).append(values["value"] or "")
            else:
                self.fields[values["name"] or ""] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._ended = self._ended or (tag == "form" and self.action is not None)


def asked_after(answered: str) -> str:
    """Return the address of the question that follows an answered one."""
    return re.sub(r"/(?:answers|checks)/\d+$", "", answered)


def words_of(page: str) -> str:
    """Return what a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def first_of_each(form: Form) -> dict[str, str]:
    """Return the first choice of a scene, or the first answer in each group of a rule check."""
    return {name: values[0] for name, values in form.groups.items()}


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
        answer: Callable[[Form], dict[str, str]] = first_of_each,
        until: str | None = None,
    ) -> requests.Response:
        """Answer each question, by the first choices unless told: to the module's end, to a story, or so many."""
        given = 0
        while (form := Form(page.text)).groups and given != answers and form.fields.get("scenario", "") != until:
            answered = self.submit(page, **answer(form))
            given += 1
            page = self.http.get(asked_after(answered.url), timeout=10)
        return page
