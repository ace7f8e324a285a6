"""Whoever asks for a page changes nothing: what a page finds to do is put in the queue, for a worker to write down."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule

from core.grants.domain.grant import GrantRole
from db import Database, in_transaction, utcnow
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.models import Activity, Course, Delivery
from managers.due.domain.absences import Absence
from managers.due.exceptions import add_exception
from managers.due.models import ExceptionReason
from managers.models import StaffEntry
from modules.models import BadgeKey, Certificate
from tests.managers.due.due_rules import COMMAND
from tests.support.factories import CONTENT, NOW
from tests.support.grants import give_grant, with_address
from tests.support.school import Browser, School
from tests.support.writes import writes_of_gets

# These write with every request, and say why.
MAY_WRITE = {
    "launch.login": "a sign-in begins, and an LMS may begin it with a GET",
    "health.ready": "it finds out whether anything can be written",
    "verify.check": "checks of certificates are counted, so that nobody can try all codes",
    "verify.check_by_program": "likewise",
    "badges.revocations": "likewise",
}


@pytest.fixture
def people(school: School, ada: Browser, database: Database) -> list[Browser]:
    """Give someone who passed, here and for an activity that has not heard of it, a leader and an administrator."""
    ada.play()
    with database.transaction() as session:
        session.execute(
            update(Delivery).values(state=DeliveryState.DELIVERED, delivered_at=NOW, compared_at=NOW, compare_at=None)
        )
        session.execute(update(Course).values(roster_url="https://lms.example/members"))
        here = session.get_one(Activity, school.activity.id)
        there = Activity(course_id=here.course_id, resource_link="link-2", title="Photos", module=here.module)
        there.line_item_url = "https://lms.example/items/2"
        session.add(there)
    manager, administrator = school.visit("Sam Reed", Role.TRAINER), with_address(school, database)
    for role in (GrantRole.ADMINISTRATOR, GrantRole.TRUST_LEAD):
        give_grant(database, role)
    school.activity = there
    return [ada, school.on_another_device(ada), manager, administrator]


def excepted(database: Database, browser: Browser) -> dict[str, int]:
    """Except someone from due dates, and return the numbers in the addresses of pages about it."""
    with database.transaction() as session:
        staff_id = session.get_one(StaffEntry, browser.person_id).staff_id
        always = Absence(NOW.date(), None)
        added = add_exception(session, staff_id, None, ExceptionReason.LEAVE, always, COMMAND, NOW)
        return {"staff_id": staff_id, "number": added.id}


def pages(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]


def test_no_page_writes_when_it_is_asked_for(app: Flask, database: Database, people: list[Browser]) -> None:
    with database.reading() as session:
        certificate, key = session.scalars(select(Certificate)).first(), session.scalars(select(BadgeKey)).first()
    assert certificate and key
    known = {"person_id": people[0].person_id, "attempt_id": 1, "code": certificate.code}
    known |= excepted(database, people[0])
    known |= {"trust": "invictus", "kid": key.kid, "key": CONTENT.scenarios[0].key, "word": "digest"}
    opened: set[str] = set()
    for rule in pages(app):
        _, address = rule.build({name: known[name] for name in rule.arguments - (rule.defaults or {}).keys()})
        for browser in people:
            with writes_of_gets(database) as written, browser.get(address) as answer:
                pass
            assert answer.status_code != 500, (rule.endpoint, answer.text)
            assert rule.endpoint in MAY_WRITE or written == [], rule.endpoint
            if answer.status_code == 200:
                opened.add(rule.endpoint)
    shown = {"home.module", "people.index", "people.grade", "play.result", "certificates.index", "badges.png"}
    shown |= {"due.index", "due.new", "exceptions.index", "exceptions.ask", "grants.index", "trust.index"}
    assert shown <= opened


def test_every_exception_is_a_page(app: Flask) -> None:
    assert set(MAY_WRITE) <= {rule.endpoint for rule in pages(app)}


def test_a_page_that_writes_is_noticed(app: Flask, database: Database) -> None:
    @app.get("/touched")
    def touched() -> str:
        later = utcnow() + timedelta(days=1)
        in_transaction(lambda session: session.execute(update(Course).values(roster_asked_at=later)))
        return ""

    with writes_of_gets(database) as written:
        assert app.test_client().get("/touched").status_code == 200
    assert [endpoint for endpoint, _ in written] == ["touched"]
