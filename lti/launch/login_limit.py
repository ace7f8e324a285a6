"""How many logins can begin, from one place and in total: each leaves a row behind until it expires.

Each process counts in its own memory: a limit that protects the database must not use the database.
"""

import time
from collections import Counter
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from threading import Lock

WINDOW_SECONDS = 60
# Anyone who has one IPv6 address has 2^64 of them.
HOST_BITS = 64


def place_of(address: str | None) -> str:
    """Return what identifies where a request comes from: an IPv4 address, or an IPv6 network."""
    try:
        place = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(place, IPv6Address):
        return str(place.ipv4_mapped or int(place) >> HOST_BITS)
    return str(place)


class LoginLimit:
    """Counts the logins of the present minute; one serves a whole process."""

    def __init__(self, from_one_place: int, in_all: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow this many logins a minute."""
        self._from_one_place, self._in_all, self._clock = from_one_place, in_all, clock
        self._lock = Lock()
        self._window, self._counts = 0, Counter[str]()
        self._total = 0

    def seconds_to_wait(self, address: str | None) -> int:
        """Count a login from an address and return 0, or how long it has to wait if there are already too many.

        We never remember more places than the number of logins allowed in total.
        """
        place, now = place_of(address), self._clock()
        with self._lock:
            if int(now // WINDOW_SECONDS) != self._window:
                self._window, self._total = int(now // WINDOW_SECONDS), 0
                self._counts.clear()
            if self._total >= self._in_all or self._counts[place] >= self._from_one_place:
                return WINDOW_SECONDS - int(now % WINDOW_SECONDS)
            self._counts[place] += 1
            self._total += 1
        return 0
