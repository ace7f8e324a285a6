"""The tool as it is really served: connections that say nothing, or half of what they should, keep no one waiting."""

import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from config import Settings
from core.serving import ARRIVAL_SECONDS, MOST_BYTES, SENDING_SECONDS, Guard, OneAtATime
from db import Database
from tests.support.factories import add_platform
from tests.support.lms.signing import key_called
from tests.support.served import PATIENCE, THREADS, Served

# As many requests as the server reads at a time.
TOGETHER = 215


@pytest.fixture
def served(settings: Settings, tmp_path: Path) -> Iterator[Served]:
    served = Served(settings, tmp_path)
    yield served
    served.close()


HALVES = {
    "nothing": b"",
    "half a line": b"GET /hea",
    "half a head": b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-More: ",
    "half a body": b"POST /lti/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\niss=",
    "half a body in pieces": b"POST /lti/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"5\r\nis",
    "half a second request": b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hea",
}


def test_any_number_of_connections_that_say_half_of_something_keep_no_thread(served: Served) -> None:
    held = [served.connect() for _ in range(4 * THREADS) for _ in HALVES]
    for connection, half in zip(held, list(HALVES.values()) * 4 * THREADS, strict=True):
        connection.sendall(half)
    for _ in range(3):
        assert served.answers()
    for connection, half in zip(held[: len(HALVES)], HALVES.values(), strict=True):
        assert is_open(connection), half
    for connection in held:
        connection.close()


def is_open(connection: socket.socket) -> bool:
    """Say whether the server still holds a connection, after whatever it has answered."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return True
    return False


def test_a_request_in_many_pieces_is_answered_and_the_connection_is_kept(served: Served) -> None:
    with served.connect() as connection:
        for _ in range(2):
            for piece in (b"GET /hea", b"lth HTTP/1.1\r\nHost: ", b"localhost\r\n\r\n"):
                connection.sendall(piece)
                time.sleep(0.05)
            answer = connection.recv(65_536)
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"server:" not in answer.lower()


def test_too_large_a_body_is_refused_before_it_is_read(served: Served) -> None:
    answer = requests.post(f"{served.url}/lti/login", data=b"x" * 1_100_000, timeout=PATIENCE)
    assert answer.status_code == 413
    with served.connect() as connection:
        length = MOST_BYTES + 1
        connection.sendall(b"POST /lti/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % length)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413")


def test_told_to_stop_it_finishes_and_ends(served: Served) -> None:
    idle = served.connect()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 0
    idle.close()


def deaf_connection(served: Served) -> socket.socket:
    """Connect with hardly any room for an answer."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    connection.settimeout(PATIENCE)
    connection.connect(("127.0.0.1", served.port))
    return connection


def test_connections_that_ask_for_much_and_read_nothing_keep_no_thread(served: Served) -> None:
    deaf = [deaf_connection(served) for _ in range(2 * THREADS)]
    for connection in deaf:
        # Of the largest file there is: in all, more than the server would keep in memory.
        connection.sendall(b"GET /static/build/app.css HTTP/1.1\r\n\r\n" * TOGETHER)
    with requests.Session() as browser:
        # Threads take turns: after as many answers to us, each of those connections has had all that it asked for.
        answers = [browser.get(f"{served.url}/health", timeout=PATIENCE) for _ in range(2 * TOGETHER)]
    assert {answer.status_code for answer in answers} == {200}
    for connection in deaf:
        connection.close()


def test_requests_that_arrive_together_are_answered_one_after_the_other(served: Served) -> None:
    wanted = [b"/health", b"/nowhere", b"/static/build/app.css", b"/health"]
    asked = b"".join(b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" % path for path in wanted)
    posted = b"POST /lti/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\niss="
    last = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\nGET /health HTTP/1.1\r\n\r\n"
    with served.connect() as connection, connection.makefile("rb") as answers:
        connection.sendall(asked + posted + last)
        statuses = re.findall(rb"HTTP/1\.1 (\d+)", answers.read())
    assert statuses == [b"200", b"404", b"200", b"200", b"403", b"200"]


class Channel:
    """A connection as the guard sees it."""

    seconds_of_sending = OneAtATime.seconds_of_sending
    sending_since = None
    ended = False

    def handle_close(self) -> None:
        self.ended = True


class TestGuard:
    """Connections that take too long over something are ended, and the longest idle where there are too many."""

    def channel(self, monkeypatch: pytest.MonkeyPatch, request: object = None, last_activity: float = 0.0) -> Channel:
        monkeypatch.setattr("core.serving.HTTPChannel", Channel)
        channel = Channel()
        channel.__dict__ |= {"requests": [], "total_outbufs_len": 0, "will_close": False}
        channel.__dict__ |= {"request": request, "last_activity": last_activity}
        return channel

    def test_a_request_that_drips_in_for_too_long_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dripping, idle = self.channel(monkeypatch, Channel()), self.channel(monkeypatch)
        guard = Guard({1: dripping, 2: idle}, 100)
        guard.look(1_000)
        guard.look(1_000 + ARRIVAL_SECONDS)
        assert not dripping.ended
        guard.look(1_002 + ARRIVAL_SECONDS)
        assert (dripping.ended, idle.ended) == (True, False)

    def test_an_answer_that_is_read_in_drops_for_too_long_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dripping, waiting = self.channel(monkeypatch), self.channel(monkeypatch)
        dripping.total_outbufs_len, dripping.requests, waiting.requests = 1_000, ["being answered"], ["being answered"]
        guard = Guard({1: dripping, 2: waiting}, 100)
        guard.look(1_000)
        guard.look(1_000 + SENDING_SECONDS)
        assert not dripping.ended
        guard.look(1_002 + SENDING_SECONDS)
        assert (dripping.ended, waiting.ended) == (True, False)

    def test_one_that_reads_nothing_is_ended_as_soon_as_it_counts_as_idle(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        deaf = self.channel(monkeypatch)
        deaf.total_outbufs_len, deaf.will_close = 1_000, True
        Guard({1: deaf}, 100).look(1_000)
        assert deaf.ended

    def test_where_there_are_many_the_longest_idle_make_way(self, monkeypatch: pytest.MonkeyPatch) -> None:
        channels = {number: self.channel(monkeypatch, last_activity=number) for number in range(90)}
        channels[0].requests = ["being answered"]
        Guard(channels, 100).look(1_000)
        ended = [number for number, channel in channels.items() if channel.ended]
        assert ended == list(range(1, 16))


@contextmanager
def trickling_keys() -> Iterator[str]:
    """Serve keys that trickle in, a blank at a time, for longer than anyone waits."""
    over = threading.Event()

    def serve(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
            while not over.wait(0.1):
                caller.sendall(b" ")

    def accept(listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/jwks"
        over.set()
        listening.shutdown(socket.SHUT_RDWR)


def launch(served: Served) -> requests.Response:
    """Launch with a message whose signature cannot be checked before the LMS has sent its keys."""
    browser = requests.Session()
    named = {"iss": "https://lms.example", "client_id": "client-1", "login_hint": "7"}
    login = browser.get(
        f"{served.url}/lti/login",
        params=named | {"target_link_uri": f"{served.url}/lti/launch"},
        allow_redirects=False,
        timeout=PATIENCE,
    )
    asked = parse_qs(urlsplit(login.headers["Location"]).query)
    said = {"iss": "https://lms.example", "aud": "client-1", "nonce": asked["nonce"][0]}
    token = jwt.encode(said, key_called("theirs"), algorithm="RS256", headers={"kid": "theirs"})
    form = {"state": asked["state"][0], "id_token": token}
    return browser.post(f"{served.url}/lti/launch", data=form, timeout=PATIENCE)


def test_launches_to_an_lms_whose_keys_trickle_in_leave_room_for_everyone_else(
    settings: Settings, tmp_path: Path
) -> None:
    database = Database(settings.database_url)
    with trickling_keys() as address, ThreadPoolExecutor(10) as browsers:
        with database.transaction() as session:
            add_platform(session).jwks_url = address
        database.engine.dispose()
        served = Served(settings, tmp_path, THREADS="4", PAGE_CALL_SECONDS="100", HTTP_SECONDS="100")
        try:
            launches = [browsers.submit(launch, served) for _ in range(10)]
            refused = [each.result() for each in islice(as_completed(launches, PATIENCE), 8)]
            assert {(answer.status_code, answer.headers["Retry-After"]) for answer in refused} == {(503, "20")}
            assert served.answers()
            # Half of the threads still wait for the keys.
            assert sum(not each.done() for each in launches) == 2
        finally:
            served.close()
            wait(launches)
