"""Work that one of several processes does for all of them; when that one ends, another takes over."""

import fcntl
import tempfile
from collections.abc import Callable
from threading import Thread


class OneProcess:
    """Picks one of the processes that are forked after it was made.

    It is the one that holds a lock on a file that they all have open. The system gives the lock to another one as soon
    as that process has ended, however it ended.
    """

    def __init__(self) -> None:
        """Make the file, which has no name."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open as long as the processes live

    def begin(self, work: Callable[[], None]) -> None:
        """Do the work once this process is the one; until then, a thread waits."""
        Thread(target=self._wait, args=(work,), name="one process", daemon=True).start()

    def _wait(self, work: Callable[[], None]) -> None:
        # A record lock: unlike flock's, it belongs to one process though all have the file from the same parent.
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        work()
