"""How many logins can begin in a minute, from one place and in total: each leaves a row behind until it expires.

All processes count together, in the database. A limit that protects the database must hardly use it, though: a process
takes logins out of the common count a few at a time and hands them out itself, and once a count is used up, it refuses
for the rest of the minute without asking again.
"""

from collections import defaultdict
from datetime import datetime
from threading import Lock

from sqlalchemy import String, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.domain.client import client_of
from db import Base, Database

WINDOW_SECONDS = 60
# What a process takes at a time is a small part of a limit, as what it does not hand out is lost to the others.
PARTS = 30
IN_ALL = "all"
USED_UP = -1


class LoginCount(Base):
    """How many logins of one minute have been taken, from one place or in all; kept no longer than that.

    ``client`` is a keyed hash of the network address, or ``all``, and ``minute`` counts from 1970.
    """

    __tablename__ = "login_counts"

    client: Mapped[str] = mapped_column(String(64), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    logins: Mapped[int]


class LoginLimit:
    """Counts the logins of the present minute; one serves a whole process."""

    def __init__(self, database: Database, from_one_place: int, in_all: int, secret: str) -> None:
        """Allow this many logins a minute; the secret keeps addresses from being read out of the count."""
        self._database, self._secret = database, secret
        self._from_one_place, self._in_all = from_one_place, in_all
        self._lock = Lock()
        self._minute = 0
        self._at_hand: dict[str, int] = {}
        self._asking: dict[str, Lock] = defaultdict(Lock)

    def seconds_to_wait(self, address: str | None, now: datetime) -> int:
        """Count a login from an address and return 0, or how long it has to wait if there are already too many.

        Once there are too many in all, no more places are remembered.
        """
        minute, client = int(now.timestamp()) // WINDOW_SECONDS, client_of(address, self._secret, "logins")
        with self._lock:
            if minute != self._minute:
                self._minute, self._at_hand, self._asking = minute, {}, defaultdict(Lock)
            is_over = self._at_hand.get(IN_ALL) == USED_UP
        if is_over or not self._takes(client, self._from_one_place) or not self._takes(IN_ALL, self._in_all):
            return WINDOW_SECONDS - int(now.timestamp()) % WINDOW_SECONDS
        return 0

    def _takes(self, client: str, limit: int) -> bool:
        if (is_handed_out := self._hand_out(client)) is not None:
            return is_handed_out
        with self._lock:
            asking, minute = self._asking[client], self._minute
        # One thread asks for all: if each took its part, nothing would be left for the other processes.
        with asking:
            if (is_handed_out := self._hand_out(client)) is not None:
                return is_handed_out
            found = self._take_some(client, minute, limit)
            with self._lock:
                # What one minute had left says nothing of the next, which may have begun since.
                if self._minute == minute:
                    self._at_hand[client] = found - 1 if found else USED_UP
        return found > 0

    def _hand_out(self, client: str) -> bool | None:
        """Hand out a login that is at hand, or say that there are no more; None if the common count has to be asked."""
        with self._lock:
            at_hand = self._at_hand.get(client, 0)
            if at_hand > 0:
                self._at_hand[client] -= 1
        return at_hand > 0 if at_hand else None

    def _take_some(self, client: str, minute: int, limit: int) -> int:
        """Take a few logins out of the common count, as far as there are any; someone who keeps asking only reads."""
        with self._database.reading() as session:
            count = session.get(LoginCount, (client, minute))
            if count and count.logins >= limit:
                return 0
        return self._database.write(lambda writing: take_some(writing, client, minute, limit))


def take_some(session: Session, client: str, minute: int, limit: int) -> int:
    """Take a part of a limit out of the count of a minute, or what is left of it; how many logins that are."""
    count = session.get(LoginCount, (client, minute), with_for_update=True)
    if not count:
        # A clock that is a little ahead must not make others count anew.
        session.execute(delete(LoginCount).where(or_(LoginCount.minute < minute - 1, LoginCount.minute > minute + 1)))
        count = LoginCount(client=client, minute=minute, logins=0)
        session.add(count)
    taken = min(max(limit // PARTS, 1), limit - count.logins)
    count.logins += taken
    return taken
