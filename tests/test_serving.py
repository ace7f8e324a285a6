"""The tool as it is really served: connections that say nothing, or half of what they should, keep no one waiting."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from config import ROOT, Settings
from serving import ARRIVAL_SECONDS, MOST_BYTES, Guard
from tests.servers import free_port

PATIENCE = 60
THREADS = 2


class Served:
    """The tool under its server, in a process group of its own."""

    def __init__(self, settings: Settings, folder: Path, **more: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        names = ("database_url", "queue_url", "secret_key")
        environment = os.environ | {name.upper(): str(getattr(settings, name)) for name in names}
        environment |= {"PUBLIC_URL": self.url, "PORT": str(self.port), "ALLOW_LOOPBACK": "yes"}
        environment |= {"THREADS": str(THREADS), "RUN_WORKER": "no"} | more
        self.log = folder / "server.log"
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, start_new_session=True)
        until = time.monotonic() + PATIENCE
        while not self.answers(1):
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def answers(self, seconds: float = PATIENCE) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=seconds).json() == {"status": "ok"}
        except requests.RequestException:
            return False

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


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


class Channel:
    """A connection as the guard sees it."""


class TestGuard:
    """Connections that wait for something are ended when they do so for too long, or there are too many."""

    def channel(self, monkeypatch: pytest.MonkeyPatch, request: object = None, last_activity: float = 0.0) -> Channel:
        monkeypatch.setattr("serving.HTTPChannel", Channel)
        channel = Channel()
        channel.__dict__ |= {"requests": [], "total_outbufs_len": 0, "will_close": False}
        channel.__dict__ |= {"request": request, "last_activity": last_activity}
        return channel

    def test_a_request_that_drips_in_for_too_long_is_ended(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dripping, idle = self.channel(monkeypatch, Channel()), self.channel(monkeypatch)
        guard = Guard({1: dripping, 2: idle}, 100)
        guard.look(1_000)
        guard.look(1_000 + ARRIVAL_SECONDS)
        assert not dripping.will_close
        guard.look(1_002 + ARRIVAL_SECONDS)
        assert (dripping.will_close, idle.will_close) == (True, False)

    def test_where_there_are_many_the_longest_idle_make_way(self, monkeypatch: pytest.MonkeyPatch) -> None:
        channels = {number: self.channel(monkeypatch, last_activity=number) for number in range(90)}
        channels[0].requests = ["being answered"]
        Guard(channels, 100).look(1_000)
        ended = [number for number, channel in channels.items() if channel.will_close]
        assert ended == list(range(1, 16))
