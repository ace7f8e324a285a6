"""Connections that go to the very address that was checked.

A name is looked up once for each connection. What it stands for is checked, and it is that number which is called, so
that a name server cannot give one answer to the check and another to the call. Certificates are still held against the
name.
"""

import socket
import time
from collections.abc import Callable, Sequence
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, LocationParseError, NameResolutionError

from core.deadline import Deadline

# Refuses, by an exception, a name that stands for these numbers.
Check = Callable[[str, Sequence[str]], None]
# Each may take its whole time to say nothing.
MOST_TRIED = 4


class _Checked(HTTPConnection):
    """A connection whose name is looked up by us; an answer that has not begun in time is broken off."""

    check: Check
    seconds: float

    def _new_conn(self) -> socket.socket:
        name, trouble = self.host, None
        numbers = self._numbers_of(name)
        type(self).check(name, numbers)
        until = time.monotonic() + self._time()
        for number in numbers[:MOST_TRIED]:
            if trouble and time.monotonic() > until:
                break
            # The library connects to its host, and afterwards shows the certificate its host.
            self.host = number
            try:
                return super()._new_conn()
            except HTTPError as error:
                trouble = error
            finally:
                self.host = name
        raise trouble or NameResolutionError(name, self, socket.gaierror("the name stands for nothing"))

    def _numbers_of(self, name: str) -> list[str]:
        try:
            found = socket.getaddrinfo(name, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NameResolutionError(name, self, error) from error
        except UnicodeError as error:
            raise LocationParseError(name) from error
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def _time(self) -> float:
        """Return how long we wait for each step: less than usual if the call has less time left."""
        return min(self.seconds, self.timeout) if isinstance(self.timeout, int | float) else self.seconds

    def getresponse(self) -> Any:
        """Wait for the head of the answer, all in all no longer than our time for it."""
        with Deadline(self._time(), self._break_off) as deadline:
            answer = super().getresponse()
        if deadline.has_passed:
            # A head that was cut short is read as a whole one.
            answer.close()
            raise TimeoutError("the answer did not begin in time")
        return answer

    def _break_off(self) -> None:
        waiting = self.sock
        if waiting is not None:
            # Not the TLS socket's own way, which would take its state from under the thread that reads.
            socket.socket.shutdown(waiting, socket.SHUT_RDWR)


def pools_of_checked_connections(check: Check, seconds: float) -> dict[str, type[HTTPConnectionPool]]:
    """Return pools, by scheme, of connections that hold to this check and wait so long for an answer to begin."""
    rules = {"check": staticmethod(check), "seconds": seconds}
    plain = type("CheckedConnection", (_Checked,), rules)
    secure = type("CheckedSecureConnection", (_Checked, HTTPSConnection), rules)
    return {
        "http": type("CheckedPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("CheckedSecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
