"""An installation of an earlier version is brought up to date by ``flask prepare``, and its people go on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

import db
from app import create_app
from config import Settings
from core.shapes import shape_of
from core.trusts import Trust
from lti.domain.roles import Role
from lti.models import Delivery, Invite, Person, Platform
from modules.domain.check_code import code_from, in_groups
from modules.domain.content import Content
from modules.models import Acknowledgement, AnswerRow, Attempt, Certificate, ModuleVersion, Pass, ResultRow
from tests.support.factories import CONTENT, NOW
from tests.support.school import Browser, browser_on_visit

# What the database of each version was at.
VERSIONS = {"0.3.0": "0003", "0.4.0": "0017", "0.5.0": "0025"}
# What has another name in later versions.
RENAMED = {"placements": "activities", "placement_id": "activity_id", "shut_out": "restricted_count"}
KEPT = {Platform: 2, Invite: 2, Person: 2, Attempt: 2, AnswerRow: 1, ResultRow: 1, Pass: 1, Delivery: 1}
KEPT |= {Acknowledgement: 1, Certificate: 1}
CODE = code_from(1_234_567_890)
# Rows of then have numbers of their own, so that PostgreSQL can go on counting from 1.
FIRST, SECOND = ADA, BEN = 101, 102
DAY = timedelta(days=1)


class Earlier:
    """The database of an earlier version, in the tables of then."""

    def __init__(self, url: str, revision: str) -> None:
        command.upgrade(db._alembic(url), revision)
        self._engine = sa.create_engine(url, poolclass=sa.NullPool)
        self._tables = sa.MetaData()
        self._tables.reflect(self._engine)

    def add(self, table: str, **values: Any) -> None:
        """Add a row under the names of then; what its table could not hold yet is left out."""
        known = self._tables.tables
        into = known[table] if table in known else known[RENAMED[table]]
        renamed = {RENAMED[name]: value for name, value in values.items() if name in RENAMED}
        own = {name: value for name, value in (values | renamed).items() if name in into.columns}
        with self._engine.begin() as connection:
            connection.execute(into.insert().values(**own))

    def add_lms(self, number: int, trust: str) -> None:
        """Add an LMS of a trust with a course, one activity, and its training."""
        if "trusts" in self._tables.tables:
            self.add("trusts", key=trust, name=f"The {trust.title()} Trust", digest="", origin="shipped")
        issuer = f"https://{trust}.example"
        addresses = {name: f"{issuer}/{name}" for name in ("auth_login_url", "token_url", "jwks_url")}
        about = {"name": f"{trust} Moodle", "trust": trust, "issuer": issuer, "client_id": "client-1"}
        self.add("platforms", id=number, **about, **addresses, takes_new_deployments=True, created_at=NOW)
        self.add("deployments", id=number, platform_id=number, deployment_id="1")
        none_yet = dict.fromkeys(("roster_unread", "roster_others", "roster_differs", "shut_out"), 0)
        self.add("courses", id=number, deployment_id=number, context="c1", title="Induction", **none_yet)
        place = {"resource_link": "link-1", "title": "Photos", "module": "photos", "scopes": ["score"]}
        place |= {"line_item_url": f"{issuer}/items/1", "chosen_here": False}
        self.add("placements", id=number, course_id=number, **place)
        content = shape_of(Content).dump_python(CONTENT, mode="json")
        content["policy"] |= {"key": trust, "trust": f"The {trust.title()} Trust"}
        version = {"module": "photos", "trust": trust, "number": 1, "digest": f"of {trust}", "content": content}
        self.add("module_versions", id=number, **version, published_at=NOW)
        self.add("invites", token_hash=trust.ljust(64), trust=trust, created_at=NOW, expires_at=NOW + DAY)

    def add_person(self, number: int, name: str) -> None:
        self.add("persons", id=number, platform_id=FIRST, subject=f"sub-{number}", name=name, sort_name=name.casefold())
        self.add("memberships", course_id=FIRST, person_id=number, role="staff", seen_as="staff", seen_at=NOW)

    def add_attempt(self, number: int, **times: datetime) -> None:
        about = {"person_id": number, "placement_id": FIRST, "module": "photos", "version_id": FIRST}
        self.add("attempts", id=number, **about, **times)

    def add_certified(self, number: int) -> None:
        """Let someone have passed: with a certificate, and with their grade in the LMS."""
        about = {"attempt_id": number, "person_id": number, "module": "photos"}
        times = {"started_at": NOW, "finished_at": NOW}
        self.add(
            "attempts", id=number, person_id=number, placement_id=FIRST, module="photos", version_id=FIRST, **times
        )
        self.add("results", **about, marks=27, out_of=30, score=0.9, passed=True, finished_at=NOW, cycle=1)
        self.add("passes", **about, cycle=1, passed_at=NOW, good_until=None)
        said = {"person_id": number, "trust": "invictus", "version": "1", "digest": "0" * 64, "placement_id": FIRST}
        self.add("acknowledgements", **said, acknowledged_at=NOW)
        words = {"holder_name": "Ada Okafor", "trust": "invictus", "trust_name": "The Invictus Trust", "code": CODE}
        words |= {"module_title": "Photos", "module_version": 1, "module_says": "About photos."}
        words |= {"policy_title": "Social media policy", "policy_version": "1", "pass_mark": 80, "score": 0.9}
        words |= {"passed_at": NOW, "issued_at": NOW, "valid_from": NOW.date()}
        self.add("certificates", number=FIRST, **about, **words)
        grade = {"id": number, "placement_id": FIRST, "person_id": number, "platform_id": FIRST, "kind": "score"}
        sent = {"state": "delivered", "score": 0.9, "comment": "", "version": 1, "sent_version": 1, "tries": 1}
        sent |= {"lease": 1, "words": "", "carried": False, "module": "photos", "first_version": 1}
        self.add("deliveries", **grade, **sent, **times, since=NOW, due_at=NOW, delivered_at=NOW)

    def add_on_the_way(self, number: int) -> None:
        """Let someone have answered the first question."""
        self.add_attempt(number, started_at=NOW)
        answer = {"scenario": "fork", "scene": "first", "choice": "decline", "given_at": NOW}
        self.add("answers", attempt_id=number, number=1, **answer)


@pytest.fixture(params=VERSIONS)
def app(request: pytest.FixtureRequest, settings: Settings, empty_database: str) -> Iterator[Flask]:
    """Give the application on a database of an earlier version, which was prepared for this one."""
    earlier = Earlier(empty_database, VERSIONS[request.param])
    earlier.add_lms(FIRST, "invictus")
    earlier.add_lms(SECOND, "elm")
    earlier.add_person(ADA, "Ada Okafor")
    earlier.add_person(BEN, "Ben Cole")
    earlier.add_certified(ADA)
    earlier.add_on_the_way(BEN)
    app = create_app(replace(settings, database_url=empty_database))
    prepared = app.test_cli_runner().invoke(args=["prepare"])
    assert prepared.exit_code == 0, prepared.output
    yield app
    db.database(app).engine.dispose()


def on_visit(app: Flask, database: db.Database, person_id: int) -> Browser:
    columns = {"course_id": FIRST, "activity_id": FIRST, "role": Role.STAFF}
    return browser_on_visit(app, database, f"{person_id} after all", person_id=person_id, **columns)


def test_people_find_all_that_they_had_and_go_on(app: Flask, database: db.Database) -> None:
    assert_all_is_kept(database)
    page = app.test_client().get(f"/verify/{in_groups(CODE)}").text
    assert "This certificate is valid" in page and "The Invictus Trust" in page
    assert "/trusts/invictus/colours.css" in page
    ben = on_visit(app, database, BEN)
    assert "This is second." in ben.get(f"/attempts/{BEN}").text
    for scenario, scene in (("fork", "second"), ("short", "only")):
        assert ben.answer(BEN, scenario, scene, "decline").status_code == 303
    assert "You have passed" in ben.get(f"/attempts/{BEN}/result").text
    ada = on_visit(app, database, ADA)
    assert "Photos" in ada.get("/certificates").text
    assert "Invictus Education Trust" in ada.get("/module").text
    assert ada.play() not in (ADA, BEN)
    with database.reading() as session:
        owed = session.scalars(sa.select(Delivery).where(Delivery.person_id == BEN)).one()
        assert (owed.score, owed.module) == (1.0, "photos")
        assert BEN in session.scalars(sa.select(Certificate.person_id)).all()


def assert_all_is_kept(database: db.Database) -> None:
    """Say that no row of then is lost, and that each trust is a row: with the shipped profile, or without one."""
    with database.reading() as session:
        counted = {table: session.scalar(sa.select(sa.func.count()).select_from(table)) for table in KEPT}
        of_then = session.scalars(sa.select(ModuleVersion.trust).where(ModuleVersion.module == "photos")).all()
        trusts = {key: session.get_one(Trust, key) for key in ("elm", "invictus")}
    assert counted == KEPT
    assert sorted(of_then) == ["elm", "invictus"]
    assert {trust.name for trust in trusts.values()} == {"The Elm Trust", "Invictus Education Trust"}
    assert trusts["elm"].profile is None and trusts["invictus"].profile
