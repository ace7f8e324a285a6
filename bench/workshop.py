"""Where measuring is done: a temporary folder with a prepared database, an LMS, and the tool, served or in process."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

import db
from app import create_app
from bench.browser import Send
from bench.lms import Lms
from bench.people import MODULE, Person, somebody
from bench.served import Served, free_port
from config import settings_from
from lti.domain.platform_facts import Facts
from lti.keys import keep_keys
from lti.registration.platforms import register
from modules.content.ship import ship_library
from modules.content.shipped import contents
from modules.domain.content import Content


class Workshop:
    """A folder, an LMS, and a database in which that LMS is registered and everything is published."""

    def __init__(self, folder: Path, lms: Lms) -> None:
        """Prepare the database from which each part starts."""
        self._folder, self.lms = folder, lms
        self._port = free_port()
        self.tool_url = f"http://127.0.0.1:{self._port}"
        self._url = f"sqlite:///{folder}/tool.db"
        self._prepare(f"sqlite:///{folder}/prepared.db")

    def begin(self) -> None:
        """Go back to the prepared database, so that no part feels what another has left."""
        for left in self._folder.glob("tool.db*"):
            left.unlink()
        shutil.copy(self._folder / "prepared.db", self._folder / "tool.db")
        self.lms.asked.clear()

    @contextmanager
    def on(self, url: str) -> Iterator[None]:
        """Work on another database than the file, until the block ends."""
        self._prepare(url)
        before, self._url = self._url, url
        yield
        self._url = before

    def settings(self, run_worker: bool = False, processes: int = 1) -> dict[str, str]:
        """Return the settings of the tool; the sending of grades runs where it is what we measure."""
        return {
            "DATABASE_URL": self._url,
            "QUEUE_URL": f"sqlite:///{self._folder}/queue.db",
            "PUBLIC_URL": self.tool_url,
            "SECRET_KEY": "only for the bench, and long enough",
            "ALLOW_LOOPBACK": "yes",
            # All logins of the bench come from one place.
            "LOGINS_PER_MINUTE": "1000000",
            "LOGINS_PER_MINUTE_IN_ALL": "1000000",
            "RUN_WORKER": "yes" if run_worker else "no",
            "WEB_PROCESSES": str(processes),
        }

    def served(self, run_worker: bool = False, processes: int = 1) -> Served:
        """Return the tool under gunicorn, to be started."""
        return Served(self.settings(run_worker, processes), self._port)

    @contextmanager
    def in_process(self) -> Iterator[Flask]:
        """Give the tool as an application of this process."""
        app = create_app(settings_from(self.settings()))
        yield app
        db.database(app).engine.dispose()

    @contextmanager
    def database(self) -> Iterator[db.Database]:
        """Give the tool's database, to fill or to look at."""
        database = db.Database(self.settings()["DATABASE_URL"])
        yield database
        database.engine.dispose()

    def person(self, send: Send) -> Person:
        """Return somebody new, whose browser sends this way."""
        return somebody(send, self.lms, self.tool_url)

    def content(self) -> Content:
        """Return the shipped module under the trust that our LMS belongs to."""
        trust = self.lms.facts()["trust"]
        return next(each for each in contents() if (each.policy.key, each.module.key) == (trust, MODULE))

    def _prepare(self, url: str) -> None:
        db.migrate(url)
        database = db.Database(url)
        settings = settings_from(self.settings())
        with database.transaction() as session:
            keep_keys(session, settings, db.utcnow())
            ship_library(session, db.utcnow())
            register(session, Facts(**self.lms.facts()), settings, db.utcnow())
        database.engine.dispose()


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Open a workshop; what it leaves on the disk goes when the block ends."""
    with TemporaryDirectory(prefix="bench-") as folder, Lms() as lms:
        yield Workshop(Path(folder), lms)
