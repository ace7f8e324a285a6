"""Whoever asks for a page changes nothing: what a page finds to do is put in the queue, for a worker to write down."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule

from db import Database, in_transaction, utcnow
from lti.domain.delivery import DeliveryState
from lti.domain.roles import Role
from lti.models import Activity, Course, Delivery
from modules.models import BadgeKey, Certificate
from tests.support.factories import CONTENT, NOW
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
    """Give someone who has passed, here and for an activity that has not heard of it, and one who leads the course."""
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
    manager = school.visit("Jo Hill", Role.TRAINER)
    school.activity = there
    return [ada, school.on_another_device(ada), manager]


def pages(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]


def test_no_page_writes_when_it_is_asked_for(app: Flask, database: Database, people: list[Browser]) -> None:
    with database.reading() as session:
        certificate, key = session.scalars(select(Certificate)).first(), session.scalars(select(BadgeKey)).first()
    assert certificate and key
    known = {"person_id": people[0].person_id, "attempt_id": 1, "number": 1, "code": certificate.code}
    known |= {"trust": "invictus", "kid": key.kid, "key": CONTENT.scenarios[0].key}
    opened: set[str] = set()
    for rule in pages(app):
        _, address = rule.build({name: known[name] for name in rule.arguments})
        for browser in people:
            with writes_of_gets(database) as written:
                answer = browser.get(address)
            assert answer.status_code != 500, (rule.endpoint, answer.text)
            assert rule.endpoint in MAY_WRITE or written == [], rule.endpoint
            if answer.status_code == 200:
                opened.add(rule.endpoint)
    shown = {"home.module", "people.index", "people.grade", "play.result", "certificates.index", "badges.png"}
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
