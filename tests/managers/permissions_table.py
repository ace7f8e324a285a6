"""Who gets in where: every route, every role in the course, every grant and every kind of visit, as a table to review.

After a change to routes or to who may use them, write the table anew and read what changed before committing it:

    python -m tests.managers.permissions_table && git diff tests/managers/permissions.txt
"""

import logging
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from app import create_app
from config import Settings
from core.grants.domain.grant import GrantRole
from db import Database
from db import database as database_of
from lti.domain.message import DeepLinkingSettings, Purpose
from lti.domain.roles import Role
from lti.models import Person
from tests.conftest import prepare
from tests.support.grants import give_grant, of_kind
from tests.support.school import Browser, School, browser_on_visit

REVIEWED = Path(__file__).parent / "permissions.txt"
LEGEND = """Who gets in: T in a visit from an activity, C from the menu of a course, H while choosing training, R while
looking at answers of someone else. A grant is held by an observer; a dot says that it opens no more than that role.
Write this table anew with: python -m tests.managers.permissions_table
"""
LETTERS = {Purpose.TRAINING: "T", Purpose.COURSE: "C", Purpose.CHOOSING: "H", Purpose.REVIEW: "R"}
NOT_FOR_YOU = "This page is not for you"
NO_VISIT = 401
# An LMS's own dialog in which training is chosen.
CHOOSING = asdict(DeepLinkingSettings("https://lms.example/return", True, True, True))
# There are no rows with these, so that nothing is changed: that something is not found is said to those who get in.
NOT_THERE = {"int": "999", "default": "none"}


@dataclass(frozen=True)
class Someone:
    """A person of the course: their role there, and the grant that they hold, if any."""

    role: Role
    grant: GrantRole | None = None

    @property
    def address(self) -> str:
        return f"{self.role.value}.{self.grant.value if self.grant else 'only'}@oak.example"


ROLES = [Someone(role) for role in Role]
GRANTS = [Someone(Role.OBSERVER, grant) for grant in GrantRole]


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Return every way to ask for a page, by its address: a method and a rule."""
    asked = [(method, rule) for rule in app.url_map.iter_rules() for method in rule.methods or ()]
    wanted = [each for each in asked if each[0] not in {"HEAD", "OPTIONS"} and each[1].endpoint != "static"]
    return sorted(wanted, key=lambda each: (each[1].rule, each[0]))


def name_of(method: str, rule: Rule) -> str:
    """Return what the table calls a route."""
    return f"{method:4} " + re.sub(r"<[^:<>]+:", "<", rule.rule)


def address_of(rule: Rule) -> str:
    """Return an address that leads to the route, and to nothing there."""
    return re.sub(r"<(\w+)(?:\([^)]*\))?:[^<>]+>|<[^<>]+>", lambda found: NOT_THERE[found[1] or "default"], rule.rule)


class Visits:
    """People of a course in visits of every kind."""

    def __init__(self, app: Flask, database: Database) -> None:
        app.config["WTF_CSRF_CHECK_DEFAULT"] = False
        self._app, self._database = app, database
        self._school = School(app, database)
        self._other = self._school.visit("Someone Else").person_id
        of_kind(self._school, database, "moodle")

    def of(self, someone: Someone) -> dict[Purpose, Browser]:
        """Return someone's browsers, one in a visit of each purpose."""
        person = self._school.visit(someone.address, someone.role).person_id
        with self._database.transaction() as session:
            session.get_one(Person, person).email = someone.address
        if someone.grant:
            give_grant(self._database, someone.grant, someone.address)
        return {purpose: self._on_visit(someone, person, purpose) for purpose in Purpose}

    def _on_visit(self, someone: Someone, person: int, purpose: Purpose) -> Browser:
        activity = self._school.activity
        columns = {"course_id": activity.course_id, "role": someone.role, "purpose": purpose}
        if purpose in {Purpose.TRAINING, Purpose.REVIEW}:
            columns["activity_id"] = activity.id
        columns |= {"choosing": CHOOSING} if purpose is Purpose.CHOOSING else {}
        columns |= {"about_id": self._other} if purpose is Purpose.REVIEW else {}
        return browser_on_visit(self._app, self._database, f"{person} {purpose.value}", person, **columns)


def gets_in(browser: Browser, method: str, rule: Rule) -> bool:
    """Say whether a route lets someone in, whatever it answers then."""
    with browser.client.open(browser.visit + address_of(rule), method=method) as answer:
        assert answer.status_code < 500, (method, rule.rule, answer.text)
        return not (answer.status_code == 403 and NOT_FOR_YOU in answer.text)


def is_open_to_all(app: Flask, method: str, rule: Rule) -> bool:
    """Say whether a route answers someone who has not come from a course."""
    return app.test_client().open(address_of(rule), method=method).status_code != NO_VISIT


def lines(app: Flask, database: Database) -> Iterator[str]:
    """Give the table line by line: a line for each route, a column for each role and for each grant."""
    visits = Visits(app, database)
    browsers = {someone: visits.of(someone) for someone in [*ROLES, *GRANTS]}
    yield from LEGEND.splitlines()
    yield ""
    yield _line("", HEADINGS)
    for method, rule in routes(app):
        if is_open_to_all(app, method, rule):
            yield _line(name_of(method, rule), ["anyone"])
            continue
        opened = {
            someone: "".join(LETTERS[purpose] for purpose in Purpose if gets_in(theirs[purpose], method, rule))
            for someone, theirs in browsers.items()
        }
        yield _line(name_of(method, rule), _cells(opened))


def _cells(opened: dict[Someone, str]) -> list[str]:
    usual = opened[Someone(Role.OBSERVER)]
    by_role = [opened[each] or "-" for each in ROLES]
    return [*by_role, "|", *("." if opened[each] == usual else opened[each] for each in GRANTS)]


HEADINGS = [*(each.role.value for each in ROLES), "|", *(each.grant.value for each in GRANTS if each.grant)]


def _line(first: str, cells: Iterable[str]) -> str:
    placed = (f"{cell:{len(heading)}}" for cell, heading in zip(cells, HEADINGS, strict=False))
    return f"{first:58}{'  '.join(placed)}".rstrip()


def routes_in(table: str) -> list[str]:
    """Return the names of the routes that a table has a line for, in its order."""
    found = (re.match(r"(?:GET|POST) +\S+", line) for line in table.splitlines())
    return [each[0] for each in found if each]


def main() -> None:
    """Write the table anew, from a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/tool.db"
        prepare(url)
        secret = "only for tests, and long enough"
        settings = Settings(database_url=url, queue_url=f"sqlite:///{folder}/queue.db", secret_key=secret)
        app = create_app(settings)
        logging.disable()
        REVIEWED.write_text("\n".join([*lines(app, database_of(app)), ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
