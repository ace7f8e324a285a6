"""A trust whose five people have each finished the small module, and who looks at what they know."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from core.grants.domain.grant import GrantRole
from core.services import service
from db import Database
from lti.models import Person
from managers.insight.jobs import InsightJobs
from managers.models import StaffEntry, StaffMember
from modules.content.publish import publish
from modules.models import ModuleVersion
from tests.support.answered import PAPERS, Paper, add_attempt
from tests.support.checked import CHECKED
from tests.support.factories import NOW, add_person
from tests.support.grants import a_school, give_grant, with_address
from tests.support.school import Browser, School

Takes = Callable[..., int]


@pytest.fixture
def version(school: School, database: Database) -> ModuleVersion:
    with database.transaction() as session:
        return publish(session, CHECKED, NOW)


@pytest.fixture
def takes(school: School, database: Database, version: ModuleVersion) -> Takes:
    """Let someone new finish an attempt, and return their id; or someone who is known already."""

    def take(name: str, paper: Paper = PAPERS["Ann"], at: datetime = NOW, person_id: int | None = None) -> int:
        with database.transaction() as session:
            known = session.get(Person, person_id) if person_id else None
            person = known or add_person(session, school.activity, school.platform, name)
            add_attempt(session, school.activity, version, person, paper, at)
            return person.id

    return take


@pytest.fixture
def people(takes: Takes) -> list[int]:
    """Let the five people of the paper finish the module, and return their ids."""
    return [takes(name, paper) for name, paper in PAPERS.items()]


@pytest.fixture
def works_at(database: Database) -> Callable[..., None]:
    """Let some people, by their ids, be staff of a school; together, if they are one person under several ids."""

    def work(school: str, *ids: int, together: bool = False) -> None:
        with database.transaction() as session:
            at = a_school(session, name=school)
            one = StaffMember(trust="invictus", sort_name="a", school_id=at.id) if together else None
            for each in ids:
                staff = one or StaffMember(trust="invictus", sort_name="a", school_id=at.id)
                session.add(staff)
                session.flush()
                session.add(StaffEntry(person_id=each, staff_id=staff.id))

    return work


@pytest.fixture
def owner(school: School, database: Database) -> Browser:
    """Return the browser of someone who owns the policy, and who is a learner in this course."""
    give_grant(database, GrantRole.POLICY_OWNER)
    return with_address(school, database)


@pytest.fixture
def work_out(app: Flask) -> Callable[[], None]:
    """Let a worker work out what was asked for."""

    def work() -> None:
        service(InsightJobs, app).ask("invictus", "photos")
        service(InsightJobs, app).work_out_due()

    return work
