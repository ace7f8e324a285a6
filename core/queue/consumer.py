"""What takes tasks out of the queue and begins their jobs, in a process of its own or in a thread of a web process."""

from collections.abc import Callable
from typing import Any

from huey import Huey
from huey.consumer import Consumer

# No task takes long: jobs that wait for others have lanes of their own.
LISTENING: dict[str, Any] = {"workers": 2, "periodic": True, "initial_delay": 0.05, "max_delay": 0.5}


class PatientConsumer(Consumer):  # type: ignore[misc]  # huey has no types
    """A consumer that lets what its tasks have begun come to an end."""

    def __init__(self, huey: Huey, close: Callable[[], None]) -> None:
        """Take tasks from this queue, and ``close`` what they have begun in the end."""
        super().__init__(huey, **LISTENING)
        self._close = close

    def stop(self, graceful: bool = False) -> None:
        """Take no more tasks, and wait for running ones if asked to."""
        super().stop(graceful=graceful)
        if graceful:
            self._close()


class QuietConsumer(PatientConsumer):
    """A consumer that leaves the process's signals alone: outside the main thread they cannot be set."""

    def _set_signal_handlers(self) -> None:
        pass
