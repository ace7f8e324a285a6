"""A hand-made LMS that the tool knows, on a network that leads nowhere else; a module stands behind its activity."""

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
from tests.support.graded_lms import GradedLms
from tests.support.hand_made_lms import HandMadeLms
from tests.support.made_up_services import MadeUpLms
from tests.support.passback import Post, serving
from tests.support.servers import Running


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
def lms(app: Flask, network: RequestsMock) -> HandMadeLms:
    with db.database(app).transaction() as session:
        publish(session, CONTENT, NOW)
    return HandMadeLms(app, network)


@pytest.fixture
def graded(app: Flask, network: RequestsMock) -> GradedLms:
    """Give an LMS made by hand with a gradebook."""
    with db.database(app).transaction() as session:
        publish(session, CONTENT, NOW)
    return GradedLms(app, network)


@pytest.fixture
def post(app: Flask, settings: Settings, practice: Running) -> Iterator[Post]:
    """Give a tool without a worker, to which the first member of staff has come once."""
    with serving(app, settings, practice) as post:
        yield post


@pytest.fixture
def services(database: Database, settings: Settings, network: RequestsMock) -> MadeUpLms:
    return MadeUpLms(database, settings, network)
