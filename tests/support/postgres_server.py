"""A PostgreSQL server for one run of the tests: one that a setting names, or one of our own that ends with the run."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

# Names a server on which the tests may make databases of their own, such as postgresql+psycopg://user@host/postgres.
SETTING = "TEST_POSTGRES_URL"
WHERE_DEBIAN_KEEPS_IT = Path("/usr/lib/postgresql")
# The server refuses to run as root; its packages make this user for it.
SERVERS_USER = "postgres"
OURS = "fit"
THROWN_AWAY = {
    # The data is thrown away with the run, so that nothing has to reach a disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "max_connections": "500",
    # No port of the machine is used: databases are reached through a socket in the folder.
    "listen_addresses": "",
    # The same tables are filled and emptied for each test.
    "autovacuum_naptime": "10s",
}
START_SECONDS = 30


class NoServer(Exception):
    """There is no server to test with; the message says why."""


class OwnServer:
    """A server of our own, with its data and its socket in a temporary folder."""

    def __init__(self, settings: Mapping[str, str] = THROWN_AWAY) -> None:
        """Make the folder and start the server with these settings; NoServer if that is not possible."""
        self._settings = settings
        self._programs = _programs()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="fit-postgres-", dir="/tmp" if _is_root() else None))
        self.url = URL.create(
            "postgresql+psycopg", OURS, database="postgres", query={"host": str(self._folder)}
        ).render_as_string()
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        if _is_root():
            shutil.chown(self._folder, SERVERS_USER, SERVERS_USER)
        made = ("--auth=trust", f"--username={OURS}", "--encoding=UTF8", "--no-locale", "--no-sync")
        if self._run("initdb", *made).wait():
            raise NoServer(f"initdb failed: {self._last_words()}")
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        self._process = self._run("postgres", "-k", str(self._folder), *settings)
        until = time.monotonic() + START_SECONDS
        while not _answers(self.url):
            if self._process.poll() is not None or time.monotonic() > until:
                raise NoServer(f"it did not start: {self._last_words()}")
            time.sleep(0.05)

    def _run(self, program: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [str(self._programs / program), "-D", str(self._folder / "data"), *arguments]
        if has_to_end := shutil.which("setpriv"):
            # Even if the tests are killed, the server ends with them.
            command = [has_to_end, "--pdeathsig", "INT", *command]
        # In a session of its own, Ctrl-C does not reach it: the tests that use it end first.
        how: dict[str, Any] = {"cwd": self._folder, "stdin": subprocess.DEVNULL, "start_new_session": True}
        if _is_root():
            how |= {"user": SERVERS_USER, "group": SERVERS_USER, "extra_groups": []}
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, **how)

    def _last_words(self) -> str:
        return " ".join((self._folder / "log").read_text(errors="replace").split())[-300:]

    def stop(self) -> None:
        """End the server, whoever still uses it, and throw its data away."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


class NamedServer:
    """A server that is already running, which we leave as it is."""

    def __init__(self, url: str) -> None:
        """Use the server at ``url``; NoServer if it does not answer."""
        self.url = url
        if not _answers(url):
            raise NoServer(f"{SETTING} names a server that does not answer")

    def stop(self) -> None:
        """Leave it running."""


def find_server() -> OwnServer | NamedServer:
    """Return the server that the setting names, or one of our own; NoServer if there is neither."""
    named = os.environ.get(SETTING)
    return NamedServer(named) if named else OwnServer()


def _programs() -> Path:
    """Return the folder of the server's programs, the newest if there are several."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [each.parent for each in WHERE_DEBIAN_KEEPS_IT.glob("*/bin/initdb")]
    if not versions:
        raise NoServer("it is not installed (Debian: apt install postgresql)")
    return max(versions, key=lambda programs: float(programs.parent.name))


def _is_root() -> bool:
    return os.geteuid() == 0


def _answers(url: str) -> bool:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with suppress(psycopg.OperationalError), psycopg.connect(address, connect_timeout=5):
        return True
    return False
