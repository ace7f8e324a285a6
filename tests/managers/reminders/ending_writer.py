"""Writes all reminders that are due in a process of its own, which kills itself at a step if one is named.

Run as ``python tests/managers/reminders/ending_writer.py DATABASE MOMENT STEP``. What it runs knows nothing of this:
functions are wrapped before it starts.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

# Where each step is: a module, the way to a function in it, and at which call of it the end comes, before or after it.
STEPS = {
    "nothing is written": ("managers.reminders.send", "write_digests", 1, "before"),
    "the first message is in the outbox": ("managers.reminders.digests", "put_in_outbox", 1, "after"),
    "the second message has no record": ("managers.reminders.digests", "put_in_outbox", 2, "after"),
    "all is written and not committed": ("managers.reminders.send", "write_digests", 1, "after"),
    "the first piece is committed": ("managers.reminders.send", "_write_piece", 1, "after"),
    "the second piece is not committed": ("managers.reminders.send", "write_digests", 2, "after"),
    "all is done": ("managers.reminders.send", "_write_digests", 1, "after"),
}


def end_at(step: str) -> None:
    module, name, call, when = STEPS[step]
    owner: Any = __import__(module, fromlist=["_"])
    whole, calls = getattr(owner, name), 0

    def ending(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = whole(*args, **kwargs)
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, ending)


def main(database_url: str, moment: str, step: str) -> None:
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    import managers.reminders.people
    from core.filters import FILTERS
    from db import Database
    from managers.reminders import send

    managers.reminders.people.AT_ONCE = 3
    if step:
        end_at(step)
    autoescape = select_autoescape(["html"])
    templates = Environment(loader=FileSystemLoader("templates"), autoescape=autoescape, trim_blocks=True)
    templates.filters.update(FILTERS)
    send.write_due_reminders(Database(database_url), templates, datetime.fromisoformat(moment))


if __name__ == "__main__":
    main(*sys.argv[1:])
