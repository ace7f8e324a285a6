"""What two do with grants at the same time on PostgreSQL, where neither waits for the other as in SQLite."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from core.grants.domain.grant import GrantRole, Offer
from core.grants.grants import LastAdministrator, give, withdraw_unless_last
from core.grants.models import Grant
from db import Database
from lti.visits.address_codes import AddressToConfirm, take_code
from lti.visits.models import AddressCode
from tests.support.factories import NOW
from tests.support.grants import ADDRESS, COMMAND, give_grant, of_kind, with_address
from tests.support.meeting import one_within_the_other
from tests.support.school import School

pytestmark = pytest.mark.databases("postgres")
OFFER = Offer("invictus", GrantRole.TRAINER, ADDRESS)
OTHER = "sam.reed@oak.example"


def test_the_same_role_given_twice_is_held_once(database: Database) -> None:
    def give_it() -> int:
        with database.transaction() as session:
            return give(session, OFFER, COMMAND, NOW).id

    first, second = one_within_the_other(database, "INSERT INTO grants", give_it, give_it)
    assert first == second


def test_of_two_administrators_who_withdraw_each_other_one_stays(database: Database) -> None:
    one = give_grant(database, GrantRole.ADMINISTRATOR)
    other = give_grant(database, GrantRole.ADMINISTRATOR, OTHER)

    def withdraw(number: int) -> Callable[[], bool]:
        def try_it() -> bool:
            try:
                with database.transaction() as session:
                    withdraw_unless_last(session, number, "invictus", COMMAND, NOW)
            except LastAdministrator:
                return False
            return True

        return try_it

    assert one_within_the_other(database, "UPDATE grants", withdraw(one), withdraw(other)) == (True, False)
    with database.reading() as session:
        assert session.scalars(select(Grant.id).where(Grant.withdrawn_at.is_(None))).all() == [other]


def test_two_wrong_codes_are_two_tries(school: School, database: Database) -> None:
    jo = with_address(school, database)
    of_kind(school, database, None)
    with database.transaction() as session:
        kept = {"address": ADDRESS, "code_hash": "0" * 64, "sent_at": NOW, "tries": 0}
        session.add(AddressCode(person_id=jo.person_id, **kept))

    def enter() -> None:
        with database.transaction() as session:
            take_code(session, AddressToConfirm(jo.person_id, ADDRESS), "123456", "secret", COMMAND, NOW)

    one_within_the_other(database, "UPDATE address_codes", enter, enter)
    with database.reading() as session:
        assert session.scalars(select(AddressCode.tries)).all() == [2]
