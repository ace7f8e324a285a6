"""The tool as it is served: gunicorn in a process of its own, whose CPU time the kernel counts."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from types import TracebackType

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
STOP_SECONDS = 20


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """The tool under gunicorn until the block ends, with these settings."""

    def __init__(self, settings: Mapping[str, str], port: int) -> None:
        """Prepare to serve on this port; ``settings`` go into the environment, with the number of processes."""
        self._processes = int(settings["WEB_PROCESSES"])
        self._environment = {**os.environ, **settings, "PORT": str(port), "HOST": "127.0.0.1"}
        self._port = port
        self.url = f"http://127.0.0.1:{port}"

    def __enter__(self) -> "Served":
        """Start, and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--log-level", "warning"]
        self._master = subprocess.Popen([*command, "app:create_app()"], cwd=ROOT, env=self._environment)
        try:
            self._workers = self._when_up()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it, and wait until it has ended."""
        self._stop()

    def cpu(self) -> float:
        """Return the seconds of CPU, user and system, that all workers together have had."""
        fields = map(_fields_of, self._workers)
        return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS

    def median_cpu(self, rounds: int, work: Callable[[int], int]) -> float:
        """Return the CPU seconds of one piece of work in the median round; ``work`` says how many it did."""
        costs = []
        for number in range(rounds):
            before = self.cpu()
            done = work(number)
            costs.append((self.cpu() - before) / done)
        return median(costs)

    def _when_up(self) -> list[int]:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._master.poll() is None:
            if self._answers() and len(workers := _children_of(self._master.pid)) == self._processes:
                return workers
            time.sleep(0.1)
        raise RuntimeError("the tool did not start: see the lines above")

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def _stop(self) -> None:
        self._master.terminate()
        try:
            self._master.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._master.kill()
            self._master.wait()


def _fields_of(process: int) -> list[str]:
    """Return a process's fields from the third on, its state (proc(5)); a name with spaces stands before them."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _children_of(process: int) -> list[int]:
    """Return the children of a process."""
    everybody = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())
    return [other for other in everybody if _parent_of(other) == process]


def _parent_of(process: int) -> int | None:
    try:
        return int(_fields_of(process)[1])
    except (OSError, IndexError):
        # It has ended meanwhile.
        return None
