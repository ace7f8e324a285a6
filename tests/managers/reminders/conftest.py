"""What tests of reminders share."""

import pytest
from flask import Flask

from db import Database
from tests.managers.reminders.reminding import RemindingTrust
from tests.support.school import School


@pytest.fixture
def trust(app: Flask, database: Database, school: School) -> RemindingTrust:
    return RemindingTrust(app, database, school)
