"""Everything that goes wrong, at each moment at which it can: in the end the LMS has the right grade once.

Each fault meets a grade on its first way, a better result that comes meanwhile, and a restart of ours. Where people
have to do something about it, they are told so in words, and the grade arrives when they have.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from config import Settings
from lti.domain.delivery import DeliveryState
from lti.grades.deliveries import send_again
from lti.key_models import AccessToken
from lti.keys import rotate_key
from lti.models import Activity, Platform
from practice.failures import SLOWNESS, Failure
from practice.services.odd_links import LINKS
from practice.views.services import ROSTERS
from tests.support.databases import Databases
from tests.support.odd_server import OddServer
from tests.support.passback import OPEN, Post, both
from tests.support.servers import free_port

Fault = Callable[[Post], AbstractContextManager[None]]

BROKEN_OFF = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Type: application/json\r\n\r\n{"
NO_HTTP = b"220 mail.example ESMTP\r\n"


def page(status: str, body: str = "", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body]
    return "\r\n".join(lines).encode()


def switched(kind: str) -> Fault:
    """A trouble that the practice LMS has a switch for."""

    @contextmanager
    def fault(post: Post) -> Iterator[None]:
        post.trouble(kind)
        yield
        post.trouble("none")

    return fault


def set_aside(table: type, column: str, value: Callable[[], str]) -> Fault:
    """Something that we know of the LMS is wrong for a while."""

    @contextmanager
    def fault(post: Post) -> Iterator[None]:
        with post.database.reading() as session:
            right = session.scalars(select(getattr(table, column)).order_by(table.id).limit(1)).one()
        post.change_first(table, column, value())
        with post.database.transaction() as session:
            session.execute(delete(AccessToken))
        yield
        post.change_first(table, column, right)

    return fault


def odd(says: bytes, table: type = Platform, column: str = "token_url") -> Fault:
    """A server that talks nonsense where the LMS should be."""

    @contextmanager
    def fault(post: Post) -> Iterator[None]:
        with OddServer(says) as server, set_aside(table, column, lambda: f"{server.url}/token")(post):
            yield

    return fault


@contextmanager
def our_key_rotated(post: Post) -> Iterator[None]:
    """We sign with a new key from one moment to the next."""
    with post.database.transaction() as session:
        rotate_key(session, post.settings, datetime.now(UTC), at_once=True)
    yield


def nowhere() -> str:
    return f"http://localhost:{free_port()}/token"


SCORES = (Activity, "line_item_url")
FAULTS: dict[str, Fault] = {
    **{
        kind: switched(kind)
        for kind in (
            "unavailable",
            "throttled",
            "calls-used-up",
            "slow",
            "hang",
            "lost-answer",
            "broken-after-write",
            "token-refused",
            "key-rotated",
            "not-gradable",
            "gone",
        )
    },
    "our key rotated": our_key_rotated,
    "client deleted": set_aside(Platform, "client_id", lambda: "nobody"),
    "no connection for tokens": set_aside(Platform, "token_url", nowhere),
    "no connection for scores": set_aside(*SCORES, nowhere),
    "token broken off": odd(BROKEN_OFF),
    "score broken off": odd(BROKEN_OFF, *SCORES),
    "no HTTP for tokens": odd(NO_HTTP),
    "no HTTP for scores": odd(NO_HTTP, *SCORES),
    "token is no JSON": odd(page("200 OK", "<html>")),
    "token refused with broken JSON": odd(page("400 Bad Request", '{"error": "invalid')),
    "JSON without a token": odd(page("200 OK", "{}")),
    "tokens sent elsewhere": odd(page("302 Found", "", "Location: http://localhost/maintenance")),
    "scores sent elsewhere": odd(page("302 Found", "", "Location: http://localhost/maintenance"), *SCORES),
    "no tokens for a while": odd(page("503 Service Unavailable", "", "Retry-After: 5")),
    "scores fail": odd(page("500 Internal Server Error"), *SCORES),
}
PEOPLE_ARE_TOLD = {"not-gradable", "gone"}


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    folder = tmp_path_factory.mktemp("matrix")
    settings = Settings(
        queue_url=f"sqlite:///{folder}/queue.db",
        secret_key="only for tests",
        allow_loopback=True,
        first_wait_seconds=1,
        http_seconds=1,
    )
    with databases.prepared(folder) as url, both(replace(settings, database_url=url), folder) as post:
        yield post


@pytest.fixture(params=FAULTS)
def faulty(request: pytest.FixtureRequest, served: Post) -> Iterator[tuple[Post, str]]:
    served.wipe()
    yield served, request.param
    if request.param == "slow":
        # What the LMS still does must not reach the next test.
        time.sleep(SLOWNESS)


def people_see_to_it(post: Post) -> None:
    """Do what the words ask for: send again what needs attention."""
    with post.database.transaction() as session:
        activity = session.scalars(select(Activity)).one()
        send_again(session, activity.course_id, activity.module, datetime.now(UTC))


def assert_right_in_the_end(post: Post, fault: str, *grades: list[int]) -> None:
    """The LMS has taken one of these rows of grades, each of them once and no other; people were told if need be."""
    told = post.delivery.state is DeliveryState.NEEDS_ATTENTION
    assert told == (fault in PEOPLE_ARE_TOLD), post.delivery.words
    assert not told or len(post.delivery.words) > 40
    people_see_to_it(post)
    post.deliver()
    assert post.delivery.state is DeliveryState.DELIVERED, post.delivery.words
    assert post.taken() in grades
    assert post.held()["percent"] == grades[0][-1]


def test_on_the_first_way(faulty: tuple[Post, str]) -> None:
    post, fault = faulty
    with FAULTS[fault](post):
        post.owe(0.6)
        post.try_once()
        post.try_once()
    assert_right_in_the_end(post, fault, [60])


def test_while_a_better_result_comes(faulty: tuple[Post, str]) -> None:
    post, fault = faulty
    post.owe(0.4)
    post.deliver()
    with FAULTS[fault](post):
        post.owe(0.6)
        post.try_once()
        post.owe(0.9)
        post.try_once()
    # The one in between has come before the better one, or not at all.
    assert_right_in_the_end(post, fault, [40, 90], [40, 60, 90])


def test_with_a_restart_in_between(faulty: tuple[Post, str]) -> None:
    post, fault = faulty
    with FAULTS[fault](post):
        post.owe(0.6)
        # Taken up, and never concluded.
        claim = post.claim()
        post.restart()
        assert claim and post.delivery.state in OPEN
        post.try_once()
        post.restart()
        post.try_once()
    assert_right_in_the_end(post, fault, [60])


def test_the_matrix_knows_every_switch() -> None:
    of_rosters = {*ROSTERS, *LINKS, Failure.RESTRICTED, Failure.OPEN_TO_NO_ONE, Failure.ROLES_CHANGED}
    # The LMS's keys are read for a launch, never for a grade: tests/core/test_serving.py.
    of_launches = {Failure.KEYS_TRICKLE}
    assert {failure.value for failure in {*Failure} - {Failure.NONE} - of_rosters - of_launches} <= set(FAULTS)
