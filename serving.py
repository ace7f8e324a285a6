"""Serving: a thread is given only to a request that has arrived as a whole.

gunicorn looks after the process, and waitress takes requests in and sends answers out, all in one thread that never
waits. In gunicorn's own threads a connection that says nothing, or half a request, keeps a thread for as long as it
likes, and as many of them as there are threads stop the tool.
"""

import logging
import os
import resource
import time
from typing import Any
from weakref import WeakKeyDictionary

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer, create_server

# Longer than a browser keeps a connection that it means to use again.
IDLE_SECONDS = 30
# The largest request on a slow mobile connection takes half of it.
ARRIVAL_SECONDS = 60
TICK_SECONDS = 1
MOST_CONNECTIONS = 1_000
# Files that the tool itself has open at the busiest moment: databases, calls to LMSs, logs.
OWN_FILES = 200
# The application refuses less than this, and says so on a page of its own.
MOST_BYTES = 4_000_000
MOST_HEADER_BYTES = 65_536


class BufferedWorker(Worker):
    """A worker process of gunicorn's in which waitress serves."""

    def run(self) -> None:
        """Serve until gunicorn wants us to stop, then finish what has been asked for."""
        # It warns of every request that has to wait for a moment.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        connections: dict[int, Any] = {}
        serving = create_server(
            self.wsgi,
            map=connections,
            sockets=[listening.sock for listening in self.sockets],
            threads=self.cfg.threads,
            ident=None,
            # Whether to believe what a proxy says is settled in the application.
            clear_untrusted_proxy_headers=False,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=TICK_SECONDS,
            connection_limit=most_connections(),
            max_request_body_size=MOST_BYTES,
            max_request_header_size=MOST_HEADER_BYTES,
            asyncore_use_poll=True,
        )
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


class Guard:
    """Ends connections over which a request takes too long to arrive, and the longest idle where there are too many."""

    def __init__(self, connections: dict[int, Any], most: int) -> None:
        """Watch these connections; at most so many can be open."""
        self._connections, self._most = connections, most
        self._arriving: WeakKeyDictionary[Any, float] = WeakKeyDictionary()
        self._looked_at = 0.0

    def is_due(self, now: float) -> bool:
        """Say whether it is time to look again."""
        return now >= self._looked_at + TICK_SECONDS

    def look(self, now: float) -> None:
        """Look at all connections."""
        self._looked_at = now
        waiting = [each for each in _of(HTTPChannel, self._connections) if not _is_busy(each)]
        for each in waiting:
            if each.request and now - self._arriving.setdefault(each.request, now) > ARRIVAL_SECONDS:
                each.will_close = True
        too_many = len(self._connections) - self._most * 3 // 4
        for each in sorted(waiting, key=lambda channel: channel.last_activity)[: max(too_many, 0)]:
            each.will_close = True


def most_connections() -> int:
    """Return how many connections can be open at once: fewer where the system lets us open fewer files."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(min(MOST_CONNECTIONS, allowed - OWN_FILES), 100) if allowed > 0 else MOST_CONNECTIONS


def _of(kind: type, connections: dict[int, Any]) -> list[Any]:
    return [each for each in connections.values() if isinstance(each, kind)]


def _is_busy(channel: HTTPChannel) -> bool:
    """Say whether a request is being answered over a connection, or its answer is still being sent."""
    return bool(channel.requests or channel.total_outbufs_len)
