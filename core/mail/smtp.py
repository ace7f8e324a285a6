"""Handing a message to a mail server (RFC 5321), so that a crash neither loses nor doubles it.

A server takes a message when it has got the line with a full stop that ends it, and says so some time later. Before
that line it must forget a message whose connection breaks (section 4.1.1.4), and afterwards it delivers one though no
one waits for its answer. So we send everything but that line, note in a transaction of its own that the next thing we
do is to end the message, and send the line. If we end

- before the note, the server has no message, and the row is tried again when its lease has run out;
- after the line, the message is the server's, and the row is not tried again by itself: it is shown as unconfirmed.

What remains possible with SMTP, which has no way to ask a server about a message: we end in the instant between the
note and the line, and a message that did not go out is shown as unconfirmed; or the server takes a message and the
connection breaks before it says so, and we, still alive, send it again, as the standard asks (section 4.5.4.1). It then
has the same Message-ID, by which many mail systems drop the second one.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing

from core.deadline import Deadline
from core.mail.connection import MailConnection, Wire
from core.mail.domain.ending import (
    BAD_CERTIFICATE,
    NO_ANSWER,
    NO_ENCRYPTION,
    NO_SIGN_IN,
    NOT_READY,
    NOT_SAID,
    SENT,
    WRONG_SENDER,
    MailEnding,
    answered,
)
from core.mail.envelope import Envelope
from core.mail.server import MailServer

ANSWER_SECONDS = 60
# For everything before the end of a message: a server that sends a byte now and then never lets a single wait run out.
OFFERING_SECONDS = 300
# For scanning a message while we wait (RFC 5321, 4.5.3.2.6).
TAKING_SECONDS = 600
GO_AHEAD = 354


class NotTaken(Exception):
    """The mail server does not take a message; ``ending`` says why."""

    def __init__(self, ending: MailEnding) -> None:
        """Say what follows."""
        super().__init__(ending.words)
        self.ending = ending


class SmtpServer:
    """A mail server that takes messages, one connection each."""

    def __init__(self, server: MailServer, our_host: str, ca_bundle: str) -> None:
        """Call this server as ``our_host``; ``ca_bundle`` names authorities to trust in place of the usual ones."""
        self._server, self._our_host = server, our_host
        self._trusted = ssl.create_default_context(cafile=ca_bundle or None)

    def hand_over(self, envelope: Envelope, last_step: Callable[[], None]) -> MailEnding:
        """Hand a message over; ``last_step`` is called right before the server has all of it, and may refuse."""
        with closing(Wire()) as wire:
            try:
                with Deadline(OFFERING_SECONDS, wire.break_off) as deadline:
                    connection = self._offered(wire, envelope)
            except NotTaken as error:
                return error.ending
            except ssl.SSLCertVerificationError:
                return BAD_CERTIFICATE
            except (OSError, smtplib.SMTPException):
                return NO_ANSWER
            # Closed without a word: whatever has been said by then stands.
            with closing(connection):
                if deadline.has_passed:
                    return NO_ANSWER
                last_step()
                return _ended(connection, wire)

    def _offered(self, wire: Wire, envelope: Envelope) -> MailConnection:
        """Return a connection on which we have signed in and sent all of a message but its end."""
        connection = MailConnection(self._server, self._our_host, self._trusted, wire, ANSWER_SECONDS)
        try:
            self._greet(connection)
            _offer(connection, envelope)
        except BaseException:
            connection.close()
            raise
        return connection

    def _greet(self, connection: smtplib.SMTP) -> None:
        if connection.ehlo()[0] != 250:
            raise NotTaken(NOT_READY)
        if not (self._server.begins_encrypted or self._server.is_here):
            if not connection.has_extn("starttls"):
                raise NotTaken(NO_ENCRYPTION)
            connection.starttls(context=self._trusted)
            connection.ehlo()
        if self._server.user:
            self._sign_in(connection)

    def _sign_in(self, connection: smtplib.SMTP) -> None:
        try:
            connection.login(self._server.user, self._server.password)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as error:
            is_passing = getattr(error, "smtp_code", 500) < 500
            raise NotTaken(NOT_READY if is_passing else NO_SIGN_IN) from None


def _offer(connection: smtplib.SMTP, envelope: Envelope) -> None:
    """Send all of a message but its end."""
    status, _ = connection.mail(envelope.sender)
    if status != 250:
        raise NotTaken(WRONG_SENDER if status >= 500 else NOT_READY)
    status, _ = connection.rcpt(envelope.recipient)
    if status not in {250, 251}:
        raise NotTaken(answered("recipient", status))
    status, _ = connection.docmd("DATA")
    if status != GO_AHEAD:
        raise NotTaken(answered("message", status))
    connection.send(as_lines(envelope.content))


def _ended(connection: smtplib.SMTP, wire: Wire) -> MailEnding:
    """End a message, and return what the server says to it."""
    try:
        with Deadline(TAKING_SECONDS, wire.break_off):
            if connection.sock:
                connection.sock.settimeout(TAKING_SECONDS)
            connection.send(b".\r\n")
            status, _ = connection.getreply()
    except (OSError, smtplib.SMTPException):
        return NOT_SAID
    return SENT if status == 250 else answered("message", status)


def as_lines(content: bytes) -> bytes:
    """Return a message as lines of which none is a full stop alone, which would end it (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return re.sub(rb"(?m)^\.", b"..", lines if lines.endswith(b"\r\n") else lines + b"\r\n")
