"""How many logins can begin in a minute, and how long each leaves a row behind."""

from dataclasses import replace

import pytest
from sqlalchemy import event, func, select

import db
from app import create_app
from core.queue.queue import Queue
from core.services import service
from lti.errors import TOO_MANY_LOGINS
from lti.jobs import PUT_RIGHT
from lti.launch.login_limit import LoginLimit, place_of
from lti.models import Login
from tests.support.lms.double import Lms
from tests.support.lms.outcomes import assert_landed, assert_refused


class Clock:
    """A clock that a test sets."""

    seconds = 600.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock_by_hand() -> Clock:
    return Clock()


def test_one_place_is_asked_to_wait_until_the_minute_is_over_and_others_are_not(clock_by_hand):
    limit = LoginLimit(2, 100, clock_by_hand)
    clock_by_hand.seconds += 45
    assert [limit.seconds_to_wait("198.51.100.7") for _ in range(4)] == [0, 0, 15, 15]
    assert limit.seconds_to_wait("198.51.100.8") == 0
    clock_by_hand.seconds += 15
    assert limit.seconds_to_wait("198.51.100.7") == 0


def test_many_places_together_are_asked_to_wait_too_and_no_more_are_remembered(clock_by_hand):
    limit = LoginLimit(2, 3, clock_by_hand)
    waits = [limit.seconds_to_wait(f"198.51.100.{number}") for number in range(100)]
    assert waits[:3] == [0, 0, 0] and all(waits[3:])
    assert len(limit._counts) <= 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        (None, "no address", True),
    ],
)
def test_a_place_is_an_address_or_a_whole_network_of_ipv6(one, other, same):
    assert (place_of(one) == place_of(other)) is same


@pytest.fixture
def narrow(settings, network):
    """An LMS at a tool that takes three logins a minute from one place."""
    app = create_app(replace(settings, logins_per_minute=3))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield Lms(app, network)
    db.database(app).engine.dispose()


def test_too_many_logins_are_refused_with_words_and_leave_nothing_behind(narrow, clock):
    database = db.database(narrow.app)
    for _ in range(3):
        narrow.begins_login()
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    refused = narrow.asks_to_log_in()
    assert_refused(refused, TOO_MANY_LOGINS)
    assert refused.headers["Retry-After"]
    assert not [each for each in statements if each.startswith(("BEGIN IMMEDIATE", "INSERT", "SELECT platforms"))]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 3


def test_a_school_that_begins_together_is_let_in(lms):
    for _ in range(40):
        assert lms.asks_to_log_in().status_code == 302
    assert_landed(lms.launches())


def test_logins_are_gone_once_they_have_run_out(app, lms, clock, database):
    lms.launches()
    lms.begins_login()
    clock.shift(601)
    service(Queue, app).begin(PUT_RIGHT)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 0
    assert lms.browser.get("/module").status_code == 200


def test_a_login_that_is_under_way_stays(app, lms, clock):
    asked = lms.begins_login()
    clock.shift(599)
    service(Queue, app).begin(PUT_RIGHT)
    assert_landed(lms.answers(asked))
