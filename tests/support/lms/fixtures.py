"""An LMS that the tool knows, on a network that leads nowhere else; a module is behind its activity."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from responses import RequestsMock

import db
from config import Settings
from db import Database
from modules.content.publish import publish
from tests.support.factories import CONTENT, NOW
from tests.support.lms.administrator import Administrator
from tests.support.lms.double import Lms
from tests.support.lms.graded_course import GradedCourse
from tests.support.lms.owed_grades import OwedGrades
from tests.support.lms.services import Services
from tests.support.passback import Post, serving
from tests.support.servers import Running

NEWCOMER = "https://newcomer.example"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Let time stand still, until a test moves it."""
    with time_machine.travel("2026-11-20T09:00:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def network() -> Iterator[RequestsMock]:
    with RequestsMock(assert_all_requests_are_fired=False) as network:
        yield network


@pytest.fixture
def lms(app: Flask, network: RequestsMock) -> Lms:
    """Give an LMS that the tool knows."""
    with db.database(app).transaction() as session:
        publish(session, CONTENT, NOW)
    return Lms(app, network)


@pytest.fixture
def graded(lms: Lms) -> GradedCourse:
    """Give a course with a graded activity."""
    return GradedCourse(lms)


@pytest.fixture
def newcomer(app: Flask, network: RequestsMock) -> Administrator:
    """Give the administrator of an LMS that the tool does not know yet."""
    return Lms(app, network, NEWCOMER, "client-7", is_connected=False).administrator


@pytest.fixture
def grades(database: Database, settings: Settings, network: RequestsMock) -> OwedGrades:
    """Give an activity in which grades can be owed."""
    return OwedGrades(database, settings, Services(network))


@pytest.fixture
def post(app: Flask, settings: Settings, practice: Running) -> Iterator[Post]:
    """Give a tool without a worker, to which the first member of staff has come once."""
    with serving(app, settings, practice) as post:
        yield post
