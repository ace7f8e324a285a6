"""A mail server as a real peer: it speaks SMTP on a port of this machine, and can be told how to behave."""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

PATIENCE = 20
# Of a handshake, and as long as a record may be.
BEGINS_RECORD = b"\x16\x03\x03\x3f\xff"


@dataclass
class Received:
    """A message that the server has taken."""

    sender: str
    recipient: str
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)  # type: ignore[return-value]


@dataclass
class MailServer:
    """Takes messages, unless told otherwise.

    ``answers`` are said in place of the usual ones, by command; ``hangs_up_after`` names a command, or END for the line
    that ends a message, after which it closes the connection without an answer. ``drips_at`` names, in that way or as
    HELLO, what it answers with one byte after the other and no end. ``user`` is who may sign in.
    """

    port: int
    context: ssl.SSLContext | None = None
    begins_encrypted: bool = False
    user: tuple[str, str] | None = None
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up_after: str = ""
    drips_at: str = ""
    drips_tls: bool = False
    taken: list[Received] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    # Called when the server has taken a message and not yet said so.
    when_taken: Callable[[], None] = lambda: None

    def start(self) -> "MailServer":
        self._socket = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, args=(self._socket,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Refuse every connection, as a server that is down does."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        talk = _Talk(self, connection)
        try:
            talk.run()
        except (OSError, EOFError):
            pass
        finally:
            talk.close()


class _Talk:
    """One connection of a client."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self._server, self._connection = server, connection
        self._lines = connection.makefile("rb")
        self._sender = self._recipient = ""
        self._is_encrypted = False

    def close(self) -> None:
        self._lines.close()
        self._connection.close()

    def _encrypt(self) -> None:
        assert self._server.context
        self._lines.close()
        self._connection = self._server.context.wrap_socket(self._connection, server_side=True)
        self._lines, self._is_encrypted = self._connection.makefile("rb"), True

    def run(self) -> None:
        if self._server.begins_encrypted:
            self._encrypt()
        if self._server.drips_at == "HELLO":
            self._drip()
        self._say(self._server.answers.get("HELLO", "220 mail.example at your service"))
        while line := self._line():
            verb, _, rest = line.decode().strip().partition(" ")
            self._server.heard.append(verb.upper())
            self._answer(verb.upper(), rest)
            if verb.upper() == self._server.hangs_up_after:
                return

    def _answer(self, verb: str, rest: str) -> None:
        if verb == self._server.drips_at:
            self._drip()
        elif verb in self._server.answers:
            self._say(self._server.answers[verb])
        elif verb == self._server.hangs_up_after:
            raise EOFError
        else:
            getattr(self, f"_{verb.lower()}", self._unknown)(rest)

    def _ehlo(self, _rest: str) -> None:
        offers = ["mail.example"]
        offers += ["STARTTLS"] if self._server.context and not self._is_encrypted else []
        offers += ["AUTH PLAIN"] if self._server.user else []
        self._say("\r\n".join([*(f"250-{offer}" for offer in offers), "250 8BITMIME"]))

    def _starttls(self, _rest: str) -> None:
        self._say("220 go ahead")
        if self._server.drips_tls:
            self._drip()
        self._encrypt()

    def _auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        self._say("235 welcome" if (user, password) == self._server.user else "535 no")

    def _mail(self, rest: str) -> None:
        self._sender = rest.partition("<")[2].partition(">")[0]
        self._say("250 ok")

    def _rcpt(self, rest: str) -> None:
        self._recipient = rest.partition("<")[2].partition(">")[0]
        self._say("250 ok")

    def _data(self, _rest: str) -> None:
        self._say("354 go ahead")
        content = b""
        while (line := self._line()) != b".\r\n":
            content += line.removeprefix(b".")
        if self._server.drips_at == "END":
            self._drip()
        if "END" in self._server.answers:
            self._say(self._server.answers["END"])
            return
        self._server.taken.append(Received(self._sender, self._recipient, content))
        self._server.when_taken()
        if self._server.hangs_up_after == "END":
            raise EOFError
        self._say("250 taken")

    def _quit(self, _rest: str) -> None:
        self._say("221 goodbye")

    def _unknown(self, _rest: str) -> None:
        self._say("502 unknown")

    def _drip(self) -> None:
        """Begin an answer that never comes to an end, in SMTP or as a record of TLS, until the client hangs up."""
        self._connection.sendall(BEGINS_RECORD if self._server.drips_tls else b"250-")
        while True:
            self._connection.sendall(b"x")
            time.sleep(0.05)

    def _line(self) -> bytes:
        line = self._lines.readline()
        if not line:
            # A message whose connection breaks before its end is forgotten (RFC 5321, 4.1.1.4).
            raise EOFError
        return line

    def _say(self, words: str) -> None:
        self._connection.sendall(f"{words}\r\n".encode())
