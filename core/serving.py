"""Serving: only a request that has arrived in full gets a thread, and each connection has one request at a time.

gunicorn looks after the process, and waitress receives requests and sends answers, all in one thread that never waits.
With gunicorn's own threads, a connection that sends nothing or half a request keeps a thread for as long as it likes,
and enough of them stop the tool. In waitress's own connections, so does one that asks for more than it reads.
"""

import logging
import os
import resource
import time
from typing import Any
from weakref import WeakKeyDictionary

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server

# Longer than a browser keeps a connection that it may use again.
IDLE_SECONDS = 30
# The largest request on a slow mobile connection takes half of it.
ARRIVAL_SECONDS = 60
# The largest page on a slow mobile connection takes half of it.
SENDING_SECONDS = 120
TICK_SECONDS = 1
MOST_CONNECTIONS = 1_000
# A connection has a file beside its socket: of a request or an answer that is too large for memory, or one being sent.
FILES_EACH = 2
# Files that the tool itself has open at the busiest moment: databases, calls to LMSs, logs.
OWN_FILES = 200
# The application's own limit is lower, and it has a page that says so.
MOST_BYTES = 11_000_000
MOST_HEADER_BYTES = 65_536


class BufferedWorker(Worker):
    """A gunicorn worker process where waitress serves."""

    def run(self) -> None:
        """Serve until gunicorn wants us to stop, then finish what has been asked for."""
        # It warns of every request that has to wait for a moment, and tells which page a browser no longer waited for.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        logging.getLogger("waitress").setLevel(logging.WARNING)
        connections: dict[int, Any] = {}
        serving = create_server(
            self.wsgi,  # type: ignore[arg-type]  # WSGI, as either library's stubs describe it
            map=connections,
            sockets=[listening.sock for listening in self.sockets],  # type: ignore[attr-defined]  # gunicorn's own sockets
            threads=self.cfg.threads,
            ident=None,
            # The application decides whether to believe what a proxy says.
            clear_untrusted_proxy_headers=False,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=TICK_SECONDS,
            connection_limit=most_connections(),
            max_request_body_size=MOST_BYTES,
            max_request_header_size=MOST_HEADER_BYTES,
            asyncore_use_poll=True,
        )
        for listening in _of(TcpWSGIServer, connections):
            listening.channel_class = OneAtATime
        guard = Guard(connections, most_connections())
        while self.alive and self.ppid == os.getppid():
            self._serve(connections, guard)
        for listening in _of(TcpWSGIServer, connections):
            listening.accepting = False
        until = time.monotonic() + self.cfg.graceful_timeout / 2
        while any(map(_is_busy, _of(HTTPChannel, connections))) and time.monotonic() < until:
            self._serve(connections, guard)
        serving.task_dispatcher.shutdown()

    def _serve(self, connections: dict[int, Any], guard: "Guard") -> None:
        wasyncore.loop(timeout=TICK_SECONDS, use_poll=True, map=connections, count=1)
        if guard.is_due(time.monotonic()):
            self.notify()
            guard.look(time.monotonic())


class Behind(HTTPRequestParser):
    """What has arrived behind a request: it is read as requests only once the answer before has been sent."""

    data = b""

    def received(self, data: bytes) -> int:
        """Keep what has arrived; the connection takes in no more until this has been read."""
        self.data += data
        return len(data)


class OneAtATime(HTTPChannel):
    """A connection that takes one request at a time.

    waitress's own takes all that have arrived, and answers them into memory. As soon as that is too much, the thread
    that answers waits until the other side reads.
    """

    sending_since: float | None = None

    def parser_class(  # type: ignore[override]  # waitress only calls it, and a function can be called like a class
        self, settings: Adjustments
    ) -> HTTPRequestParser:
        """Return what receives the next request: a parser, or a place to wait behind the one in progress."""
        return Behind(settings) if self.requests else HTTPRequestParser(settings)

    def readable(self) -> bool:
        """Say whether more can be taken in; what waited is taken first, once the answer before it has been sent."""
        if not _is_busy(self):
            self.sending_since = None
            if isinstance(self.request, Behind):
                waited, self.request = self.request.data, None
                self.received(waited)
        return bool(super().readable())

    def seconds_of_sending(self, now: float) -> float:
        """Return for how many seconds one answer has been on its way to the other side."""
        if not self.total_outbufs_len:
            return 0
        self.sending_since = self.sending_since or now
        return now - self.sending_since


class Guard:
    """Ends connections whose request or answer takes too long, and the longest idle ones if there are too many.

    They are ended at once: waitress would wait until it can write to them, and so for ever where the other side does
    not read.
    """

    def __init__(self, connections: dict[int, Any], most: int) -> None:
        """Watch these connections; at most this many can be open."""
        self._connections, self._most = connections, most
        self._arriving: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        self._looked_at = 0.0

    def is_due(self, now: float) -> bool:
        """Say whether it is time to look again."""
        return now >= self._looked_at + TICK_SECONDS

    def look(self, now: float) -> None:
        """Look at all connections."""
        self._looked_at = now
        for each in _of(HTTPChannel, self._connections):
            # waitress wants to close connections that have been quiet for a long time.
            if each.will_close or self._takes_too_long(each, now):
                each.handle_close()
        answered = [each for each in _of(HTTPChannel, self._connections) if not each.requests]
        too_many = len(self._connections) - self._most * 3 // 4
        for each in sorted(answered, key=lambda channel: channel.last_activity)[: max(too_many, 0)]:
            each.handle_close()

    def _takes_too_long(self, channel: Any, now: float) -> bool:
        if channel.seconds_of_sending(now) > SENDING_SECONDS:
            return True
        if _is_busy(channel) or not channel.request:
            return False
        return now - self._arriving.setdefault(channel.request, now) > ARRIVAL_SECONDS


def most_connections() -> int:
    """Return how many connections can be open at once: fewer where the system lets us open fewer files."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(min(MOST_CONNECTIONS, (allowed - OWN_FILES) // FILES_EACH), 100) if allowed > 0 else MOST_CONNECTIONS


def _of(kind: type, connections: dict[int, Any]) -> list[Any]:
    return [each for each in connections.values() if isinstance(each, kind)]


def _is_busy(channel: HTTPChannel) -> bool:
    """Say whether a request on this connection is being answered, or its answer is still being sent."""
    return bool(channel.requests or channel.total_outbufs_len)
