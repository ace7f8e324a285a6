"""A statement that changes rows says how many it changed."""

from sqlalchemy import bindparam, delete, update

from core.rows import change_rows
from lti.models import Platform
from tests.support.factories import add_platform


def test_an_update_counts_the_rows_that_it_changed(session):
    for number in range(3):
        add_platform(session, issuer=f"https://lms{number}.example")
    of_two = Platform.issuer != "https://lms0.example"
    assert change_rows(session, update(Platform).where(of_two).values(name="Renamed")) == 2


def test_nothing_changed_counts_as_none(session):
    assert change_rows(session, delete(Platform).where(Platform.issuer == "https://no-such.example")) == 0


def test_a_statement_takes_its_values(session):
    add_platform(session, issuer="https://lms.example")
    named = update(Platform).where(Platform.issuer == bindparam("which")).values(name="Renamed")
    unseen = named.execution_options(synchronize_session=False)
    assert change_rows(session, unseen, {"which": "https://lms.example"}) == 1
