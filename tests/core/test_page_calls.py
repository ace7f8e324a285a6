"""Calls for which a page waits: for some seconds only, few at once, and none made twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import islice

import pytest
import requests
from flask import Flask
from responses import RequestsMock
from werkzeug.test import TestResponse

import db
from app import create_app
from config import Settings
from core.page_calls import NoOutcome, PageCalls, TookLong, TooManyWait
from core.services import service
from lti.errors import KEYS_SLOW, TOO_MANY_WAIT
from lti.key_models import PlatformKeys
from lti.registration.registrar import Registrar
from modules.content.publish import publish
from tests.support.factories import CONTENT, NOW
from tests.support.lms.double import Lms
from tests.support.lms.fixtures import NEWCOMER
from tests.support.lms.outcomes import assert_landed
from tests.support.lms.signing import published

PATIENCE = 60


class Held:
    """Calls that do not end until they are let go."""

    def __init__(self) -> None:
        self.made = 0
        self.let_go = threading.Event()
        self._changed = threading.Condition()

    def __call__(self, *_: object) -> str:
        with self._changed:
            self.made += 1
            self._changed.notify_all()
        assert self.let_go.wait(PATIENCE)
        return "the outcome"

    def wait_until_made(self, number: int = 1) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.made >= number, PATIENCE)


@pytest.fixture
def held() -> Iterator[Held]:
    """Give calls to hold; what the last ones write is written before the database and the network are gone."""
    held = Held()
    yield held
    held.let_go.set()
    for thread in threading.enumerate():
        if thread.name == "page call":
            thread.join(PATIENCE)


@pytest.fixture
def pages() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(30) as pages:
        yield pages


def calls_with(seconds: int, threads: int = 8) -> PageCalls:
    return PageCalls(Settings(page_call_seconds=seconds, threads=threads))


def trouble_of(future: Future) -> type:
    return type(future.exception(PATIENCE))


def test_pages_that_want_the_same_wait_for_one_call(held: Held, pages: ThreadPoolExecutor) -> None:
    calls = calls_with(PATIENCE)
    asked = [pages.submit(calls.ask, "keys", "keys", held) for _ in range(4)]
    held.wait_until_made()
    until(lambda: calls._waiting == 4)
    held.let_go.set()
    assert [each.result(PATIENCE) for each in asked] == ["the outcome"] * 4
    assert held.made == 1


def test_what_a_call_raises_reaches_every_page_that_waits_and_the_next_page_asks_anew() -> None:
    calls = calls_with(PATIENCE)

    def fails() -> None:
        raise TimeoutError("the peer's own")

    for _ in range(2):
        with pytest.raises(TimeoutError, match="the peer's own"):
            calls.ask("keys", "keys", fails)
    assert calls.ask("keys", "keys", lambda: 7) == 7


def test_a_page_waits_for_its_time_and_later_ones_not_at_all(held: Held) -> None:
    calls = calls_with(0)
    for _ in range(3):
        with pytest.raises(TookLong):
            calls.ask("keys", "keys", held)
    assert held.made == 1


def test_a_call_that_outlasts_the_page_ends_and_makes_room(held: Held) -> None:
    calls = calls_with(0, threads=2)
    with pytest.raises(TookLong):
        calls.ask("one", "keys", held)
    with pytest.raises(TooManyWait):
        calls.ask("two", "keys", held)
    held.let_go.set()
    until_free(calls)
    assert with_time(calls).ask("two", "keys", held) == "the outcome"


def until_free(calls: PageCalls) -> None:
    until(lambda: not calls._under_way)


def until(happened: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(100 * PATIENCE):
        if happened():
            return
        waited.wait(0.01)
    raise AssertionError("waited in vain")


def test_no_more_than_half_of_the_threads_wait_for_long(held: Held, pages: ThreadPoolExecutor) -> None:
    calls = calls_with(PATIENCE, threads=4)
    asked = [pages.submit(calls.ask, "keys", "keys", held) for _ in range(10)]
    refused = list(islice(as_completed(asked, PATIENCE), 8))
    assert [trouble_of(each) for each in refused] == [TooManyWait] * 8
    held.let_go.set()
    assert [each.result(PATIENCE) for each in asked if each not in refused] == ["the outcome"] * 2


def test_calls_of_one_kind_leave_room_for_those_of_another(held: Held) -> None:
    calls = calls_with(0, threads=4)
    for name in ("one", "two"):
        with pytest.raises(TookLong):
            calls.ask(name, "registration", held)
    with pytest.raises(TooManyWait):
        calls.ask("three", "registration", held)
    calls = with_time(calls)
    assert calls.ask("keys", "keys", lambda: 7) == 7


def with_time(calls: PageCalls) -> PageCalls:
    calls._seconds = PATIENCE
    return calls


@pytest.fixture
def impatient(settings: Settings) -> Iterator[Flask]:
    """Give a tool whose pages wait for no time at all, so that any LMS that does not answer at once is slow."""
    app = create_app(replace(settings, page_call_seconds=0))
    app.config["TESTING"] = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    db.database(app).engine.dispose()


@pytest.fixture
def slow_lms(impatient: Flask, network: RequestsMock, held: Held) -> Lms:
    with db.database(impatient).transaction() as session:
        publish(session, CONTENT, NOW)
    lms = Lms(impatient, network)
    lms.answers_for_keys(callback=answers_when(held, published({lms.kid: lms.key})))
    return lms


def answers_when(held: Held, document: dict) -> Callable:
    def answer(_: requests.PreparedRequest) -> tuple[int, dict, str]:
        held()
        return 200, {}, requests.compat.json.dumps(document)

    return answer


def assert_told(answer: TestResponse, heading: str) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "20")
    assert heading in answer.text


def test_launches_to_an_lms_whose_keys_do_not_come_are_told_so_and_make_one_call(
    slow_lms: Lms, held: Held, impatient: Flask
) -> None:
    for _ in range(10):
        assert_told(slow_lms.launches(), KEYS_SLOW.heading)
    held.wait_until_made()
    assert held.made == 1
    assert impatient.test_client().get("/health").status_code == 200


def test_the_same_message_lands_once_the_keys_have_come(slow_lms: Lms, held: Held, impatient: Flask) -> None:
    asked = slow_lms.begins_login()
    assert_told(slow_lms.answers(asked), KEYS_SLOW.heading)
    held.let_go.set()
    until_free(service(Registrar, impatient)._calls)
    with db.database(impatient).reading() as session:
        assert session.get(PlatformKeys, slow_lms.jwks_url)
    assert_landed(slow_lms.answers(asked))


def test_keys_that_we_have_serve_while_new_ones_do_not_come(slow_lms: Lms, held: Held, clock) -> None:
    held.let_go.set()
    with_time(service(Registrar, slow_lms.app)._calls)
    assert_landed(slow_lms.launches())
    service(Registrar, slow_lms.app)._calls._seconds = 0
    held.let_go.clear()
    clock.shift(2 * 3_600)
    assert_landed(slow_lms.launches())


def test_an_invite_opened_time_and_again_makes_few_calls_and_says_so(
    impatient: Flask, network: RequestsMock, held: Held
) -> None:
    newcomer = Lms(impatient, network, NEWCOMER, is_connected=False).administrator
    invite = newcomer.invite()
    newcomer.says_of_itself(callback=answers_when(held, newcomer.configuration))
    for _ in range(9):
        assert newcomer.opens(invite).status_code == 424
    held.wait_until_made()
    assert held.made == 1
    for number in range(9):
        answer = newcomer.opens(invite, registration_token=f"token-{number}")
    assert_told(answer, TOO_MANY_WAIT.heading)
    assert held.made <= Settings().threads // 2


def test_an_lms_that_is_connected_after_the_page_gave_up_is_connected_once(
    impatient: Flask, network: RequestsMock, held: Held
) -> None:
    newcomer = Lms(impatient, network, NEWCOMER, is_connected=False).administrator
    invite = newcomer.invite()
    calls = with_time(service(Registrar, impatient)._calls)
    page = newcomer.opens(invite)
    newcomer.answers_with(callback=answers_when(held, newcomer.answer))
    calls._seconds = 0
    answer = newcomer.presses(page)
    assert (answer.status_code, "Your LMS is being connected" in answer.text) == (409, True)
    held.let_go.set()
    until_free(calls)
    with_time(calls)
    assert "This invitation has been used" in newcomer.opens(invite).text
    assert held.made == 1


def test_no_outcome_is_told_apart_by_its_reason() -> None:
    assert issubclass(TookLong, NoOutcome) and issubclass(TooManyWait, NoOutcome)
