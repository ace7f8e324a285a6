"""How many logins can begin in a minute, and how long each leaves a row behind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

import db
from app import create_app
from core.domain.client import place_of
from core.queue.queue import Queue
from core.services import service
from lti.errors import TOO_MANY_LOGINS
from lti.jobs import PUT_RIGHT
from lti.launch.login_limit import LoginCount, LoginLimit
from lti.models import Login
from tests.support.factories import NOW
from tests.support.lms.double import Lms
from tests.support.lms.outcomes import assert_landed, assert_refused


def later(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def processes(database, settings):
    """Give the limits of as many processes as a test wants."""
    return lambda *limits: LoginLimit(database, *limits, "a secret")


def test_one_place_is_asked_to_wait_until_the_minute_is_over_and_others_are_not(processes):
    limit = processes(2, 100)
    assert [limit.seconds_to_wait("198.51.100.7", later(45)) for _ in range(4)] == [0, 0, 15, 15]
    assert limit.seconds_to_wait("198.51.100.8", later(45)) == 0
    assert limit.seconds_to_wait("198.51.100.7", later(60)) == 0


def test_many_places_together_are_asked_to_wait_too_and_no_more_are_remembered(processes, database):
    limit = processes(2, 3)
    waits = [limit.seconds_to_wait(f"198.51.100.{number}", NOW) for number in range(100)]
    assert waits[:3] == [0, 0, 0] and all(waits[3:])
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginCount)) <= 5


@pytest.mark.parametrize("limit", [1, 7, 29, 30, 31, 90, 100])
def test_processes_count_together_and_hand_out_all_that_is_allowed(processes, limit):
    several = [processes(limit, 10_000) for _ in range(3)]
    let_in = [each for _ in range(limit + 1) for each in several if not each.seconds_to_wait("198.51.100.7", NOW)]
    assert len(let_in) == limit


def test_many_who_begin_at_once_in_one_process_leave_the_others_their_part(processes):
    one, other = processes(300, 300), processes(300, 300)
    with ThreadPoolExecutor(40) as people:
        waits = list(people.map(lambda _: one.seconds_to_wait("10.0.0.1", NOW), range(40)))
    assert waits == [0] * 40
    assert [other.seconds_to_wait("10.0.0.1", NOW) for _ in range(200)] == [0] * 200


def test_a_minute_that_ends_while_its_count_is_asked_leaves_the_next_one_whole(processes, monkeypatch):
    limit, take_some = processes(1, 10), LoginLimit._take_some
    assert processes(1, 10).seconds_to_wait("10.0.0.1", NOW) == 0

    def take_late(self, *asked):
        monkeypatch.setattr(LoginLimit, "_take_some", take_some)
        found = take_some(self, *asked)
        assert limit.seconds_to_wait("10.0.0.2", NOW + timedelta(minutes=1)) == 0
        return found

    monkeypatch.setattr(LoginLimit, "_take_some", take_late)
    assert limit.seconds_to_wait("10.0.0.1", NOW) > 0
    assert limit.seconds_to_wait("10.0.0.1", NOW + timedelta(minutes=1)) == 0


def test_another_process_knows_of_those_that_began_before_it(processes):
    assert [processes(2, 100).seconds_to_wait("198.51.100.7", NOW) for _ in range(3)] == [0, 0, 60]


def test_most_logins_need_nothing_of_the_database(processes, database):
    limit, statements = processes(600, 3_000), []
    event.listen(database.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert not any(limit.seconds_to_wait("198.51.100.7", NOW) for _ in range(600))
    assert limit.seconds_to_wait("198.51.100.7", NOW) == 60
    assert len(statements) < 300
    statements.clear()
    assert all(limit.seconds_to_wait("198.51.100.7", NOW) for _ in range(100)) and not statements


def test_counts_of_minutes_that_are_over_are_forgotten_and_no_address_is_kept(processes, database):
    limit = processes(2, 100)
    for minutes in range(5):
        limit.seconds_to_wait("198.51.100.7", later(60 * minutes))
    with database.reading() as session:
        kept = session.scalars(select(LoginCount)).all()
    assert len({count.minute for count in kept}) <= 2
    assert all("198.51" not in count.client for count in kept)


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
