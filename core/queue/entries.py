"""How a task is written in the queue: as JSON with names and numbers, which cannot run any code when read.

Huey writes its tasks with pickle, and reading a pickle can run any code. Anyone who could write to the queue's file or
server would then control the process. An entry that is not ours is dropped with a line in the log.
"""

import json
from datetime import datetime
from typing import Any

from huey.registry import Message
from huey.serializer import Serializer

LONGEST_ENTRY = 1_000


class StrangeEntry(ValueError):
    """An entry in the queue that we did not write."""


class PlainEntries(Serializer):  # type: ignore[misc]  # huey has no types
    """Writes a task as its id, its name, its time and its numbers, and reads nothing else."""

    def _serialize(self, data: Any) -> bytes:
        """Write a task; TypeError if it contains more than names and numbers."""
        if not isinstance(data, Message) or data.kwargs or not all(type(number) is int for number in data.args):
            raise TypeError("only tasks with numbers go into the queue")
        eta = data.eta.isoformat() if data.eta else None
        return json.dumps({"id": data.id, "name": data.name, "eta": eta, "args": list(data.args)}).encode()

    def _deserialize(self, data: Any) -> Message:
        """Read a task; StrangeEntry if it is not one of ours."""
        try:
            return _task(json.loads(bytes(data[:LONGEST_ENTRY])))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise StrangeEntry("an entry in the queue is not one of ours and was dropped") from None


def _task(entry: Any) -> Message:
    key, name, args = entry["id"], entry["name"], entry["args"]
    if not isinstance(key, str) or not isinstance(name, str):
        raise TypeError("a task has an id and a name")
    if not isinstance(args, list) or not all(type(number) is int for number in args):
        raise TypeError("a task has numbers only")
    eta = datetime.fromisoformat(entry["eta"]) if entry["eta"] is not None else None
    return Message(id=key, name=name, eta=eta, args=tuple(args), kwargs={})
