"""A message to one person: what may be sent, and what could smuggle something in and is refused."""

import re
from dataclasses import dataclass

# One address as mail servers take it everywhere; anything else could be read as two, or as a name with an address.
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
ADDRESS = re.compile(rf"{ATOM}(\.{ATOM})*@{LABEL}(\.{LABEL})*")
LONGEST_ADDRESS = 254
LONGEST_SUBJECT = 200
LONGEST_SENDER_NAME = 100
# A line break in a header begins the next header; the others are no better, and half a character cannot be sent.
UNPRINTABLE = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
# It begins an encoded word (RFC 2047), which the email package reads before it writes: it could hold a line break.
ENCODED = r"=\?"
NOT_IN_SUBJECT = re.compile(f"{UNPRINTABLE}|{ENCODED}")


class WrongMessage(ValueError):
    """A message that cannot be sent; the words name no one."""


@dataclass(frozen=True, slots=True)
class MailMessage:
    """What is sent to one address: a subject, and the same words as plain text and as HTML.

    It comes from MAIL_FROM, which is shown under ``sender_name`` if there is one, and answers go to ``reply_to``.
    """

    to: str
    subject: str
    text: str
    html: str
    sender_name: str | None = None
    reply_to: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be sent, or could add headers or recipients: WrongMessage."""
        if not is_address(self.to):
            raise WrongMessage("a message goes to one address, such as name@school.example")
        if NOT_IN_SUBJECT.search(self.subject) or not 0 < len(self.subject.strip()) <= LONGEST_SUBJECT:
            raise WrongMessage(f"a subject is one line of up to {LONGEST_SUBJECT} characters, none of them encoded")
        if not self.text.strip() or not self.html.strip():
            raise WrongMessage("a message has words, as plain text and as HTML")
        if self.sender_name is not None and not is_sender_name(self.sender_name):
            raise WrongMessage(f"a sender’s name is one line of up to {LONGEST_SENDER_NAME} characters")
        if self.reply_to is not None and not is_address(self.reply_to):
            raise WrongMessage("answers go to one address, such as name@school.example")


def is_sender_name(text: str) -> bool:
    """Say whether a message can be shown as coming from someone of this name."""
    return not NOT_IN_SUBJECT.search(text) and 0 < len(text.strip()) <= LONGEST_SENDER_NAME


def is_address(text: str) -> bool:
    """Say whether a text is one address to which mail can be sent."""
    return len(text) <= LONGEST_ADDRESS and bool(ADDRESS.fullmatch(text))


def folded_address(given: str | None) -> str | None:
    """Return an address in the form in which two are compared, or None if mail cannot be sent to it.

    Only letters of ASCII are left by then, so no other letter can turn into one of them, as the Kelvin sign does.
    """
    address = (given or "").strip()
    return address.lower() if is_address(address) else None
