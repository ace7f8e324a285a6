"""Jobs: named work that packages register, and how a job says that it has failed."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

LaneOf = Callable[..., Hashable | None]


@dataclass(frozen=True)
class Job:
    """Work that can be asked for by its name, with whole numbers as arguments.

    ``minute`` and ``hour`` say when it begins by itself, as in a crontab; ``minute=None`` means only when asked for.
    A job with a ``lane`` runs in a thread of that lane, ``at_once`` of them at a time, so that what is slow there holds
    up nothing else; None as a lane means that nothing is left to do. One that ``goes_on`` in threads of its own says
    with ``Queue.noting`` how it ended. With ``at_start``, it begins whenever a worker starts.
    """

    name: str
    work: Callable[..., object]
    minute: str | None = None
    hour: str = "*"
    lane: LaneOf | None = None
    at_once: int = 1
    goes_on: bool = False
    at_start: bool = False


class JobFailed(Exception):
    """A job that could not be done, with words for an administrator that name no one.

    ``again``: trying again may help; if not, the job waits for someone to ask for it.
    """

    def __init__(self, words: str, again: bool = True) -> None:
        """Say what went wrong."""
        super().__init__(words)
        self.words, self.again = words, again
