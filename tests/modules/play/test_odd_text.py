"""Text that some databases cannot hold, and that anybody can write into an address."""

import pytest
from sqlalchemy import event, update

from db import Database
from lti.domain.message import Purpose
from lti.domain.roles import Role
from lti.models import Visit
from tests.support.school import School


@pytest.mark.parametrize("path", ["/people?module={}", "/badge-keys/{}.json", "/verify/{}", "/stories/{}"])
def test_a_nul_in_an_address_never_reaches_the_database(school: School, database: Database, path: str) -> None:
    """PostgreSQL takes no text with one; SQLite would."""
    leader = school.visit(role=Role.TRAINER)
    with database.transaction() as session:
        if path.startswith("/people"):
            session.execute(update(Visit).values(purpose=Purpose.COURSE, activity_id=None))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(str(given[3])))
    assert leader.get(path.format("pho%00tos")).status_code in {200, 404}
    assert asked and not any("\\x00" in values for values in asked)
