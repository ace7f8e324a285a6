"""What tests of the trust page share: someone who leads the trust, and two schools."""

from datetime import date

import pytest

from core.domain.days import day_of
from core.grants.domain.grant import GrantRole
from db import Database, utcnow
from tests.support.grants import a_school, give_grant, with_address
from tests.support.school import Browser, School


@pytest.fixture
def lead(school: School, database: Database) -> Browser:
    """Give someone who leads the trust."""
    give_grant(database, GrantRole.TRUST_LEAD)
    return with_address(school, database)


@pytest.fixture
def schools(database: Database) -> tuple[int, int]:
    """Add two schools and return their numbers: Hillside and Acorn Primary."""
    with database.transaction() as session:
        return a_school(session, name="Hillside").id, a_school(session, name="Acorn Primary").id


@pytest.fixture
def today() -> date:
    return day_of(utcnow())
