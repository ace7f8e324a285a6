"""The envelope: a claimed message in the form in which it goes out (RFC 5322), the same at every try."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from core.mail.lease import MailClaim

DEFAULT_SENDER = "fit-to-post@localhost"
NAME = "Fit to Post"


@dataclass(frozen=True)
class Envelope:
    """What a mail server or a folder is given: the two addresses, the id, and the message as bytes."""

    sender: str
    recipient: str
    message_id: str
    content: bytes


def host_of(sender: str) -> str:
    """Return the host of an address."""
    return address_of(sender).rpartition("@")[2]


def address_of(sender: str) -> str:
    """Return the bare address in MAIL_FROM, which may have a name in front."""
    return parseaddr(sender or DEFAULT_SENDER)[1]


def envelope_of(claim: MailClaim, sender: str) -> Envelope:
    """Put a message into its envelope, from ``sender``."""
    name, address = parseaddr(sender or DEFAULT_SENDER)
    mail = EmailMessage(SMTP)
    mail["Subject"] = claim.message.subject
    mail["From"] = Address(claim.message.sender_name or name or NAME, addr_spec=address)
    mail["To"] = Address(addr_spec=claim.message.to)
    if claim.message.reply_to:
        mail["Reply-To"] = Address(addr_spec=claim.message.reply_to)
    mail["Date"] = claim.created_at
    mail["Message-ID"] = claim.message_id
    # Out-of-office replies and mailing lists leave it alone (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(claim.message.text, cte="quoted-printable")
    mail.add_alternative(claim.message.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(claim.message_id.strip("<>").partition("@")[0])
    return Envelope(address, claim.message.to, claim.message_id, mail.as_bytes())
