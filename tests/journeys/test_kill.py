"""The tool as a real server process, killed with -9 at bad moments: nothing that was committed is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

import db
from app import create_app
from config import ROOT, Settings
from lti.domain.delivery import DeliveryState
from lti.models import Delivery, DeliveryTry
from tests.support.served import children_of
from tests.support.servers import Running, port_of, register_practice
from tests.support.visitor import Form, Visitor

pytestmark = pytest.mark.databases("sqlite", "postgres")
# Scores are sent as points out of 100, to two places.
HUNDREDTH_OF_A_PER_CENT = 0.0001
PATIENCE = 60


def wait_for(happened: Callable[[], Any], what: str) -> None:
    """Look again and again until it has happened."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.05)


class Server:
    """The tool under gunicorn with its worker inside, in a process group of its own."""

    def __init__(self, settings: Settings, practice: Running, folder: Path) -> None:
        self.url, self.database = practice.tool_url, db.Database(settings.database_url)
        names = ("database_url", "queue_url", "secret_key")
        self._environment = os.environ | {name.upper(): getattr(settings, name) for name in names}
        self._environment |= {"PUBLIC_URL": self.url, "PORT": str(port_of(self.url)), "ALLOW_LOOPBACK": "yes"}
        # What the dead held is free again after these, and every test waits for it.
        self._environment |= {"LEASE_SECONDS": "2", "GRADE_SECONDS": "2", "HTTP_SECONDS": "3"}
        self._environment |= {"FIRST_WAIT_SECONDS": "1"}
        self._log = (folder / "server.log").open("ab")

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stderr=self._log, start_new_session=True
        )
        wait_for(self._answers, "the tool to start")

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=1).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """End every process of the server at once, as kill -9 does."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill_those_that_serve(self) -> None:
        """End each of the processes that serve, as kill -9 does, but not the one that begins new ones."""
        for each in children_of(self._process.pid):
            os.kill(each, signal.SIGKILL)

    def delivery(self) -> Delivery | None:
        with self.database.reading() as session:
            return session.scalar(select(Delivery))

    def is_sending(self) -> bool:
        delivery = self.delivery()
        return delivery is not None and delivery.state is DeliveryState.SENDING

    def has_delivered(self) -> bool:
        delivery = self.delivery()
        return delivery is not None and delivery.state is DeliveryState.DELIVERED

    def tries(self) -> list[DeliveryTry]:
        with self.database.reading() as session:
            return list(session.scalars(select(DeliveryTry).order_by(DeliveryTry.id)))

    def close(self) -> None:
        if self._process.poll() is None:
            self.kill()
        self._log.close()
        self.database.engine.dispose()


@pytest.fixture
def server(settings: Settings, practice: Running, tmp_path: Path) -> Iterator[Server]:
    settings = replace(settings, public_url=practice.tool_url, practice_url=practice.url)
    registering = create_app(settings)
    register_practice(registering, practice.url, settings)
    db.database(registering).engine.dispose()
    server = Server(settings, practice, tmp_path)
    server.start()
    yield server
    server.close()


def finish(practice: Running) -> None:
    """Let the first member of staff play the module to its end."""
    staff = Visitor(practice.url, practice.tool_url)
    staff.play(staff.submit(staff.launch()))


def grade(practice: Running) -> dict[str, Any]:
    grades = requests.get(f"{practice.url}/courses/invictus/gradebook.json", timeout=5).json()["grades"]
    return next((grade for grade in grades if grade["person"] == "5" and grade["writes"]), {})


def test_a_worker_killed_between_claiming_and_sending_delivers_after_the_restart_once(
    server: Server, practice: Running
) -> None:
    staff = Visitor(practice.url, practice.tool_url)
    page = staff.submit(staff.launch())
    practice.pause()  # whoever calls the LMS from here on waits: what is claimed is not sent
    staff.play(page)
    wait_for(server.is_sending, "the worker to claim the delivery")
    server.kill()
    practice.resume()
    assert not grade(practice)
    server.start()
    wait_for(server.has_delivered, "the grade to be delivered")
    assert grade(practice)["writes"] == 1
    assert grade(practice)["score"] == pytest.approx(server.delivery().score, abs=HUNDREDTH_OF_A_PER_CENT)
    assert [attempt.ended_at is None for attempt in server.tries()][:1] == [True]


def test_a_grade_that_arrives_after_its_sender_was_killed_is_not_written_twice(
    server: Server, practice: Running
) -> None:
    requests.post(f"{practice.url}/failures", data={"failure": "slow"}, timeout=5)
    finish(practice)
    wait_for(server.is_sending, "the worker to claim the delivery")
    time.sleep(1)  # the score is on its way, and the LMS takes two seconds over it
    server.kill()
    wait_for(lambda: grade(practice), "the LMS to write what the dead process sent")
    requests.post(f"{practice.url}/failures", data={"failure": "none"}, timeout=5)
    server.start()
    wait_for(server.has_delivered, "the grade to be confirmed")
    assert grade(practice)["writes"] == 1
    assert len({attempt.stamp for attempt in server.tries()}) == 1


def test_a_grade_under_way_is_sent_by_another_process_when_its_own_is_killed(server: Server, practice: Running) -> None:
    staff = Visitor(practice.url, practice.tool_url)
    page = staff.submit(staff.launch())
    practice.pause()
    staff.play(page)
    wait_for(server.is_sending, "the worker to claim the delivery")
    server.kill_those_that_serve()
    practice.resume()
    wait_for(server.has_delivered, "the grade to be delivered")
    assert grade(practice)["writes"] == 1


def test_answers_and_visit_outlive_the_server(server: Server, practice: Running) -> None:
    staff = Visitor(practice.url, practice.tool_url)
    reached = staff.play(staff.submit(staff.launch()), answers=3)
    while "check" not in Form(reached.text).fields:
        reached = staff.play(reached, answers=1)
    reached = staff.play(reached, answers=1)  # a rule check is the last answer
    asked = Form(reached.text).fields
    server.kill()
    server.start()
    again = staff.http.get(reached.url, timeout=10)
    assert {**Form(again.text).fields, "csrf_token": ""} == {**asked, "csrf_token": ""}
    finished = staff.play(staff.http.get(reached.url, timeout=10))
    assert finished.url.endswith("/result")
    wait_for(server.has_delivered, "the grade to be delivered")
