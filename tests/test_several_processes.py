"""Several processes that serve: what one knows the others know too, and one that is killed takes nothing along."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from config import Settings
from db import Database
from lti.models import Login
from lti.visits.cookies import VISIT_COOKIE
from tests.support.factories import add_platform
from tests.support.school import School
from tests.support.served import PATIENCE, Served

LMS = "https://lms.example"
Serve = Callable[..., Served]


@pytest.fixture
def serve(settings: Settings, tmp_path: Path) -> Iterator[Serve]:
    """Give the tool as two processes."""
    begun: list[Served] = []

    def begin(**more: str) -> Served:
        begun.append(Served(settings, tmp_path, WEB_PROCESSES="2", **more))
        until = time.monotonic() + PATIENCE
        while len(begun[-1].processes()) < 2:
            assert time.monotonic() < until
        return begun[-1]

    yield begin
    for each in begun:
        each.close()


def connect_lms(database: Database) -> None:
    """Connect an LMS as a command would, in a process that does not serve."""
    with database.transaction() as session:
        add_platform(session)


def begin_login(served: Served, **more: str) -> requests.Response:
    asked = {"iss": LMS, "login_hint": "5", "target_link_uri": f"{served.url}/lti/launch"} | more
    return requests.get(f"{served.url}/lti/login", params=asked, allow_redirects=False, timeout=PATIENCE)


def seconds_of_the_minute() -> float:
    return time.time() % 60


def test_logins_are_counted_together(serve: Serve, database: Database) -> None:
    connect_lms(database)
    served = serve(LOGINS_PER_MINUTE="4")
    while True:
        begun_at = seconds_of_the_minute()
        statuses = []
        for process in served.processes():
            with served.only(process):
                statuses += [begin_login(served).status_code for _ in range(3)]
        if seconds_of_the_minute() > begun_at:
            break
    assert statuses == [302, 302, 302, 302, 429, 429]


def test_an_lms_that_was_connected_a_moment_ago_can_show_the_pages_of_every_process(
    serve: Serve, app: Flask, database: Database
) -> None:
    served = serve()
    processes = served.processes()
    for process in processes:
        with served.only(process):
            assert LMS not in requests.get(f"{served.url}/health", timeout=PATIENCE).headers["Content-Security-Policy"]
    ada = School(app, database).visit()
    cookie = ada.client.get_cookie(VISIT_COOKIE, path=ada.visit)
    with served.only(processes[0]):
        login = begin_login(served, lti_storage_target="_parent")
    with served.only(processes[1]):
        page = requests.get(
            f"{served.url}{ada.visit}/module", cookies={VISIT_COOKIE: cookie.value if cookie else ""}, timeout=PATIENCE
        )
    for answer in (login, page):
        assert answer.status_code == 200
        assert LMS in answer.headers["Content-Security-Policy"].partition("frame-ancestors")[2]


def test_each_process_says_whether_work_in_the_background_is_done_though_one_of_them_does_it(serve: Serve) -> None:
    served = serve(RUN_WORKER="yes")
    until = time.monotonic() + PATIENCE
    while requests.get(f"{served.url}/ready", timeout=PATIENCE).status_code != 200:
        assert time.monotonic() < until
    for process in served.processes():
        with served.only(process):
            assert requests.get(f"{served.url}/ready", timeout=PATIENCE).json()["worker"] == "ok"


def test_all_that_both_write_at_once_is_written(serve: Serve, database: Database) -> None:
    connect_lms(database)
    served = serve(THREADS="8")
    with ThreadPoolExecutor(16) as browsers:
        answers = list(browsers.map(lambda _: begin_login(served), range(200)))
    assert {answer.status_code for answer in answers} == {302}
    assert max(answer.elapsed.total_seconds() for answer in answers) < PATIENCE / 4
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == len(answers)
    assert "locked" not in served.log.read_text()


def test_what_one_has_answered_is_kept_when_it_is_killed_and_another_takes_its_place(
    serve: Serve, database: Database
) -> None:
    connect_lms(database)
    served = serve()
    first, second = served.processes()
    with served.only(first):
        assert begin_login(served).status_code == 302
    os.kill(first, signal.SIGKILL)
    assert begin_login(served).status_code == 302
    until = time.monotonic() + PATIENCE
    while not (new := [each for each in served.processes() if each not in (first, second)]):
        assert time.monotonic() < until
    with served.only(*new):
        assert begin_login(served).status_code == 302
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 3


def test_told_to_stop_all_of_them_end(serve: Serve) -> None:
    served = serve(RUN_WORKER="yes")
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 0
