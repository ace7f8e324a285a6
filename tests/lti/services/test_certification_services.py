"""Names and roles, assignments and grades as 1EdTech's certification looks at them: what a tool asks for, and how.

https://www.imsglobal.org/spec/lti-nrps/v2p0, https://www.imsglobal.org/spec/lti-ags/v2p0
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from responses import RequestsMock
from sqlalchemy import select

from config import Settings
from db import Database
from lti.grades.deliveries import Grade, owe_grade
from lti.grades.send import GradeSender
from lti.models import Activity, Course, Person
from lti.services.roster import RosterReader
from tests.support.factories import add_activity, add_person, add_platform
from tests.support.lms.services import AGS, ISSUER, Services

LMS = ISSUER
MEMBERS, ITEMS, ITEM = f"{LMS}/members", f"{LMS}/items", f"{LMS}/items/7/lineitem?type_id=1"
ADA = {"user_id": "1", "roles": ["Learner"]}
MEMBERSHIP = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"


def asked_for(services: Services) -> dict[str, str]:
    """Return what was asked of the token service."""
    fields = parse_qs(str(services.got("token").body))
    return {name: value for name, (value,) in fields.items()}


@pytest.fixture
def services(network: RequestsMock) -> Services:
    """Give an LMS with one member in its course."""
    services = Services(network)
    services.members = [ADA]
    return services


@pytest.fixture
def ada(database: Database, services: Services) -> Iterator[int]:
    """Let somebody learn in a course that has all services."""
    with database.transaction() as session:
        platform = add_platform(session)
        activity = add_activity(session, platform)
        activity.line_item_url, activity.scopes = ITEM, [f"{AGS}{name}" for name in ("score", "lineitem")]
        course = session.get_one(Course, activity.course_id)
        course.roster_url, course.line_items_url = MEMBERS, ITEMS
        ada = add_person(session, activity, platform, "Ada Okafor")
        session.flush()
        number = ada.id
    yield number


@pytest.fixture
def passes(database: Database, settings: Settings, ada: int) -> Callable[[bool], None]:
    """Let her pass, and send what is owed for it."""

    def send(marks_completion: bool) -> None:
        with database.transaction() as session:
            activity = session.scalars(select(Activity)).one()
            activity.marks_completion = marks_completion
            at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
            owe_grade(session, activity.id, ada, Grade(0.85, "Passed.", at, at, True), datetime.now(UTC))
        GradeSender(database, settings).send_due()

    return send


def read_members(database: Database, settings: Settings) -> None:
    with database.reading() as session:
        course_id = session.scalars(select(Course.id)).one()
    RosterReader(database, settings).read(course_id)


class TestNamesAndRoles:
    """The request for the members of a course."""

    def test_request_goes_to_the_address_of_the_launch(
        self, database: Database, settings: Settings, ada: int, services: Services
    ) -> None:
        read_members(database, settings)
        assert services.got("members").url == MEMBERS

    def test_accept_names_the_membership_container(
        self, database: Database, settings: Settings, ada: int, services: Services
    ) -> None:
        read_members(database, settings)
        accepted = services.got("members").headers["Accept"]
        assert accepted == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

    def test_bearer_is_the_token_that_was_given(
        self, database: Database, settings: Settings, ada: int, services: Services
    ) -> None:
        read_members(database, settings)
        assert services.got("members").headers["Authorization"] == "Bearer a token"

    def test_scope_of_the_token_is_that_of_the_service_alone(
        self, database: Database, settings: Settings, ada: int, services: Services
    ) -> None:
        read_members(database, settings)
        assert asked_for(services)["scope"] == MEMBERSHIP


class TestToken:
    """The request for a token: IMS Security Framework 1.0, section 4."""

    def test_grant_is_a_signed_statement_about_ourselves(
        self, app: Flask, database: Database, settings: Settings, ada: int, services: Services
    ) -> None:
        read_members(database, settings)
        assert asked_for(services)["grant_type"] == "client_credentials"
        assert asked_for(services)["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        statement = asked_for(services)["client_assertion"]
        header = jwt.get_unverified_header(statement)
        (key,) = [key for key in app.test_client().get("/lti/jwks").json["keys"] if key["kid"] == header["kid"]]
        public = jwt.PyJWK(key).key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        said: dict[str, Any] = jwt.decode(statement, public, algorithms=["RS256"], audience=f"{LMS}/token")
        assert said["iss"] == said["sub"] == "client-1"
        assert said["jti"] and said["exp"] - said["iat"] <= 3600


class TestAssignmentsAndGrades:
    """The requests that make a line item and post a score."""

    def test_create_a_line_item(self, passes: Callable[[bool], None], services: Services) -> None:
        passes(True)
        made = services.got("new item")
        assert made.url == ITEMS
        assert made.headers["Content-Type"] == "application/vnd.ims.lis.v2.lineitem+json"
        assert made.headers["Authorization"] == "Bearer a token"
        described = json.loads(made.body or "")
        assert (described["scoreMaximum"], described["label"]) == (1, "Photos: completed")
        assert f"{AGS}lineitem" in asked_for(services)["scope"].split()

    def test_post_a_score(
        self, passes: Callable[[bool], None], services: Services, ada: int, database: Database
    ) -> None:
        passes(False)
        posted = services.got("scores")
        assert posted.url == f"{LMS}/items/7/lineitem/scores?type_id=1"
        assert posted.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
        assert posted.headers["Authorization"] == "Bearer a token"
        score = json.loads(posted.body or "")
        with database.reading() as session:
            assert score["userId"] == session.get_one(Person, ada).subject
        assert score["scoreGiven"] / score["scoreMaximum"] == pytest.approx(0.85)
        assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
        assert datetime.fromisoformat(score["timestamp"]).tzinfo is not None
        assert f"{AGS}score" in asked_for(services)["scope"].split()
