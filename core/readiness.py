"""Whether anything can be saved: we save something to find out, since a full or read-only disk still lets us read."""

import logging
import secrets
import time
from collections.abc import Callable
from threading import Lock

from sqlalchemy import LargeBinary, delete
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.orm import Mapped, mapped_column

from db import Base, Database

log = logging.getLogger(__name__)
# More than a finished attempt needs with its result, grade and certificate; not zeros, which PostgreSQL would compress.
PROBE_BYTES = 65_536
SECONDS_KEPT = 5


class WritingProbe(Base):
    """What we write to find out whether anything can be written; otherwise empty."""

    __tablename__ = "writing_probes"

    id: Mapped[int] = mapped_column(primary_key=True)
    filling: Mapped[bytes] = mapped_column(LargeBinary)


class ReadyChecks(dict[str, Callable[[], bool]]):
    """What else must be in order before we are ready, each with the word under which it is reported."""


class Writing:
    """Tries to write, at most once every few seconds however often anyone asks; one serves a whole process."""

    def __init__(self, database: Database) -> None:
        """Write to this database."""
        self._database = database
        self._lock = Lock()
        self._works, self._until = True, 0.0

    def works(self) -> bool:
        """Say whether something could be saved just now; while one caller tries, others get the previous answer."""
        if time.monotonic() >= self._until and self._lock.acquire(blocking=False):
            try:
                self._works, self._until = self._try(), time.monotonic() + SECONDS_KEPT
            finally:
                self._lock.release()
        return self._works

    def _try(self) -> bool:
        try:
            with self._database.transaction() as session:
                session.execute(delete(WritingProbe))
                # No id of ours: other processes try at the same time.
                session.add(WritingProbe(filling=secrets.token_bytes(PROBE_BYTES)))
            # The space we used is free again for the next answer.
            with self._database.transaction() as session:
                session.execute(delete(WritingProbe))
        except (DBAPIError, NoConnectionLeft) as error:
            log.warning("nothing can be written: %s", str(getattr(error, "orig", error))[:200])
            return False
        return True
