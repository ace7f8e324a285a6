"""A course whose people come to the tool without an LMS in between, and their browsers."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from db import Database
from lti.domain.roles import Role
from lti.models import Activity, Person, Platform, Visit
from lti.visits.addresses import TOKEN_LENGTH, address_of
from lti.visits.cookies import VISIT_COOKIE
from lti.visits.visit import handle_of, hash_of
from modules.content.publish import publish
from modules.domain.content import Content
from tests.support.factories import CONTENT, NOW, add_activity, add_person, add_platform
from tests.support.page_rules import problems_of
from tests.support.visitor import Form

LATER = NOW.replace(year=NOW.year + 10)


@dataclass
class Browser:
    """Somebody's browser, with the cookie of their visit."""

    client: FlaskClient
    visit: str
    person_id: int

    def get(self, path: str) -> TestResponse:
        """Ask for a page of the visit."""
        return self.client.get(self.visit + path)

    def post(self, path: str, data: dict[str, str] | None = None) -> TestResponse:
        """Send a form in the visit."""
        return self.client.post(self.visit + path, data=data)

    def start(self) -> int:
        """Start the module and return the attempt's id."""
        page = self.get("/module")
        started = self.post("/attempts", data=Form(page.text).fields)
        assert started.status_code == 303
        return int(started.location.rsplit("/", 1)[1])

    def answer(self, attempt: int, scenario: str, scene: str, choice: str | None) -> TestResponse:
        token = Form(self.get("/module").text).fields["csrf_token"]
        fields = {"csrf_token": token, "scenario": scenario, "scene": scene} | ({"choice": choice} if choice else {})
        return self.post(f"/attempts/{attempt}/answers", data=fields)

    def check(self, attempt: int, check: str, given: dict[str, str]) -> TestResponse:
        """Answer a rule check: a bin for each act, or an answer to the fact."""
        token = Form(self.get("/module").text).fields["csrf_token"]
        return self.post(f"/attempts/{attempt}/check", {"csrf_token": token, "check": check, **given})

    def play(self) -> int:
        """Play to the end and return the attempt's id."""
        attempt = self.start()
        for scenario, scene in (("fork", "first"), ("fork", "second"), ("short", "only")):
            assert self.answer(attempt, scenario, scene, "decline").status_code == 303
        return attempt


class School:
    """A course whose people come to the tool without an LMS in between."""

    def __init__(self, app: Flask, database: Database) -> None:
        self._app, self._database = app, database
        with database.transaction() as session:
            publish(session, CONTENT, NOW)
            self.platform: Platform = add_platform(session)
            self.activity: Activity = add_activity(session, self.platform)

    def visit(self, name: str = "Ada Okafor", role: Role = Role.STAFF, **columns: object) -> Browser:
        """Return the browser of somebody on a visit; ``columns`` say what else is noted of it."""
        with self._database.transaction() as session:
            person: Person = add_person(session, self.activity, self.platform, name, role)
        return self._browser(f"the visit of {name}", person.id, role, **columns)

    def on_another_device(self, browser: Browser, **columns: object) -> Browser:
        """Return another browser of the same person, with a visit of its own."""
        return self._browser(f"from a phone, {browser.person_id}", browser.person_id, Role.STAFF, **columns)

    def _browser(self, name: str, person_id: int, role: Role, **others: object) -> Browser:
        columns = {"course_id": self.activity.course_id, "activity_id": self.activity.id, "role": role}
        return browser_on_visit(self._app, self._database, name, person_id=person_id, **(columns | others))

    def publish(self, content: Content, days_later: int = 1) -> None:
        """Publish what is to be in force from now on."""
        with self._database.transaction() as session:
            publish(session, content, NOW + timedelta(days=days_later))

    def count(self, table: type) -> int:
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0


def browser_on_visit(app: Flask, database: Database, name: str, person_id: int, **columns: object) -> Browser:
    """Return a browser on a new visit of this name, of which these columns are noted."""
    token = name.ljust(TOKEN_LENGTH, "-")[:TOKEN_LENGTH]
    with database.transaction() as session:
        session.add(Visit(token_hash=hash_of(token), person_id=person_id, expires_at=LATER, **columns))
    client, address = app.test_client(), address_of(handle_of(token))
    client.set_cookie(VISIT_COOKIE, token, path=address)
    return Browser(client, address, person_id)


def assert_polite(answer: TestResponse, status: int, words: str) -> None:
    """Hold an error page to what it owes a person: a fitting status, what happened, what to do next, no traceback."""
    assert answer.status_code == status
    assert words in answer.text
    assert "What to do next" in answer.text
    assert "Traceback" not in answer.text
    assert problems_of(answer.text) == []
