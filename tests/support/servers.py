"""Applications served over real HTTP from threads of the test process."""

import socket
import threading
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.serving import make_server

import db
from config import Settings
from demo import register_practice_courses
from tests.support.factories import NOW

# How often a server looks whether it is to stop: half a second, the library's own, would be waited for after each test.
POLL_SECONDS = 0.02


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_of(url: str) -> int:
    """Return the port that an address names."""
    return urlsplit(url).port or 80


class Running:
    """An application that answers on a port of this machine until the block ends."""

    def __init__(self, app: Flask, port: int, tool_url: str = "") -> None:
        self.app, self.port, self.tool_url = app, port, tool_url
        self._application, app.wsgi_app = app.wsgi_app, self._gate  # type: ignore[method-assign]
        self._open = threading.Event()
        self._open.set()
        self._listen()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def __enter__(self) -> "Running":
        self._thread.start()
        return self

    def _listen(self) -> None:
        self._server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)

    def stop(self) -> None:
        """Refuse every connection, as a server that is down does."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def start(self) -> None:
        """Come back after a stop."""
        self._listen()
        self._thread.start()

    def pause(self) -> None:
        """Leave callers waiting; what they ask for while we pause is never done."""
        self._open.clear()

    def resume(self) -> None:
        """Answer again."""
        self._open.set()

    def _gate(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self._open.is_set():
            return self._whole(self._application(environ, start_response))
        self._open.wait()
        start_response("503 Service Unavailable", [])
        return []

    def _whole(self, answer: Any) -> list[bytes]:
        """Read an answer before it is sent: the server leaves a file open when a browser hangs up on it."""
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resume()
        self._server.shutdown()
        self._thread.join()


def register_practice(app: Flask, url: str, settings: Settings) -> None:
    """Let a tool know the courses of a practice LMS at this address."""
    with db.database(app).transaction() as session:
        register_practice_courses(session, url, settings, NOW)
