"""The tool under its server, as it is really served."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from config import ROOT, Settings
from tests.support.servers import free_port

PATIENCE = 60
THREADS = 2


def children_of(process: int) -> list[int]:
    """Return the ids of the processes that a process has begun."""
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


class Served:
    """The tool under its server, in a process group of its own."""

    def __init__(self, settings: Settings, folder: Path, **more: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        names = ("database_url", "queue_url", "secret_key")
        environment = os.environ | {name.upper(): str(getattr(settings, name)) for name in names}
        environment |= {"PUBLIC_URL": self.url, "PORT": str(self.port), "ALLOW_LOOPBACK": "yes"}
        environment |= {"THREADS": str(THREADS), "WEB_PROCESSES": "1", "RUN_WORKER": "no"} | more
        self.log = folder / "server.log"
        command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=log, start_new_session=True)
        until = time.monotonic() + PATIENCE
        while not self.answers(1):
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.05)

    def answers(self, seconds: float = PATIENCE) -> bool:
        try:
            return requests.get(f"{self.url}/health", timeout=seconds).json() == {"status": "ok"}
        except requests.RequestException:
            return False

    def processes(self) -> list[int]:
        """Return the ids of the processes that serve."""
        return children_of(self.process.pid)

    @contextmanager
    def only(self, process: int) -> Iterator[None]:
        """Let one of the processes answer, while the others stand still."""
        others = [each for each in self.processes() if each != process]
        for each in others:
            os.kill(each, signal.SIGSTOP)
        yield
        for each in others:
            os.kill(each, signal.SIGCONT)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
