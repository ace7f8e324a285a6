"""A server that says to everybody the same few bytes and hangs up, whatever HTTP may demand."""

import socket
import threading
from types import TracebackType


class OddServer:
    """Answers each connection with these bytes until the block ends."""

    def __init__(self, says: bytes) -> None:
        self._says = says
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> "OddServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Closing alone would not wake the thread that waits for somebody to connect.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                connection.recv(65_536)
                connection.sendall(self._says)
                # What is left unread would make the system cut the connection off before our bytes are through.
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass
