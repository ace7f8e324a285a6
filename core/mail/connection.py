"""A connection to a mail server that can be broken off at any moment, also while it is being encrypted."""

import smtplib
import socket
import ssl
from typing import Any

from core.mail.server import MailServer


class Wire:
    """The line to a mail server, held by an end of its own: encryption takes the first one over."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._end: socket.socket | None = None
        self._is_broken = False

    def hold(self, connected: socket.socket) -> None:
        """Hold what has just been connected; it is cut at once if the line was broken off meanwhile."""
        self._end = connected.dup()
        if self._is_broken:
            self.break_off()

    def break_off(self) -> None:
        """End the connection for anyone who reads from it or writes to it, now or as soon as there is one."""
        self._is_broken = True
        if self._end:
            self._end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the line."""
        if self._end:
            self._end.close()


class MailConnection(smtplib.SMTP):
    """A connection to a mail server, by a line that someone else may break off."""

    def __init__(self, server: MailServer, our_host: str, trusted: ssl.SSLContext, wire: Wire, seconds: float) -> None:
        """Connect, call ourselves ``our_host``, and wait so many seconds for each sign of life."""
        self._encryption = trusted if server.begins_encrypted else None
        self._wire = wire
        super().__init__(server.host, server.port, our_host, timeout=seconds)

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        """Connect, encrypted from the first byte if the server wants it so, and return the greeting."""
        self.sock = socket.create_connection((host, port), self.timeout, source_address)
        self._wire.hold(self.sock)
        if self._encryption:
            self.sock = self._encryption.wrap_socket(self.sock, server_hostname=host)
        return self.getreply()
