"""Access tokens, shared by all our processes: here each is a Tokens with a database connection of its own."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import requests
from sqlalchemy import select, update

from config import Settings
from db import Database
from lti.domain.access_token import GrantedToken
from lti.domain.delivery import BUSY
from lti.key_models import AccessToken
from lti.services.tokens import NoToken, Tokens
from tests.support.factories import add_platform

SCOPES = ["score", "results"]


class Lms:
    """An LMS that counts how often it is asked for a token, and takes a moment over each."""

    def __init__(self, seconds: float = 0) -> None:
        self.asked, self._seconds = 0, seconds
        self.trouble: Exception | None = None
        self.life = 600.0

    def __call__(self) -> GrantedToken:
        self.asked += 1
        number = self.asked
        time.sleep(self._seconds)
        if self.trouble:
            raise self.trouble
        return GrantedToken(f"token {number}", self.life)


@pytest.fixture
def process(database: Database, settings: Settings) -> Iterator[Callable[[], Tokens]]:
    """Give as many processes as a test wants; there is one platform, with number 1."""
    with database.transaction() as session:
        assert add_platform(session).id == 1
    databases: list[Database] = []

    def begin(**changes: object) -> Tokens:
        databases.append(Database(settings.database_url))
        return Tokens(databases[-1], replace(settings, **changes))

    yield begin
    for each in databases:
        each.engine.dispose()


def row(database: Database) -> AccessToken:
    with database.reading() as session:
        return session.scalars(select(AccessToken)).one()


def set_row(database: Database, **values: object) -> None:
    with database.transaction() as session:
        session.execute(update(AccessToken).values(**values))


def test_a_token_that_one_process_got_serves_all(process: Callable[[], Tokens]) -> None:
    lms = Lms()
    assert [process().take(1, scopes, lms).value for scopes in (SCOPES, SCOPES[::-1])] == ["token 1"] * 2
    assert lms.asked == 1


def test_tokens_for_other_rights_are_others(process: Callable[[], Tokens]) -> None:
    tokens, lms = process(), Lms()
    assert tokens.take(1, SCOPES, lms).value != tokens.take(1, ["roster"], lms).value


def test_many_who_need_one_at_once_ask_once(process: Callable[[], Tokens]) -> None:
    lms, processes = Lms(seconds=0.2), [process() for _ in range(3)]
    with ThreadPoolExecutor(12) as threads:
        taken = [threads.submit(processes[number % 3].take, 1, SCOPES, lms) for number in range(12)]
        assert {each.result().value for each in taken} == {"token 1"}
    assert lms.asked == 1


def test_a_token_that_has_run_out_is_followed_by_one_other(process: Callable[[], Tokens], database: Database) -> None:
    lms, processes = Lms(seconds=0.1), [process() for _ in range(3)]
    processes[0].take(1, SCOPES, lms)
    set_row(database, expires_at=datetime.now(UTC))
    with ThreadPoolExecutor(6) as threads:
        taken = [threads.submit(processes[number % 3].take, 1, SCOPES, lms) for number in range(6)]
        assert {each.result().value for each in taken} == {"token 2"}
    assert lms.asked == 2


def test_one_who_dies_while_asking_holds_up_no_one_for_long(process: Callable[..., Tokens], database: Database) -> None:
    lms, tokens = Lms(), process(http_seconds=1)
    tokens.take(1, SCOPES, lms)
    set_row(database, value=None, expires_at=None, asked_until=datetime.now(UTC) + timedelta(seconds=0.5))
    assert tokens.take(1, SCOPES, lms).value == "token 2"


def test_who_waits_for_one_who_hangs_gives_up_in_the_end(process: Callable[..., Tokens], database: Database) -> None:
    lms, tokens = Lms(), process(http_seconds=1)
    tokens.take(1, SCOPES, lms)
    set_row(database, value=None, expires_at=None, asked_until=datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(NoToken):
        tokens.take(1, SCOPES, lms)
    assert lms.asked == 1


def test_where_the_lms_gives_none_those_who_waited_do_not_ask_too(process: Callable[[], Tokens]) -> None:
    lms, tokens, begun = Lms(seconds=0.3), process(), Barrier(6)
    lms.trouble = NoToken(BUSY)

    def take() -> None:
        begun.wait()
        tokens.take(1, SCOPES, lms)

    with ThreadPoolExecutor(6) as threads:
        taken = [threads.submit(take) for _ in range(6)]
        assert all(isinstance(each.exception(), NoToken) for each in taken)
    assert lms.asked == 1
    lms.trouble = None
    assert tokens.take(1, SCOPES, lms).value == "token 2"


def test_what_goes_wrong_in_asking_reaches_who_asked(process: Callable[[], Tokens]) -> None:
    lms, tokens = Lms(), process()
    lms.trouble = requests.ConnectionError()
    with pytest.raises(requests.ConnectionError):
        tokens.take(1, SCOPES, lms)


def test_a_token_that_is_refused_is_forgotten_and_one_that_has_replaced_it_is_not(
    process: Callable[[], Tokens],
) -> None:
    lms, one, other = Lms(), process(), process()
    refused = one.take(1, SCOPES, lms)
    one.forget(1, SCOPES, refused)
    assert other.take(1, SCOPES, lms).value == "token 2"
    one.forget(1, SCOPES, refused)
    assert one.take(1, SCOPES, lms).value == "token 2"


class TestSealing:
    """Tokens in the database are sealed where there is a key for that."""

    KEY = "k" * 32

    def test_who_reads_the_table_has_no_token(self, process: Callable[..., Tokens], database: Database) -> None:
        tokens = process(sealing_key=self.KEY)
        assert tokens.take(1, SCOPES, Lms()).value == "token 1"
        assert b"token 1" not in (row(database).value or b"")
        assert tokens.take(1, SCOPES, Lms()).value == "token 1"

    def test_without_a_key_they_are_kept_as_they_are(self, process: Callable[..., Tokens], database: Database) -> None:
        process().take(1, SCOPES, Lms())
        assert row(database).value == b"token 1"

    def test_one_that_another_key_has_sealed_is_as_good_as_none(self, process: Callable[..., Tokens]) -> None:
        lms = Lms()
        process(sealing_key=self.KEY).take(1, SCOPES, lms)
        assert process(sealing_key="another key".ljust(32)).take(1, SCOPES, lms).value == "token 2"
