"""What tests of pages share: a course, and somebody on its staff."""

import pytest
from flask import Flask

from db import Database
from tests.support.school import Browser, School


@pytest.fixture
def school(app: Flask, database: Database) -> School:
    return School(app, database)


@pytest.fixture
def ada(school: School) -> Browser:
    return school.visit()
