"""An installation that is brought up to date keeps all that it holds about people, and tells the same of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import db
from core.shapes import shape_of
from lti.domain.delivery import DeliveryState, GradeKind
from lti.domain.roles import Role
from lti.key_models import AccessToken
from lti.models import Course, Delivery, Membership
from lti.services.restrictions import ActivityRestriction
from managers.people import Standing, course_query, people_page
from modules.domain.content import Content
from modules.models import Attempt, Certificate, Pass
from modules.passes.attempts import open_attempt
from tests.support.factories import CONTENT, NOW

# What modules could not say yet when the first tables were made.
NEWER = ("acknowledges", "renew_days", "renews", "mode")


def earlier_content(valid_months: int | None) -> dict[str, Any]:
    """Return the content of a version as it was kept then."""
    kept: dict[str, Any] = shape_of(Content).dump_python(CONTENT, mode="json")
    said = {name: value for name, value in kept["module"].items() if name not in NEWER}
    return kept | {"module": said | {"valid_months": valid_months}}


class Earlier:
    """A database with the first tables, into which a test writes what was kept then."""

    def __init__(self, url: str) -> None:
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        self.tables = sa.MetaData()
        self.tables.reflect(self.engine)

    def add(self, table: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(self.tables.tables[table].insert().values(**values))
            if "id" in values and self.engine.dialect.name == "postgresql":
                # As if it had counted these rows itself.
                connection.execute(sa.select(sa.func.setval(f"{table}_id_seq", values["id"])))

    def add_course(self, valid_months: int | None) -> None:
        platform = {
            name: f"https://lms.example/{name}" for name in ("issuer", "auth_login_url", "token_url", "jwks_url")
        }
        known = {"id": 1, "name": "Oak Tree Moodle", "trust": "invictus", "client_id": "client-1"}
        self.add("platforms", **known, **platform, takes_new_deployments=True, created_at=NOW)
        self.add("deployments", id=1, platform_id=1, deployment_id="1")
        self.add("courses", id=1, deployment_id=1, context="course-1", title="Induction")
        place = {"resource_link": "link-1", "title": "Photos", "module": "photos", "scopes": ["score"]}
        self.add("placements", id=1, course_id=1, line_item_url="https://lms.example/items/1", **place)
        version = {"module": "photos", "trust": "invictus", "number": 1, "digest": f"of then, {valid_months}"}
        self.add("module_versions", id=1, **version, content=earlier_content(valid_months), published_at=NOW)

    def add_person(self, number: int, name: str, marks: int, passed: bool) -> None:
        """Add somebody who has finished, and whose grade is in the LMS."""
        times = {"started_at": NOW, "finished_at": NOW + timedelta(minutes=9)}
        self.add("persons", id=number, platform_id=1, subject=f"sub-{name}", name=name)
        self.add("memberships", course_id=1, person_id=number, role="staff")
        self.add("attempts", id=number, person_id=number, placement_id=1, module="photos", version_id=1, **times)
        result = {"marks": marks, "out_of": 30, "score": marks / 30, "passed": passed}
        result |= {"person_id": number, "module": "photos", "finished_at": times["finished_at"]}
        self.add("results", attempt_id=number, **result)
        grade = {
            "placement_id": 1,
            "person_id": number,
            "state": "delivered",
            "score": marks / 30,
            "comment": "Passed.",
        }
        sent = {"version": 1, "sent_version": 1, "tries": 1, "due_at": NOW, "lease": 1, "words": ""}
        self.add("deliveries", id=number, **grade, **sent, **times)


@pytest.fixture
def url(empty_database: str) -> str:
    return empty_database


@pytest.fixture
def earlier(url: str) -> Earlier:
    command.upgrade(db._alembic(url), "0001")
    return Earlier(url)


@pytest.fixture
def now_of(url: str) -> Iterator[db.Database]:
    """Give the database as this version reads it; a test migrates it first."""
    database = db.Database(url)
    yield database
    database.engine.dispose()


@pytest.mark.parametrize(("months", "until"), [(12, date(2027, 11, 20)), (None, None)])
def test_who_had_passed_has_passed_for_as_long_as_the_module_said(
    earlier: Earlier, url: str, now_of: db.Database, months: int | None, until: date | None
) -> None:
    earlier.add_course(months)
    earlier.add_person(1, "Ada Okafor", 27, passed=True)
    earlier.add_person(2, "Ben Cole", 12, passed=False)
    db.migrate(url)
    with now_of.reading() as session:
        (held,) = session.scalars(sa.select(Pass)).all()
        assert (held.person_id, held.module, held.valid_until) == (1, "photos", until)
        page = people_page(session, course_query(session, 1, CONTENT.module, NOW + timedelta(days=1)), None, 1, 50)
        shown = {row.name: (row.standing, row.best.marks) for row in page.rows if row.best}
    assert shown == {"Ada Okafor": (Standing.PASSED, 27), "Ben Cole": (Standing.NOT_PASSED, 12)}


def test_grades_and_roles_of_then_are_read_as_they_were(earlier: Earlier, url: str, now_of: db.Database) -> None:
    earlier.add_course(12)
    earlier.add_person(1, "Ada Okafor", 27, passed=True)
    db.migrate(url)
    with now_of.reading() as session:
        owed = session.scalars(sa.select(Delivery)).one()
        assert (owed.kind, owed.state, owed.platform_id) == (GradeKind.SCORE, DeliveryState.DELIVERED, 1)
        assert (owed.module, owed.first_version) == ("photos", 1)
        membership = session.scalars(sa.select(Membership)).one()
        assert (membership.role, membership.seen_as, membership.listed_as) == (Role.STAFF, None, Role.STAFF)


def test_a_grade_of_then_is_one_of_the_module_that_was_passed_whatever_the_activity_opens_now(
    earlier: Earlier, url: str, now_of: db.Database
) -> None:
    earlier.add_course(12)
    earlier.add_person(1, "Ada Okafor", 27, passed=True)
    with earlier.engine.begin() as connection:
        connection.execute(earlier.tables.tables["placements"].update().values(module="essentials"))
    db.migrate(url)
    with now_of.reading() as session:
        assert session.scalars(sa.select(Delivery.module)).one() == "photos"


def test_people_of_then_are_in_the_order_of_their_names_whatever_the_accents(
    earlier: Earlier, url: str, now_of: db.Database
) -> None:
    earlier.add_course(12)
    for number, name in enumerate(("Zoë Abbot", "Álvaro Cruz", "Adam Poe", "\u202eØyvind Dahl"), 1):
        earlier.add_person(number, name, 27, passed=True)
    db.migrate(url)
    with now_of.reading() as session:
        names = [
            row.name for row in people_page(session, course_query(session, 1, CONTENT.module, NOW), None, 1, 50).rows
        ]
    assert names == ["Adam Poe", "Álvaro Cruz", "\u202eØyvind Dahl", "Zoë Abbot"]


def test_the_role_of_someone_who_had_come_is_the_one_of_their_launch(
    earlier: Earlier, url: str, now_of: db.Database
) -> None:
    earlier.add_course(12)
    earlier.add("persons", id=1, platform_id=1, subject="sub-Ada", name="Ada Okafor")
    earlier.add("memberships", course_id=1, person_id=1, role="trainer", seen_at=NOW)
    db.migrate(url)
    with now_of.reading() as session:
        membership = session.scalars(sa.select(Membership)).one()
        assert (membership.role, membership.seen_as, membership.listed_as) == (Role.TRAINER, Role.TRAINER, None)


def test_an_attempt_that_was_open_can_still_be_gone_on_with_or_dropped(
    earlier: Earlier, url: str, now_of: db.Database
) -> None:
    earlier.add_course(12)
    earlier.add_person(1, "Ada Okafor", 27, passed=True)
    started = {"person_id": 1, "module": "photos", "version_id": 1, "started_at": NOW}
    earlier.add("attempts", id=7, placement_id=1, **started)
    db.migrate(url)
    with now_of.transaction() as session:
        mine = open_attempt(session, 1, "photos")
        assert mine and (mine.id, mine.dropped_at) == (7, None)
        mine.dropped_at = NOW
        session.flush()
        assert open_attempt(session, 1, "photos") is None
        session.add(Attempt(activity_id=1, **started))
        session.flush()


def test_passes_tokens_and_restrictions_are_kept_where_they_have_a_new_name_and_in_a_step_back(
    earlier: Earlier, url: str, now_of: db.Database
) -> None:
    earlier.add_course(12)
    earlier.add_person(1, "Ada Okafor", 27, passed=True)
    command.upgrade(db._alembic(url), "0024")
    with now_of.engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO shut_out (activity_id, person_id) VALUES (1, 1)"))
        connection.execute(sa.text("UPDATE courses SET shut_out = 1"))
        token = "INSERT INTO access_tokens (platform_id, scopes, good_until) VALUES (1, 'score', :then)"
        connection.execute(sa.text(token), {"then": NOW.replace(tzinfo=None)})
    for step in (command.upgrade, command.downgrade, command.upgrade):
        step(db._alembic(url), "0025" if step is command.upgrade else "0024")
    db.migrate(url)
    with now_of.reading() as session:
        assert session.scalars(sa.select(Pass.valid_until)).all() == [date(2027, 11, 20)]
        assert session.scalars(sa.select(AccessToken.expires_at)).all() == [NOW]
        restricted = sa.select(ActivityRestriction.activity_id, ActivityRestriction.person_id)
        assert session.execute(restricted).all() == [(1, 1)]
        assert session.scalars(sa.select(Course.restricted_count)).all() == [1]


def test_certificates_from_before_say_nothing_of_what_was_tested_and_are_kept_in_a_step_back(
    earlier: Earlier, url: str, now_of: db.Database
) -> None:
    command.upgrade(db._alembic(url), "0026")
    with now_of.engine.begin() as connection:
        connection.execute(sa.text(EARLIER_CERTIFICATE), {"then": NOW.replace(tzinfo=None), "day": NOW.date()})
    for step in (command.upgrade, command.downgrade, command.upgrade):
        step(db._alembic(url), "0027" if step is command.upgrade else "0026")
    db.migrate(url)
    with now_of.reading() as session:
        (held,) = session.scalars(sa.select(Certificate)).all()
        assert (held.code, held.score, held.tested) == ("7K3M9QXT2HVBW4ND", 0.9, None)


EARLIER_CERTIFICATE = """
    INSERT INTO certificates (number, code, attempt_id, person_id, trust, trust_name, module, module_title,
        module_version, module_says, policy_title, policy_version, pass_mark, score, passed_at, issued_at, valid_from)
    VALUES (1, '7K3M9QXT2HVBW4ND', 1, 1, 'invictus', 'Oak Tree Trust', 'photos', 'Photos',
        1, 'About photos.', 'Social media policy', '1', 80, 0.9, :then, :then, :day)
"""


def test_the_tables_are_those_that_the_code_declares(prepared_database: str) -> None:
    engine = sa.create_engine(prepared_database, poolclass=sa.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.Base.metadata) == []
