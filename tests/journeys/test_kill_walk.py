"""kill -9 at every step of a delivery, of a worker on its own and of a server with one inside: nothing is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import select

import db
from app import create_app
from config import ROOT, Settings
from db import Database
from lti.domain.delivery import DeliveryState
from lti.models import Delivery
from tests.journeys.test_kill import HUNDREDTH_OF_A_PER_CENT, grade, wait_for
from tests.support.killed_process import OF_THE_WORKER, STEPS
from tests.support.servers import Running, port_of, register_practice
from tests.support.visitor import Visitor

SERVER = ("gunicorn", "--config", "gunicorn.conf.py", "app:create_app()")
WORKER = ("flask", "--app", "app", "lti", "work")
# What a server does in a request, and where its grades would be lost or doubled if they ever were.
OF_THE_SERVER = [step for step in STEPS if step not in OF_THE_WORKER]
OF_THE_SERVER += ["the grade is taken up", "the lms has the grade", "the conclusion is not committed"]


class Processes:
    """Processes of the tool, each in a group of its own, which end at a step."""

    def __init__(self, settings: Settings, practice: Running, folder: Path) -> None:
        self.practice, self._mark = practice, folder / "ended"
        names = ("database_url", "queue_url", "secret_key")
        self._environment = os.environ | {name.upper(): getattr(settings, name) for name in names}
        self._environment |= {"PUBLIC_URL": practice.tool_url, "PORT": str(port_of(practice.tool_url))}
        self._environment |= {"ALLOW_LOOPBACK": "yes", "FIRST_WAIT_SECONDS": "1"}
        # What the dead held is free again after these, and every test waits for it.
        self._environment |= {"LEASE_SECONDS": "2", "GRADE_SECONDS": "2", "HTTP_SECONDS": "3"}
        self._log = (folder / "processes.log").open("ab")
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, step: str, *program: str) -> None:
        """Start a process, or start it again: it ends at this step once; without one it lives on."""
        command = [sys.executable, "tests/support/killed_process.py", step, f"{self._mark} when {step}", *program]
        options: dict[str, Any] = {"cwd": ROOT, "env": self._environment, "start_new_session": True}
        self._running.append(subprocess.Popen(command, stdout=self._log, stderr=self._log, **options))

    def has_ended(self) -> bool:
        return self._running[-1].poll() is not None

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.practice.tool_url}/health", timeout=1).ok
        except requests.RequestException:
            return False

    def close(self) -> None:
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._log.close()


@pytest.fixture
def known(settings: Settings, practice: Running) -> Settings:
    """The settings of a tool that the practice LMS knows."""
    return replace(settings, public_url=practice.tool_url, practice_url=practice.url)


@pytest.fixture
def tool_app(known: Settings, practice: Running) -> Iterator[Flask]:
    app = create_app(known)
    register_practice(app, practice.url, known)
    yield app
    db.database(app).engine.dispose()


@pytest.fixture
def processes(known: Settings, practice: Running, tool_app: Flask, tmp_path: Path) -> Iterator[Processes]:
    processes = Processes(known, practice, tmp_path)
    yield processes
    processes.close()


def finish(practice: Running) -> None:
    """Let the first member of staff play the module to its end, as far as the tool lives: it may end in mid-answer."""
    staff = Visitor(practice.url, practice.tool_url)
    try:
        staff.play(staff.submit(staff.launch()))
    except (requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        return


def has_delivered(database: Database) -> Callable[[], bool]:
    def look() -> bool:
        with database.reading() as session:
            owed = session.scalar(select(Delivery))
            return owed is not None and owed.state is DeliveryState.DELIVERED

    return look


def assert_arrived_once(database: Database, practice: Running) -> None:
    """The LMS has the grade that we owed, written once."""
    wait_for(has_delivered(database), "the grade to be delivered")
    with database.reading() as session:
        owed = session.scalars(select(Delivery)).one()
    assert grade(practice)["writes"] == 1
    assert grade(practice)["score"] == pytest.approx(owed.score, abs=HUNDREDTH_OF_A_PER_CENT)


def test_a_worker_that_ends_at_one_step_after_the_other_loses_nothing(
    practice: Running, tool_app: Flask, processes: Processes
) -> None:
    with Running(tool_app, port_of(practice.tool_url)):
        finish(practice)
        # Each finds what the one before it left; one that finds nothing to do would never come to its step.
        for step in OF_THE_WORKER:
            processes.start(step, *WORKER)
            wait_for(processes.has_ended, f"the worker to end when {step}")
        processes.start("", *WORKER)
        assert_arrived_once(db.database(tool_app), practice)


@pytest.mark.parametrize("step", OF_THE_SERVER)
def test_a_server_that_ends_at_a_step_of_a_delivery_loses_nothing(
    step: str, practice: Running, tool_app: Flask, processes: Processes
) -> None:
    processes.start(step, *SERVER)
    wait_for(processes.answers, "the server to start")
    finish(practice)
    wait_for(processes.has_ended, f"the server to end when {step}")
    processes.start(step, *SERVER)
    assert_arrived_once(db.database(tool_app), practice)
