"""Sending mail: what is due is claimed, handed over and settled, one message after the other."""

import logging
from collections.abc import Callable
from datetime import datetime
from traceback import extract_tb
from typing import Protocol

from config import Settings
from core.mail.domain.ending import OUR_FAULT, MailEnding
from core.mail.envelope import Envelope, envelope_of, host_of
from core.mail.folder import MailFolder
from core.mail.lease import LeaseLost, MailClaim, claim_next, is_anything_due, mark_handed_over, settle
from core.mail.server import folder_in, server_in
from core.mail.smtp import SmtpServer
from db import Database, utcnow

log = logging.getLogger(__name__)


class Transport(Protocol):
    """Where messages are handed over."""

    def hand_over(self, envelope: Envelope, last_step: Callable[[], None]) -> MailEnding:
        """Hand a message over; a transport to which that must not happen twice calls ``last_step`` right before."""


class MailSender:
    """Sends what is due; one serves a whole process."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        transport: Transport | None = None,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        """Send from this database, the way MAIL_URL says unless another ``transport`` is given."""
        self._database, self._sender, self._now = database, settings.mail_from, now
        self._transport = transport or transport_of(settings)

    def send_due(self) -> None:
        """Send all that is due now, or up to the first message that shows that the mail server is in trouble."""
        while self.send_next():
            pass

    def send_next(self) -> bool:
        """Send the message that has been due longest; False if there is none, or any other would fare no better."""
        with self._database.reading() as session:
            if not is_anything_due(session, self._now()):
                return False
        with self._database.transaction() as session:
            claim = claim_next(session, host_of(self._sender), self._now())
        return claim is not None and self._send(claim)

    def _send(self, claim: MailClaim) -> bool:
        try:
            ending = self._transport.hand_over(envelope_of(claim, self._sender), lambda: self._mark(claim))
        except LeaseLost:
            log.warning("mail %s is sent by another process", claim.mail_id)
            return True
        except Exception as error:
            # Where it happened, and not what it says: its words may hold an address.
            place = extract_tb(error.__traceback__)[-1]
            log.error("mail %s: %s at %s:%s", claim.mail_id, type(error).__name__, place.filename, place.lineno)
            ending = OUR_FAULT
        with self._database.transaction() as session:
            ending = settle(session, claim, ending, self._now())
        log.info("mail %s: %s", claim.mail_id, ending.next.value)
        return not ending.is_of_server

    def _mark(self, claim: MailClaim) -> None:
        with self._database.transaction() as session:
            mark_handed_over(session, claim, self._now())


def transport_of(settings: Settings) -> Transport:
    """Return where MAIL_URL lets messages go."""
    if folder := folder_in(settings.mail_url):
        return MailFolder(folder)
    return SmtpServer(server_in(settings.mail_url), host_of(settings.mail_from), settings.ca_bundle)
