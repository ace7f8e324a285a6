"""The practice LMS as an application of its own, which serves the demonstration and the tests over real HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, render_template
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from practice.addresses import Addresses
from practice.courses.catalogue import seed
from practice.database import open_database
from practice.keys import KeyRing, cookie_key
from practice.lms import EXTENSION, PracticeLms, close_session
from practice.tools.clients import seed_clients
from practice.views import (  # noqa: F401  imported for their routes
    activity_changes,
    frames,
    gradebook_changes,
    launch,
    line_items,
    log,
    mailbox,
    pages,
    registrations,
    security,
    services,
    tools,
)
from practice.views.blueprint import practice

ROOT = Path(__file__).parents[1]


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def create_practice_lms(
    url: str = "http://localhost:8001",
    tool_url: str = "http://localhost:8000",
    database: str | Path = "var/practice.db",
    now: Callable[[], datetime] = utc_now,
    mail_folder: str | Path = "var/mail",
) -> Flask:
    """A practice LMS at that URL with the tool at that other; what it is told survives in the database file.

    Its mailbox shows the messages that the tool leaves in the folder.
    """
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=ROOT / "static")
    engine = open_database(database)
    addresses = Addresses(url.rstrip("/"), tool_url.rstrip("/"))
    with Session(engine) as session:
        keys = KeyRing(session)
        app.secret_key = cookie_key(session)
        seed(session)
        seed_clients(session, addresses)
        session.commit()
    app.extensions[EXTENSION] = PracticeLms(addresses, engine, keys, now, Path(mail_folder).absolute())
    _configure(app)
    return app


def _configure(app: Flask) -> None:
    # On localhost cookies are shared by every port, so the name must differ from the tool's.
    app.config.update(SESSION_COOKIE_NAME="practice_lms", SESSION_COOKIE_SAMESITE="Lax")
    app.register_blueprint(practice)
    app.register_error_handler(HTTPException, _problem)
    app.add_template_filter(_moment, "moment")
    app.add_template_filter(_written_moment, "written_moment")
    app.teardown_appcontext(close_session)


def _problem(error: HTTPException) -> tuple[str, int]:
    return render_template("practice/problem.html", title=error.name, words=error.description), error.code or 500


def _moment(seconds: int) -> str:
    """A moment for people to read, in universal time because the practice LMS has no place."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y, %H:%M:%S UTC").lstrip("0")


def _written_moment(text: str) -> str:
    """A moment that the tool wrote, for people to read."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%d %b %Y, %H:%M UTC").lstrip("0")
