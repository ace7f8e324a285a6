"""Starts a process of the tool that kills itself, with all its kind, at one step of a delivery; once, as a mark says.

Run as ``python tests/support/killed_process.py STEP MARK PROGRAM …``, where the program is gunicorn or flask with its
arguments. The tool knows nothing of this: functions are wrapped before it starts.
"""

import os
import runpy
import signal
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

# Where each step is: a module, the way to a function in it, and whether the end comes before or after it.
STEPS = {
    "the grade is owed and nobody is told": ("lti.grades.jobs", "GradeJobs.send", "before"),
    "the worker is told": ("lti.grades.jobs", "GradeJobs.send", "after"),
    "the grade is taken up": ("lti.grades.send", "GradeSender._try", "before"),
    "a token is to be asked for": ("lti.services.connector", "Connector._ask", "before"),
    "a token has come": ("lti.services.connector", "Connector._ask", "after"),
    "a token is kept": ("lti.services.tokens", "Tokens.take", "after"),
    "the grade is to be posted": ("lti.grades.send", "post_score", "before"),
    "the lms has the grade": ("lti.grades.send", "post_score", "after"),
    "the try is to be concluded": ("lti.grades.send", "conclude", "before"),
    "the conclusion is not committed": ("lti.grades.send", "conclude", "after"),
    "all is done": ("lti.grades.send", "GradeSender._deliver", "after"),
}
OF_THE_WORKER = [step for step, (_, path, _) in STEPS.items() if path != "GradeJobs.send"]


def end_at(step: str, mark: Path) -> None:
    """Let the process end at a step, unless the mark says that one has before."""
    module, path, when = STEPS[step]
    owner: Any = __import__(module, fromlist=["_"])
    *through, name = path.split(".")
    for part in through:
        owner = getattr(owner, part)
    whole, of_sender = getattr(owner, name), path != "GradeJobs.send"

    def ending(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            _end(mark, of_sender)
        result = whole(*args, **kwargs)
        if when == "after":
            _end(mark, of_sender)
        return result

    setattr(owner, name, ending)


def _end(mark: Path, of_sender: bool) -> None:
    # The roster is read with the same tokens, and a wake-up comes with the start: neither is a grade on its way.
    if mark.exists() or (of_sender and not threading.current_thread().name.startswith("sender")):
        return
    if not of_sender and not _is_request():
        return
    mark.touch()
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _is_request() -> bool:
    from flask import has_request_context

    return has_request_context()


def main(step: str, mark: str, program: str, *arguments: str) -> None:
    """Run a program of the tool, to end at a step if one is named."""
    if step:
        end_at(step, Path(mark))
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
