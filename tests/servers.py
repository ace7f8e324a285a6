"""Applications served over real HTTP from threads of the test process."""

import socket
import threading
from types import TracebackType

from flask import Flask
from werkzeug.serving import make_server


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """An application that answers on a port of this machine until the block ends."""

    def __init__(self, app: Flask, port: int, tool_port: int = 0) -> None:
        self.app, self.port, self.tool_port = app, port, tool_port
        self._server = make_server("127.0.0.1", port, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def tool_url(self) -> str:
        return f"http://localhost:{self.tool_port}"

    def __enter__(self) -> "Running":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
