"""Who gets in where: the table as reviewed, and grants that must not count anywhere."""

import difflib
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from core.grants.domain.grant import GrantRole
from core.grants.models import Grant
from db import Database, utcnow
from lti.domain.roles import Role
from lti.models import Membership, Person
from lti.visits.permission import Permission
from tests.managers.permissions_table import REVIEWED, gets_in, lines, routes
from tests.support.grants import ADDRESS, give_grant, of_kind, with_address
from tests.support.school import School

REGENERATE = "python -m tests.managers.permissions_table"


# The questions to the database are tested on every kind of it elsewhere; here it is which routes ask them.
@pytest.mark.databases("sqlite")
def test_everyone_gets_in_where_the_table_says_and_nowhere_else(app: Flask, database: Database) -> None:
    reviewed = REVIEWED.read_text(encoding="utf-8").splitlines()
    change = list(difflib.unified_diff(reviewed, list(lines(app, database)), "reviewed", "found", lineterm="", n=0))
    assert not change, "\n".join(["who gets in has changed; review it, then", REGENERATE, *change])


def give_all(database: Database, trust: str = "invictus") -> None:
    for role in GrantRole:
        give_grant(database, role, trust=trust)


def of_another_trust(school: School, database: Database) -> None:
    give_all(database, "agora")


def of_another_address(school: School, database: Database) -> None:
    for role in GrantRole:
        give_grant(database, role, "someone.else@oak.example")


def expired(school: School, database: Database) -> None:
    give_all(database)
    with database.transaction() as session:
        session.execute(update(Grant).values(until=utcnow().date() - timedelta(days=1)))


def withdrawn(school: School, database: Database) -> None:
    give_all(database)
    with database.transaction() as session:
        session.execute(update(Grant).values(withdrawn_at=utcnow()))


def unconfirmed(school: School, database: Database) -> None:
    give_all(database)
    of_kind(school, database, None)


def of_a_leader_who_has_switched_role(school: School, database: Database) -> None:
    give_all(database)
    with database.transaction() as session:
        session.execute(update(Membership).values(role=Role.TRAINER))


def of_a_test_person(school: School, database: Database) -> None:
    give_all(database)
    with database.transaction() as session:
        session.execute(update(Person).values(is_test=True))


VOID = (
    *(of_another_trust, of_another_address, expired, withdrawn, unconfirmed),
    *(of_a_leader_who_has_switched_role, of_a_test_person),
)


@pytest.mark.parametrize("void", VOID)
def test_a_grant_that_does_not_count_opens_no_route_at_all(
    app: Flask, school: School, database: Database, void: Callable[[School, Database], None]
) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    browser = with_address(school, database, ADDRESS)
    void(school, database)
    opened_by_grants = [(method, rule) for method, rule in routes(app) if only_grants_open(app, rule.endpoint)]
    assert opened_by_grants
    assert [rule.endpoint for method, rule in opened_by_grants if gets_in(browser, method, rule)] == []


def only_grants_open(app: Flask, endpoint: str) -> bool:
    """Tell the routes that someone who learns can only open with a grant."""
    permission = getattr(app.view_functions[endpoint], "permission", None)
    return isinstance(permission, Permission) and bool(permission.grants) and Role.STAFF not in permission.roles
