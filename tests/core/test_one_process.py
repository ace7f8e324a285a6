"""One of several processes does a piece of work, and another takes over when that one ends."""

import os
import signal
import subprocess
import sys

from config import ROOT

FORKS = """
import os, signal
from core.one_process import OneProcess

one = OneProcess()
for number in range(3):
    if not os.fork():
        one.begin(lambda: print(os.getpid(), flush=True))
        break
signal.pause()
"""


def test_one_works_at_a_time_and_the_next_begins_when_it_is_killed() -> None:
    command = [sys.executable, "-c", FORKS]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as parent:
        try:
            assert parent.stdout
            worked = []
            for _ in range(3):
                worked.append(int(parent.stdout.readline()))
                os.kill(worked[-1], signal.SIGKILL)
            assert len(set(worked)) == 3
        finally:
            os.killpg(parent.pid, signal.SIGKILL)
